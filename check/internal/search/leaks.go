package search

import (
	"fmt"
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
	left       string       // by the first one
	ever       map[int]bool // goroutines that some leave behind
	fault      *fault       // of one that leaves something behind
	choices    []prim.Choice
	delay      time.Duration // by how much time might pass in it
}

// blindToLeaks has all executions leave the same behind: a fault for tests.
var blindToLeaks bool

// see notes an execution, in which time might pass by that much; f is its fault, nil if
// it has none. It returns the fault with which the search ends, some executions leave
// behind what others do not, and what makes the one that does.
func (l *leaks) see(x *prim.Execution, f *fault, delay time.Duration) (*fault, []prim.Choice, time.Duration) {
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
	if left == l.left || blindToLeaks {
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

// always is the fault of a search all of whose executions leave the same behind, and
// one of these; nil if that is nothing.
func (l *leaks) always() (*fault, []prim.Choice) {
	if l.fault != nil {
		l.fault.among = ", in every execution"
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

// all reports whether some execution noted has left each behind that this one leaves.
func (l *leaks) all(x *prim.Execution) bool {
	for _, t := range x.Threads {
		if leftover(t) && !l.ever[t.ID] {
			return false
		}
	}
	return true
}

func leftover(t *prim.Thread) bool { return !t.Ended && !t.Clock && !t.Daemon }
