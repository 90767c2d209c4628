package search

import (
	"fmt"
	"slices"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// LeakRule says what goroutines are that are left behind when the test is over.
type LeakRule string

// Rules for goroutines left behind.
const (
	LeaksFail LeakRule = ""     // a failure
	LeaksWarn LeakRule = "warn" // a failure if some executions leave others behind than the rest, else a warning
)

// leaks compares what the executions of a search leave behind.
type leaks struct {
	executions int
	left       string              // by the first one
	kinds      map[string][]string // by the goroutines that are left behind, where they were asked for
	ever       map[int]bool        // goroutines that some leave behind
	fault      *fault              // of one that leaves something behind
	choices    []prim.Choice
	delay      time.Duration // by how much time might pass in it
}

// blindToLeaks has all executions leave the same behind: a fault for tests.
var blindToLeaks bool

// see notes an execution, in which time might pass by that much; f is its fault, nil if
// it has none. It returns the fault with which the search ends, some executions leave
// behind what others do not, and what makes the one that does. Where the goroutines are
// others it asks for the kinds of those that an execution leaves behind: how many of a
// kind there are, and which, does not matter.
func (l *leaks) see(x *prim.Execution, f *fault, delay time.Duration, kinds func([]prim.Choice) []string) (*fault, []prim.Choice, time.Duration) {
	left := ""
	if f != nil {
		left = leftBehind(x)
		l.note(x)
		if l.fault == nil {
			l.fault, l.choices, l.delay = f, choicesOf(x), delay
		}
	}
	if l.executions++; l.executions == 1 {
		l.left = left
	}
	if left == l.left || blindToLeaks || left != "" && l.left != "" && l.alike(left, choicesOf(x), kinds) {
		return nil, nil, 0
	}
	if f == nil {
		f, delay = l.fault, l.delay
	} else {
		l.choices = choicesOf(x)
	}
	f.among = ", in some executions and not in others"
	return f, l.choices, delay
}

// alike reports whether an execution leaves goroutines of the same kinds behind as the
// first one.
func (l *leaks) alike(left string, choices []prim.Choice, kinds func([]prim.Choice) []string) bool {
	first := l.kindsOf(l.left, l.choices, kinds)
	return slices.Equal(first, l.kindsOf(left, choices, kinds))
}

// kindsOf are the kinds of the goroutines that an execution leaves behind. It may be made
// again: the last one that is asked for is then the last one that was made.
func (l *leaks) kindsOf(left string, choices []prim.Choice, kinds func([]prim.Choice) []string) []string {
	if l.kinds == nil {
		l.kinds = map[string][]string{}
	}
	if l.kinds[left] == nil {
		l.kinds[left] = kinds(choices)
	}
	return l.kinds[left]
}

// always is the fault of a search all of whose executions leave the same behind, and
// one of these; nil if that is nothing.
func (l *leaks) always() (*fault, []prim.Choice) {
	if l.fault != nil {
		l.fault.among = ", in every execution"
		if l.kinds != nil {
			l.fault.among += ", though not always as many, or the same"
		}
	}
	return l.fault, l.choices
}

// leftBehind names the goroutines that an execution leaves behind: a goroutine has
// the same number in all executions.
func leftBehind(x *prim.Execution) string {
	text := ""
	for _, t := range x.Threads {
		if leftover(t) {
			text += fmt.Sprint(t.ID, " ")
		}
	}
	return text
}

// note notes whom an execution leaves behind.
func (l *leaks) note(x *prim.Execution) {
	if l.ever == nil {
		l.ever = map[int]bool{}
	}
	for _, t := range x.Threads {
		l.ever[t.ID] = l.ever[t.ID] || leftover(t)
	}
}

// all reports whether some execution noted has left each behind that this one leaves, or
// the first one others of their kinds.
func (l *leaks) all(x *prim.Execution, kinds func([]prim.Choice) []string) bool {
	seen := true
	for _, t := range x.Threads {
		seen = seen && (!leftover(t) || l.ever[t.ID])
	}
	if seen || l.left == "" {
		return seen
	}
	left, choices := leftBehind(x), choicesOf(x)
	first := l.kindsOf(l.left, l.choices, kinds)
	return !slices.ContainsFunc(l.kindsOf(left, choices, kinds), func(kind string) bool {
		return !slices.Contains(first, kind)
	})
}

func leftover(t *prim.Thread) bool { return !t.Ended && !t.Clock && !t.Daemon }
