package search

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Naively ends the reason of an answer that another strategy would give.
const Naively = ": -strategy naive does"

// answer says what the search has shown.
func (w *sweep) answer() {
	if w.first == nil || w.o.All {
		w.met = w.marks()
	}
	if w.first != nil && (w.met.untrusted || w.o.All && len(w.x.Reached) > 0) {
		w.reason = "an execution fails after it has reached what is not controlled: " + strings.Join(w.x.Reached, "; ") + "; it fails because " + w.first.message
		w.first = nil
	}
	w.unsure()
	w.assume()
	v := w.v
	switch {
	case w.first != nil:
		w.failed()
	case w.died && w.reason == "" && w.kind.Covers == Exhaustive && w.o.Strategy != naiveName:
		v.Answer = verdict.Inconclusive
		v.Reason = "where the program dies, what else might have come before that was not looked at in every order" + Naively
		v.Coverage = executions(v.Counts.Executions)
	case w.reason != "" || w.kind.Covers == Bounded:
		v.Answer, v.Reason = verdict.Inconclusive, w.reason
		if w.short {
			v.Reason += w.stuck()
		}
		if w.reason == "" {
			v.Reason = fmt.Sprintf("every execution with at most %d preemptions passes, which says nothing of the others", w.o.Preemptions)
		}
		v.Coverage = executions(v.Counts.Executions)
	default:
		v.Answer = verdict.Pass
		v.Coverage = "every interleaving of the synchronisation operations, one execution for each order of those that depend on each other"
		if w.o.Strategy == naiveName {
			v.Coverage = "every interleaving of the synchronisation operations"
		}
	}
}

// longestCut is how many steps an execution may have that is made again to see where
// somebody is who does nothing.
const longestCut = 100_000

// stuck says who did nothing in the first execution that was cut short, with places if it
// is not too long.
func (w *sweep) stuck() string {
	if w.cut == nil || len(w.cut) > longestCut {
		return w.unmoved
	}
	w.withPositions(w.cut)
	if again := w.explorer.unmoved(); w.x.End == prim.Bound && again != "" {
		return again
	}
	return w.unmoved
}

// unsure finds the reason for which there is no answer if nothing fails, where the
// search has not ended for one.
func (w *sweep) unsure() {
	if w.met.reached > 0 {
		w.v.Complete = !w.more && w.first == nil && w.reason == "" && w.bounded == 0
		w.v.Unchecked = append(w.v.Unchecked, w.x.Reached[:w.met.reached]...)
	}
	switch {
	case w.bounded > 0 && UsedUp(w.reason):
		w.reason, w.short = w.reason+"; "+w.cutShort(), true
	case w.reason != "":
	case w.met.reached > 0:
		w.reason = "the program reaches what is not controlled: " + strings.Join(w.x.Reached, "; ")
	case w.bounded > 0:
		w.reason, w.short = w.cutShort(), true
	case w.plain && w.complains && !w.patient:
		w.reason = "the test complains in every execution, and in each a timer has fired though somebody could go on"
	case w.random:
		w.reason = "random schedules show nothing by not failing"
	}
}

// cutShort says how many executions were cut short.
func (w *sweep) cutShort() string {
	were := "were"
	if w.bounded == 1 {
		were = "was"
	}
	if w.doubtful == w.bounded {
		return fmt.Sprintf("%s %s cut short after a loop had gone round a few times with closed channels: what its turns leave behind may end it, or not", executions(w.bounded), were)
	}
	return fmt.Sprintf("%s %s cut short after %d operations", executions(w.bounded), were, w.base.Steps)
}

// assume says what the search assumes of loops, timers and locks.
func (w *sweep) assume() {
	for _, at := range w.x.Untold[:w.met.untold] {
		w.v.Assume(verdict.Assumption{Premise: "what follows a loop that waits is the same however often it has gone round", Position: at})
	}
	for _, at := range w.x.InTurn[:w.met.inTurn] {
		w.v.Assume(verdict.Assumption{Premise: "timers fire in the order in which they are due: a processor that is busy may run one late, which is then still set", Position: at})
	}
	for _, at := range w.x.Tried[:w.met.tried] {
		w.v.Assume(verdict.Assumption{Premise: "TryLock fails only while somebody has the lock: it may fail without, where others lock or unlock at the same time", Position: at})
	}
	for _, at := range w.x.Dumped[:w.met.dumped] {
		w.v.Assume(verdict.Assumption{Premise: "a dump of all goroutines shows the others where they have to wait for somebody: what it shows of them on the way there makes no difference", Position: at})
	}
	for _, at := range w.x.Counting[:w.met.counting] {
		w.v.Assume(verdict.Assumption{Premise: fmt.Sprintf("what follows a loop that waits is the same whether it has gone round more than %d times or not", prim.FreeTurns), Position: at})
	}
	for _, at := range w.x.Waits[:w.met.waits] {
		w.v.Assume(verdict.Assumption{Premise: fmt.Sprintf("a loop that goes round more than %d times lets the others go on first", prim.FreeTurns), Position: at})
	}
}

// failed tells the first fault, and how often there are others.
func (w *sweep) failed() {
	v := w.v
	v.Answer = verdict.Fail
	w.base.Delay = w.held
	complete := !w.more && w.reason == "" && w.kind.Covers == Exhaustive
	always := false
	if w.counts() && w.ends.further > 0 || complete {
		always = w.tell(v, w.first.code, &w.ends, complete)
		if w.seen.timed && !w.o.NoEarly {
			v.AllOutcomes = false // where timers fire early there may be others: see early
		}
	} else {
		v.Counts.Failing = 1
	}
	found := w.finding(w.first, w.choices, always)
	found.Executions, found.Of = share(v, w.first.code)
	v.Findings = append(v.Findings, found)
	v.Coverage = executions(v.Counts.Executions)
	if !w.o.All && len(v.Outcomes) == 0 {
		v.Coverage += ", up to the first that fails"
	}
}
