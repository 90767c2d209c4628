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

// Explore explores the executions that an executor can make.
func Explore(name string, exec prim.Executor, o Options) *verdict.Verdict {
	begin := time.Now()
	v := &verdict.Verdict{Schema: verdict.Schema, Subject: name, Kind: verdict.Test, Findings: []verdict.Finding{}, Seed: o.Seed}
	kind, err := StrategyNamed(o.Strategy)
	if err != nil {
		v.Engine = "search: " + o.Strategy
		v.Answer, v.Reason = verdict.Inconclusive, err.Error()
		return v
	}
	o.Strategy = kind.Name
	v.Engine = "search: " + o.Strategy
	random := kind.Covers == Sampling
	if o.Executions == 0 {
		o.Executions = 1_000_000
		if random {
			o.Executions = 1000
		}
	}
	most := o.Steps
	if o.Steps == 0 {
		o.Steps, most = 10_000, 500_000
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	live := prim.MaxThreads
	if random {
		live *= 10
	}
	e := &explorer{o: o, mostSteps: most, kind: kind, name: name, exec: exec, x: new(prim.Execution), base: prim.Plan{Steps: o.Steps, Threads: live, SignalAny: o.SignalAny}}
	if until, ok := o.Context.Deadline(); ok {
		e.plainUntil = begin.Add(time.Duration(float64(until.Sub(begin)) * plainShare))
	}
	e.explore(v)
	if v.Answer != verdict.Fail && e.o.Replay == "" && e.err == nil {
		e.early(v)
	}
	v.ElapsedMS = time.Since(begin).Milliseconds()
	return v
}

func (e *explorer) explore(v *verdict.Verdict) {
	if e.o.Replay != "" {
		e.replay(v)
		return
	}
	s := e.strategy()
	random := e.kind.Covers == Sampling
	learned := 0
	bounded := uint64(0)
	var first *fault
	var choices []prim.Choice // of that execution
	var held time.Duration    // by how much time might pass in it
	more := true
	reason := ""
	unmoved := "" // in the first execution that was cut short
	var left leaks
	plain := len(e.base.Early) == 0
	e.seen = timeline{}
	e.ends = ends{}
	var met marks // when first was found
	fails := func(f *fault, of []prim.Choice) {
		first, choices, held = f, of, e.base.Delay
		met = e.marks()
	}
	anew := func() {
		s, left = e.strategy(), leaks{}
		e.seen = timeline{}
		e.ends.forget()
		v.Counts = verdict.Counts{}
		bounded = 0
	}
explored:
	for more {
		if first != nil && !e.o.All && (e.ends.enough(e.o.Further) || e.overtime() || e.o.Context.Err() != nil) {
			break
		}
		if (first == nil || e.o.All) && v.Counts.Executions >= e.limit() {
			reason = fmt.Sprintf("%d executions were made, and there are more", v.Counts.Executions)
			break
		}
		if e.overtime() {
			e.timeUp()
			reason = fmt.Sprintf("stopped after %d executions: the rest of the time is for those in which timers fire early", v.Counts.Executions)
			break
		}
		if e.o.Context.Err() != nil {
			e.timeUp()
			reason = fmt.Sprintf("stopped after %d executions: %v", v.Counts.Executions, context.Cause(e.o.Context))
			break
		}
		if random {
			e.base.Delay = delay(v.Counts.Executions)
		}
		e.run(s)
		if e.err != nil {
			reason = e.err.Error()
			break
		}
		if first != nil {
			e.ends.further++
			e.ends.steps += len(e.x.Events)
			if !e.o.All && e.x.Untrusted {
				break
			}
		}
		if e.raced != nil && !e.o.All && first == nil {
			// A race counts, whatever becomes of the execution otherwise.
			e.count(v)
			e.ends.note(e.x, e.raced)
			fails(e.raced, choicesOf(e.x))
			break
		}
		if e.x.Learned > learned {
			learned = e.x.Learned
			anew()
			continue
		}
		if d := diverged(s, &e.plan, e.x); d != nil {
			reason = d.String()
			break
		}
		e.count(v)
		switch e.x.End {
		case prim.Deadlock:
			v.Counts.Deadlocked++
		case prim.Stopped:
			v.Counts.Blocked++
		case prim.Bound:
			if v.Counts.Executions == 1 && e.base.Steps < e.mostSteps && alone(e.x) {
				e.base.Steps = min(10*e.base.Steps, e.mostSteps)
				anew()
				continue
			}
			if bounded++; bounded == 1 {
				unmoved = e.unmoved()
			}
		case prim.TooManyThreads:
			reason = fmt.Sprintf("more than %d goroutines live at once: let the test start fewer", e.base.Threads)
			if !random {
				reason = fmt.Sprintf("more than %d goroutines live at once, too many to look at every interleaving: let the test start fewer", e.base.Threads)
			}
		case prim.NoProgress:
			reason = fmt.Sprintf("%s loops without an operation on anything shared, at %s: stopped", e.who(e.x.Where), e.x.Position)
		}
		if e.x.Internal {
			reason = verdict.InternalError + panicText(e.x.Panic)
		}
		if e.x.End == prim.TooManyThreads || e.x.End == prim.NoProgress || e.x.Internal {
			break
		}
		f := e.judge()
		if f != nil && f.code == verdict.Livelock && !e.base.ConfirmSpins {
			// A loop that goes round very often looks the same: make sure.
			e.base.ConfirmSpins = true
			learned = 0
			anew()
			continue
		}
		noted := false
		switch {
		case e.impatient(f):
			if e.complain(v) && !random {
				e.run(s)
			}
			f = nil
		case !plain && e.o.Leaks == LeaksWarn && f != nil && f.code == verdict.Leak:
			if f.among = ", where a timer fires early and not in others"; e.left.all(e.x) {
				f = nil
			}
		case first != nil:
		case plain && e.o.Leaks == LeaksWarn && (f == nil && e.x.End == prim.Done || f != nil && f.code == verdict.Leak):
			g, of, delay := left.see(e.x, f, e.base.Delay)
			e.ends.note(e.x, f)
			noted = true
			if f = nil; g != nil {
				fails(g, of)
				if held = delay; !e.counts() {
					break explored
				}
			}
		}
		if !noted {
			e.ends.note(e.x, f)
		}
		if f != nil && first == nil {
			fails(f, choicesOf(e.x))
			if !e.counts() {
				break
			}
		}
		more = s.After(e.x)
		below := underflow(s)
		if below == nil {
			continue
		}
		e.base.OrderSums = true
		e.run(&Replay{Choices: below})
		if e.err == nil && first == nil {
			if f := e.judge(); f != nil {
				e.count(v)
				e.ends.note(e.x, f)
				fails(f, choicesOf(e.x))
				if !e.o.All {
					break
				}
			}
		}
		learned, more = e.x.Learned, true
		anew()
	}
	if first == nil || e.o.All {
		met = e.marks()
	}
	if first != nil && (met.untrusted || e.o.All && len(e.x.Reached) > 0) {
		reason = "an execution fails after it has reached what is not controlled: " + strings.Join(e.x.Reached, "; ") + "; it fails because " + first.message
		first = nil
	}
	if met.reached > 0 {
		v.Complete = !more && first == nil && reason == "" && bounded == 0
		v.Unchecked = append(v.Unchecked, e.x.Reached[:met.reached]...)
		if reason == "" {
			reason = "the program reaches what is not controlled: " + strings.Join(e.x.Reached, "; ")
		}
	}
	if bounded > 0 && reason == "" {
		reason = fmt.Sprintf("%d executions were cut short after %d operations", bounded, e.base.Steps) + unmoved
	}
	if random && reason == "" {
		reason = "random schedules show nothing by not failing"
	}
	for _, at := range e.x.Untold[:met.untold] {
		v.Assume(verdict.Assumption{Premise: "what follows a loop that waits is the same however often it has gone round", Position: at})
	}
	for _, at := range e.x.Counting[:met.counting] {
		v.Assume(verdict.Assumption{Premise: fmt.Sprintf("what follows a loop that waits is the same whether it has gone round more than %d times or not", prim.FreeTurns), Position: at})
	}
	for _, at := range e.x.Waits[:met.waits] {
		v.Assume(verdict.Assumption{Premise: fmt.Sprintf("a loop that goes round more than %d times lets the others go on first", prim.FreeTurns), Position: at})
	}
	switch {
	case first != nil:
		v.Answer = verdict.Fail
		e.base.Delay = held
		complete := !more && reason == "" && e.kind.Covers == Exhaustive
		always := false
		if e.counts() && e.ends.further > 0 || complete {
			always = e.tell(v, first.code, &e.ends, complete)
		} else {
			v.Counts.Failing = 1
		}
		found := e.finding(first, choices, always)
		found.Executions, found.Of = share(v, first.code)
		v.Findings = append(v.Findings, found)
		v.Coverage = executions(v.Counts.Executions)
		if !e.o.All && len(v.Outcomes) == 0 {
			v.Coverage += ", up to the first that fails"
		}
	case reason != "" || e.kind.Covers == Bounded:
		v.Answer, v.Reason = verdict.Inconclusive, reason
		if reason == "" {
			v.Reason = fmt.Sprintf("every execution with at most %d preemptions passes, which says nothing of the others", e.o.Preemptions)
		}
		v.Coverage = executions(v.Counts.Executions)
	default:
		v.Answer = verdict.Pass
		v.Coverage = "every interleaving of the synchronisation operations, one execution for each order of those that depend on each other"
		if e.o.Strategy == "naive" {
			v.Coverage = "every interleaving of the synchronisation operations"
		}
	}
	if !plain {
		return
	}
	e.left = left
	if f, choices := left.always(); first == nil && f != nil {
		warning := e.shown(f, choices, -1) // any run will do
		warning.Severity = verdict.Warning
		v.Findings = append(v.Findings, warning)
	}
}

// marks is how much was known of an execution and those before.
type marks struct {
	untrusted                        bool
	reached, untold, counting, waits int
}

func (e *explorer) marks() marks {
	return marks{e.x.Untrusted, len(e.x.Reached), len(e.x.Untold), len(e.x.Counting), len(e.x.Waits)}
}

// alone reports whether one goroutine has executed everything: there is one order,
// and a long execution costs no more than its length.
func alone(x *prim.Execution) bool {
	return !slices.ContainsFunc(x.Events, func(e prim.Event) bool { return e.G != 0 })
}

// count counts the last execution.
func (e *explorer) count(v *verdict.Verdict) {
	e.seen.note(e.x, len(e.base.Early))
	v.Counts.Executions++
	v.Counts.Steps += uint64(len(e.x.Events))
	v.Counts.Depth = max(v.Counts.Depth, len(e.x.Events))
	if n := v.Counts.Executions; e.o.Progress != nil && n%progressEvery == 0 {
		e.o.Progress(n)
	}
}

// progressEvery is how many executions there are between two reports of progress.
const progressEvery = 512

func executions(n uint64) string {
	if n == 1 {
		return "1 execution"
	}
	return fmt.Sprintf("%d executions", n)
}
