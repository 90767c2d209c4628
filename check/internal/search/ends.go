package search

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// ends counts the ways in which the executions of a search end. It tells them apart by
// what can be had at no cost: the fault, and who waits with which operation, after how
// many others; one execution of each is made again at the end, to see which are the
// same.
type ends struct {
	list    []*ending
	by      map[string]*ending
	further uint64 // executions since the first that fails
	steps   int    // and their operations
	more    bool   // there are others, or may be
}

// ending is one of them.
type ending struct {
	answer     verdict.Answer
	code       verdict.Code
	message    string
	executions uint64
	choices    []prim.Choice // of the first one
	delay      time.Duration // by how much time might pass in it
}

// passes is how an execution ends that has no fault.
const passes = "ends as it should"

// Limits of the work that is put into ends.
const (
	mostEnds     = 60
	furtherSteps = 40_000 // after the first execution that fails
)

// forget forgets what has been counted, for a search that begins anew.
func (d *ends) forget() {
	d.list, d.by, d.more = nil, nil, false
}

// note notes an execution, in which time might pass by that much, with its fault, nil if
// it has none.
func (d *ends) note(x *prim.Execution, f *fault, delay time.Duration) {
	e := ending{answer: verdict.Pass, message: passes, delay: delay}
	key := ""
	switch {
	case f != nil:
		e.answer, e.code, e.message = verdict.Fail, f.code, f.message
		key = string(f.code) + endOf(x, f)
	case x.End == prim.Stopped:
		return // another one shows the same
	case x.End == prim.Bound:
		e.answer, e.message, key = verdict.Inconclusive, "is cut short", "bound"
	}
	d.more = d.more || cut(x)
	known := d.by[key]
	if known == nil && len(d.list) >= mostEnds {
		i := slices.IndexFunc(d.list, func(o *ending) bool { return o.code == e.code && o.answer == e.answer })
		if d.more = true; i < 0 {
			return
		}
		known = d.list[i]
	}
	if known == nil {
		if d.by == nil {
			d.by = map[string]*ending{}
		}
		e.choices = choicesOf(x)
		known = &e
		d.by[key] = known
		d.list = append(d.list, known)
	}
	known.executions++
}

// cut reports whether a fault has kept others from going on: in executions that are not
// looked at, some of what they would have done comes before it.
func cut(x *prim.Execution) bool {
	return (x.End == prim.Panicked || x.End == prim.Failed) && !x.Beyond && slices.ContainsFunc(x.Threads, func(g *prim.Thread) bool {
		return g.ID != x.Where && !g.Ended && !g.Clock && !g.Daemon
	})
}

// endOf tells ends with the same fault apart.
func endOf(x *prim.Execution, f *fault) string {
	var b strings.Builder
	for _, g := range x.Threads {
		if !g.Ended && !g.Clock {
			fmt.Fprint(&b, " ", g.ID, ".", g.Seq, ".", g.Op.Kind, ".", g.Op.Obj)
		}
	}
	if x.End == prim.Deadlock || x.End == prim.LivesOn {
		return b.String()
	}
	return withoutNumbers(f.message)
}

// withoutNumbers has a 0 in place of each number of a text.
func withoutNumbers(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c < '0' || c > '9':
			b.WriteByte(c)
		case i == 0 || text[i-1] < '0' || text[i-1] > '9':
			b.WriteByte('0')
		}
	}
	return b.String()
}

// enough reports whether no more executions are to be made after the first that fails.
func (d *ends) enough(limit uint64) bool { return d.further >= limit || d.steps >= furtherSteps }
