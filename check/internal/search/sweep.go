package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// sweep is one search: of the executions in which no timer fires early, or of those in
// which timers do in certain phases. It begins anew when it learns what the executions
// before should have had in their plans.
type sweep struct {
	*explorer
	v      *verdict.Verdict // of this search
	s      Strategy
	random bool
	plain  bool // no timer fires early

	learned   int           // what the executions of s know
	bounded   uint64        // of them were cut short
	doubtful  uint64        // of these in loops that were
	longest   int           // of those that were not, in steps
	complains bool          // the test was impatient in some execution
	patient   bool          // in some it was not
	unmoved   string        // who did nothing in the first of these
	cut       []prim.Choice // that one, if there is somebody
	died      bool          // in an execution that is no fault a goroutine did, and others might have gone on
	left      leaks         // by them
	more      bool          // s has further ones
	short     bool          // nothing but that some were cut short is the reason
	reason    string        // for which the search ended before that

	first   *fault
	choices []prim.Choice // of the execution that has it
	held    time.Duration // by how much time might pass in it
	met     marks         // when it was found
}

// marks is how much was known of an execution and those before.
type marks struct {
	untrusted                                               bool
	reached, untold, inTurn, tried, dumped, counting, waits int
}

func (e *explorer) marks() marks {
	return marks{e.x.Untrusted, len(e.x.Reached), len(e.x.Untold), len(e.x.InTurn), len(e.x.Tried), len(e.x.Dumped), len(e.x.Counting), len(e.x.Waits)}
}

// explore makes one search, or the execution that is to be made again.
func (e *explorer) explore(v *verdict.Verdict) {
	if e.o.Replay != "" {
		e.replay(v)
		return
	}
	w := &sweep{explorer: e, v: v, s: e.strategy(), random: e.kind.Covers == Sampling, plain: len(e.base.Early) == 0, more: true}
	e.seen = timeline{}
	e.ends = ends{}
	e.base.Beyond = true
	for w.more && w.allowed() && w.one() {
	}
	e.base.Beyond = false
	w.answer()
	if !w.plain {
		return
	}
	e.left = w.left
	if f, choices := w.left.always(); w.first == nil && f != nil {
		warning := e.shown(f, choices, -1) // any run will do
		warning.Severity = verdict.Warning
		v.Findings = append(v.Findings, warning)
	}
}

// allowed reports whether there may be another execution.
func (w *sweep) allowed() bool {
	n := w.v.Counts.Executions
	switch {
	case w.first != nil && !w.o.All && (w.ends.enough(w.o.Further) || w.overtime() || w.o.Context.Err() != nil):
	case (w.first == nil || w.o.All) && n >= w.limit():
		w.reason = made(n)
		if w.keepsShare() {
			w.reason += ", of those in which no timer fires early"
		}
	case w.overtime():
		w.timeUp()
		w.reason = "stopped after " + executions(n) + ": the rest of the time is for those in which timers fire early"
	case w.o.Context.Err() != nil:
		w.timeUp()
		w.reason = fmt.Sprintf("stopped after %s: %v", executions(n), context.Cause(w.o.Context))
	default:
		return true
	}
	return false
}

// made says that there are more executions than the budget allows for.
func made(n uint64) string {
	switch n {
	case 0:
		return "the budget was used up before the first execution"
	case 1:
		return "1 execution was made, and there are more"
	}
	return fmt.Sprintf("%d executions were made, and there are more", n)
}

// UsedUp reports whether the reason for which a search decides nothing is only that its
// budget, of executions or of time, is used up.
func UsedUp(reason string) bool {
	return !strings.Contains(reason, " cut short after ") && slices.ContainsFunc([]string{" made, and there are more", " used up", " the rest of the time is for "}, func(part string) bool {
		return strings.Contains(reason, part)
	})
}

// one makes one execution and judges it. It reports whether the search goes on.
func (w *sweep) one() bool {
	if w.random {
		w.base.Delay = delay(w.v.Counts.Executions)
	}
	w.base.Until = w.until
	w.run(w.s)
	if w.cold() {
		w.run(w.s)
	}
	if !w.random {
		w.loosely(w.s)
	}
	w.base.Until = time.Time{} // what is made again to be shown has its time
	if w.err != nil {
		w.reason = w.err.Error()
		return false
	}
	if w.first != nil {
		w.ends.further++
		w.ends.steps += len(w.x.Events)
		if !w.o.All && w.x.Untrusted {
			return false
		}
	}
	if w.raced != nil && !w.o.All && w.first == nil {
		w.fault(w.raced) // whatever becomes of the execution otherwise
		return false
	}
	if w.x.End == prim.OutOfTime {
		return w.allowed()
	}
	if w.x.Learned > w.learned {
		w.anew(w.x.Learned)
		return true
	}
	if d := diverged(w.s, &w.plan, w.x); d != nil {
		w.reason = d.String()
		return false
	}
	w.count(w.v)
	if w.tooShort() {
		w.base.Steps = min(10*w.base.Steps, w.mostSteps)
		w.anew(w.learned)
		return true
	}
	w.tally()
	if w.tooLong() {
		w.base.Steps = max(leastSteps, muchLonger*w.longest)
		w.anew(w.learned)
		return true
	}
	if w.reason = w.hopeless(); w.reason != "" {
		return false
	}
	f := w.judge()
	w.died = w.died || f == nil && cut(w.x)
	if f != nil && f.code == verdict.Livelock && !w.base.ConfirmSpins {
		// A loop that goes round very often looks the same: make sure.
		w.base.ConfirmSpins = true
		w.anew(0)
		return true
	}
	if !w.weigh(f) {
		return false
	}
	w.more = w.s.After(w.x)
	below := underflow(w.s)
	return below == nil || w.negative(below)
}

// cold reports whether the first execution is to be made once more. What the standard
// library does the first time that it is called, under a lock of its own, would order
// goroutines for the race detector, in this one order. Not so if that finds what the first
// one leaves behind.
func (w *sweep) cold() bool {
	if w.warm || w.random || w.o.Raced == nil || w.raced != nil || w.err != nil || len(w.x.Threads) == 1 || len(w.x.Reached) > 0 {
		return false
	}
	w.warm = true
	return true
}

// anew begins with the first execution again, which is to have learned that much.
func (w *sweep) anew(learned int) {
	w.s, w.learned, w.left, w.bounded, w.doubtful = w.strategy(), learned, leaks{}, 0, 0
	w.seen = timeline{}
	w.ends.forget()
	w.v.Counts = verdict.Counts{}
}

// fault counts an execution that fails, the first one.
func (w *sweep) fault(f *fault) {
	w.count(w.v)
	w.ends.note(w.x, f, w.base.Delay)
	w.fails(f, choicesOf(w.x), w.base.Delay)
}

// fails says that an execution fails, the first one.
func (w *sweep) fails(f *fault, choices []prim.Choice, held time.Duration) {
	w.first, w.choices, w.held = f, choices, held
	w.met = w.marks()
	w.base.Settled = true
}

// tally counts how the execution ends.
func (w *sweep) tally() {
	if w.x.End != prim.Bound {
		w.longest = max(w.longest, len(w.x.Events))
	}
	switch w.x.End {
	case prim.Deadlock:
		w.v.Counts.Deadlocked++
	case prim.Stopped:
		w.v.Counts.Blocked++
	case prim.Bound:
		w.v.Counts.Cut++
		if w.x.Signalled {
			w.x.Reach(signalFromOutside)
		}
		if w.x.Doubtful {
			w.doubtful++
		}
		if w.bounded++; w.bounded == 1 {
			if w.unmoved = w.explorer.unmoved(); w.unmoved != "" {
				w.cut = choicesOf(w.x)
			}
		}
	}
}

// hopeless is why no further execution makes sense; "" if it may.
func (w *sweep) hopeless() string {
	switch {
	case w.x.Internal:
		return verdict.InternalError + panicText(w.x.Panic)
	case w.x.End == prim.NoProgress:
		return fmt.Sprintf("%s loops without an operation on anything shared, at %s: stopped", w.who(w.x.Where), w.x.Position)
	case w.x.End == prim.TooManyThreads && w.random:
		return fmt.Sprintf("more than %d goroutines live at once: let the test start fewer", w.base.Threads)
	case w.x.End == prim.TooManyThreads:
		return fmt.Sprintf("more than %d goroutines live at once, too many to look at every interleaving: let the test start fewer", w.base.Threads)
	}
	return ""
}

// weigh notes how the execution ends, whose fault is f, nil if it has none: what leaves
// goroutines behind may be none yet, and a test that is impatient has none. It reports
// whether the search goes on.
func (w *sweep) weigh(f *fault) bool {
	warn := w.o.Leaks == LeaksWarn
	plain := w.plain && len(w.x.Held) == 0
	impatient := w.impatient(f)
	w.patient = w.patient || !impatient && w.x.End != prim.Bound
	switch {
	case impatient:
		if w.complain(w.v, f) && !w.random {
			w.run(w.s)
		}
		w.complains = true
		f = nil
	case !plain && warn && f != nil && f.code == verdict.Leak:
		before := &w.explorer.left
		if w.plain { // others of a random search are
			before = &w.left
		}
		if f.among = onlyEarly; before.all(w.x, w.leftKinds) {
			f = nil
		}
	case w.first != nil:
	case plain && warn && (f == nil && w.x.End == prim.Done || f != nil && f.code == verdict.Leak):
		w.ends.note(w.x, f, w.base.Delay)
		g, choices, held := w.left.see(w.x, f, w.base.Delay, w.leftKinds)
		if g == nil {
			return true
		}
		w.fails(g, choices, held)
		return w.counts()
	}
	w.ends.note(w.x, f, w.base.Delay)
	if f == nil || w.first != nil {
		return true
	}
	w.fails(f, choicesOf(w.x), w.base.Delay)
	return w.counts()
}

// leftKinds are the kinds of goroutines that an execution leaves behind: where each was
// started, and how it has come to where it waits. The execution is made again.
func (w *sweep) leftKinds(choices []prim.Choice) (kinds []string) {
	w.withPositions(choices)
	for _, t := range w.x.Threads {
		if leftover(t) {
			kind := t.Started
			if t.Detail != nil {
				kind += fmt.Sprint(t.Detail.Stack)
			}
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	if !w.random {
		w.run(w.s)
	}
	return slices.Compact(kinds)
}

// negative makes an execution in which a counter goes below zero; if that is no fault
// with which the search ends, it begins anew with the orders of what is added.
func (w *sweep) negative(below []prim.Choice) bool {
	w.base.OrderSums = true
	w.run(&Replay{Choices: below})
	if w.err == nil && w.first == nil {
		if f := w.judge(); f != nil && !w.impatient(f) {
			w.fault(f)
			if !w.o.All {
				return false
			}
		}
	}
	w.more = true
	w.anew(w.x.Learned)
	return true
}
