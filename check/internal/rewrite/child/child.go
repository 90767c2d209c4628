// Package child is the part of a rewritten program that explores it: every test
// function becomes the body of explorations. A parent process says how, and is
// told what was found.
package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/rt"
	"github.com/ipccheck/ipccheck/check/internal/rt/synctest"
	ours "github.com/ipccheck/ipccheck/check/internal/rt/testing"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/spelling"
	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Test explores a test function.
func Test(t *testing.T, name, position string, f func(t *ours.T)) {
	if config == nil || config.Off {
		image.Off()
		f(ours.Native(t))
		return
	}
	if !slices.Contains(config.Tests, name) || stale {
		t.SkipNow()
	}
	if config.Suites {
		suites(t, name, position, f)
		return
	}
	send(wire.Event{Kind: "start", Test: name, Position: position})
	if slices.Contains(explored, name) {
		undecided(name, "TestMain runs the tests more than once: they are explored as it runs them first, and not as it does later")
	} else if explored = append(explored, name); alone(name) {
		e := &explorer{t: t, name: name, position: position, f: f, wanted: wanted()}
		e.history = e.judgeHistory
		out, errs := os.Stdout, os.Stderr
		e.explore()
		e.unjudged()
		os.Stdout, os.Stderr = out, errs // package testing writes there, and the last execution may have left a full pipe
		stale = e.differs != "" && config.Replay == ""
	}
	send(wire.Event{Kind: "done", Test: name, Anew: stale})
}

var (
	explored []string // the tests that TestMain has run
	stale    bool     // what a test has changed was not put back: the others run in another process
)

// Main explores the main function of a program.
func Main(name, position string, f func()) {
	rt.MayEnd = true
	Scenario(name, position, func() error { f(); return nil })
}

// Scenario explores a function that answers with an error, in the place of a
// program.
func Scenario(name, position string, f func() error) {
	if config == nil || config.Off {
		image.Off()
		if err := f(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	rt.Program = true
	send(wire.Event{Kind: "start", Test: name, Position: position})
	defer send(wire.Event{Kind: "done", Test: name})
	if !alone(name) {
		return
	}
	e := &explorer{name: name}
	e.f = func(t *ours.T) {
		e.err = nil
		if err := f(); err != nil {
			t.Fail()
			e.err = err
		}
	}
	e.explore()
	e.unjudged()
}

// alone reports whether nothing of the program runs beside the executions of a
// test. It says so if anything does.
func alone(name string) bool {
	running := image.Settle()
	if len(running) == 0 {
		return true
	}
	undecided(name, "a goroutine that was started before the tests runs, for something waits there, and is not controlled: "+strings.Join(running, ", ")+startLater)
	return false
}

// startLater is what to do about them.
const startLater = "; let nothing wait before the tests, or start it in them"

// undecided says that a test is not explored, and why.
func undecided(name, why string) {
	send(wire.Event{Kind: "verdict", Test: name, Verdict: &verdict.Verdict{
		Schema: verdict.Schema, Subject: name, Kind: verdict.Test, Answer: verdict.Inconclusive, Engine: "search",
		Findings: []verdict.Finding{}, Reason: why, Unchecked: []string{why},
	}})
}

// execute is called in every execution. The race detector's reports of main have the
// place of that call: see driverFrame.
//
//go:noinline
func (e *explorer) execute() {
	if e.mark {
		mark()
	}
	e.run = &ours.Run{T: new(sched.T), Wanted: e.wanted, Awaits: config.Awaits}
	if differs := rt.PutBack(); differs != "" && e.differs == "" {
		e.differs = differs
		if e.cancel != nil {
			e.cancel()
		}
	}
	world.Written()
	rt.ExitedBy = 0
	if config.Stdin {
		_, _ = syscall.Seek(0, 0, io.SeekStart)
	}
	e.call()
	if world.Keeps {
		world.End()
	}
}

// explored explores it.
func (e *explorer) explored(name string, o search.Options) *verdict.Verdict {
	e.x = exec.New(name, e.execute)
	e.x.Tests = !rt.Program
	if e.mark {
		e.x.AtEnd = mark
	}
	defer e.x.Close()
	v := search.Explore(name, e.x, o)
	if e.names != nil {
		e.nameGroup(v)
	}
	if v.Answer == verdict.Fail && (world.Lucky || e.mayEndBefore(v)) {
		oneWay(v)
	}
	return v
}

// mayEndBefore reports whether a goroutine dies, or ends the program, while the first one can
// go on, or has ended: that might have ended all before. Between two operations no order is
// explored.
func (e *explorer) mayEndBefore(v *verdict.Verdict) bool {
	t := v.Findings[0].Trace
	dies := t != nil && t.Fault != nil && t.Fault.Process != 0
	return (dies || rt.ExitedBy != 0) && !e.x.Blocked(0)
}

// explore explores the test, with its subtests.
func (e *explorer) explore() {
	name := e.name
	ctx := context.Background()
	if config.Seconds > 0 {
		budget := config.Seconds
		if config.Second && !config.Suites {
			budget *= 2 // the other process had as much
		}
		c, cancel := context.WithTimeoutCause(ctx, time.Duration(config.Seconds*float64(time.Second)), fmt.Errorf("the budget of %v s is used up", budget))
		defer cancel()
		ctx = c
	}
	ctx, e.cancel = context.WithCancel(ctx)
	defer e.cancel()
	begin := time.Now()
	last := begin
	made := uint64(0)
	o := search.Options{
		Strategy: config.Strategy, Executions: config.Executions, Preemptions: config.Preemptions, Seed: config.Seed,
		SignalAny: config.SignalAny, Steps: config.Steps, Replay: config.Replay, Context: ctx, NoEarly: config.NoEarly, Further: config.Executions / 4,
		Judge: func(x *prim.Execution) (verdict.Code, string, bool) {
			made++
			if x.End == prim.Escaped {
				e.escaped = true
				e.cancel()
				return "", "", true
			}
			if now := time.Now(); now.Sub(last) > 100*time.Millisecond {
				last = now
				send(wire.Event{Kind: "progress", Test: name, Executions: made})
			}
			if config.Outcomes {
				e.outcome(x)
				return "", "", true
			}
			if e.x.Settling && goesOn(x) {
				return verdict.BusyWaiting, "an operation waits by sleeping in a loop", true
			}
			if config.MayWait && x.End == prim.Done {
				e.over++
			}
			if e.history != nil {
				if code, message, ok := e.history(x); ok {
					if waits := code == verdict.Deadlock || code == verdict.LostWakeup; config.MayWait && waits && x.End == prim.Deadlock {
						return "", "", true
					}
					return code, message, true
				}
			}
			if e.run != nil && x.Report.Failed {
				e.log = nil
				for _, l := range x.Report.Log {
					e.log = append(e.log, spelling.Addresses(l))
				}
				if e.err != nil {
					return verdict.FailedAssertion, e.name + " answers with an error: " + e.err.Error(), true
				}
				if e.t == nil {
					return verdict.FailedAssertion, "the program ends with " + strings.Join(e.log, "; "), true
				}
				return verdict.FailedAssertion, failed(e.log), true
			}
			if config.MayWait && x.End == prim.Deadlock {
				return "", "", true
			}
			if config.Leaks == wire.LeaksOff && (x.End == prim.Deadlock || x.End == prim.LivesOn) && x.Threads[0].Ended {
				return "", "", true
			}
			return "", "", false
		},
	}
	if !rt.Program {
		o.First = "test"
	}
	if exec.Race {
		o.Raced, o.Loose = races.next, races.loose
	}
	if config.Timeouts == wire.TimeoutsStrict {
		o.Timeouts = search.TimeoutsStrict
	}
	if config.Leaks == wire.LeaksWarn && o.Replay == "" {
		o.Leaks = search.LeaksWarn
	}
	image.Met()
	metLocks()
	world.Begin()
	exec.Still, synctest.Settles, synctest.Anywhere = config.Still, config.Settles, config.Awaits
	world.Stdin, world.Keeps = config.Stdin, config.Outcomes && e.t == nil
	v := e.strategies(name, o)
	if config.MayWait && v.Answer == verdict.Pass && e.over == 0 {
		v.Answer, v.Reason = verdict.Inconclusive, "no execution comes to its end"
	}
	if config.Outcomes && e.t == nil { // what is printed has no order that could be another one
		v.Reason = strings.TrimSuffix(v.Reason, search.Naively)
	}
	if e.cutOff && v.Answer == verdict.Pass {
		v.Answer, v.Reason, v.Complete = verdict.Inconclusive, "the program may die while goroutines go on: what they have done by then is not looked at in every order", false
	}
	if v.Answer != verdict.Fail {
		for _, p := range world.Premises() {
			v.Assume(verdict.Assumption{Premise: p.Text, Position: p.Position})
		}
		assumeStarted(v, "what this leaves behind, before the tests, is the same in every order", image.Started())
	}
	var subtests []wire.Subtest
	if e.run != nil {
		v = e.together(o, v)
		for _, s := range e.run.Subtests() {
			s.Name = prim.Cut(s.Name, longestName)
			if v.Answer == verdict.Pass && s.Action == "fail" {
				s.Action = "pass" // in an execution that does not count
			}
			subtests = append(subtests, wire.Subtest(s))
		}
	}
	e.distrust(v)
	v.ElapsedMS = time.Since(begin).Milliseconds()
	report := ""
	if len(v.Findings) > 0 && v.Findings[0].Code == verdict.DataRace {
		report = races.last
	}
	skipped := ""
	if e.run != nil && e.run.Skipped != "" {
		skipped = e.run.Skipped
	}
	if v.Answer == verdict.Fail && v.Findings[0].Trace != nil && out != nil {
		e.show(name, o, v.Findings[0].Trace.Replay)
	}
	if v.Answer == verdict.Fail {
		racesJudged = exec.RaceErrors()
	}
	send(wire.Event{Kind: "verdict", Test: name, Verdict: v, Skipped: skipped, Log: e.log, Marks: marks, Report: report, Subtests: subtests, Unfinished: e.unfinished && !e.escaped, Suites: e.escaped})
}

// assumeStarted has a verdict assume something of goroutines that ran outside of executions.
func assumeStarted(v *verdict.Verdict, premise string, started []string) {
	for _, at := range started {
		v.Assume(verdict.Assumption{Premise: premise, Position: at})
	}
}

// longestName is how much of a subtest's name is told, in bytes.
const longestName = 1 << 10

// failed says that a test fails, and what it has logged.
func failed(log []string) string {
	log = slices.Clone(log)
	for i := range log {
		log[i] = search.Briefly(log[i])
	}
	return strings.TrimSuffix("the test fails: "+strings.Join(log, "; "), ": ")
}

// unjudged reports the races that the detector has found since, in an execution
// whose verdict was not asked for, or outside of executions.
func (e *explorer) unjudged() {
	if !exec.Race || exec.RaceErrors() == racesJudged {
		return
	}
	racesJudged = exec.RaceErrors()
	message, accesses := races.awaited()
	if message == "" {
		return
	}
	if accesses == nil && races.last != "" { // it has been read, but no verdict has told it
		message, accesses = races.message, races.accesses
	}
	send(wire.Event{Kind: "verdict", Test: e.name, Report: races.last, Verdict: &verdict.Verdict{
		Schema: verdict.Schema, Subject: e.name, Kind: verdict.Test, Answer: verdict.Fail, Engine: "search",
		Findings: []verdict.Finding{{Code: verdict.DataRace, Message: message, Accesses: accesses, Engine: "search"}},
		Counts:   verdict.Counts{Executions: 1},
	}})
}

// distrust makes a verdict inconclusive whose executions did not all begin alike, or
// met goroutines that they did not control.
func (e *explorer) distrust(v *verdict.Verdict) {
	why := ""
	if e.differs != "" {
		why = "an execution does not begin in the state in which the first one began: " + e.differs + " differs"
	} else if met := image.Met(); met != "" {
		why = "the program meets a goroutine that was started before the tests, and is not controlled, for something waits there: " + met + startLater
	} else if at := ours.Counted(); at != "" {
		why = "the test counts allocations, and those of ipccheck are among them: " + at + ": testing.AllocsPerRun; it is not controlled"
	}
	if why == "" || v.Answer == verdict.Fail && v.Findings[0].Code == verdict.DataRace {
		return
	}
	v.Answer, v.Reason, v.Findings, v.Complete = verdict.Inconclusive, why, []verdict.Finding{}, false
	v.Unchecked = append(v.Unchecked, why)
	e.unfinished = false
}

// strategies explores with the strategy that was asked for; or exhaustively, and
// if that does not come to an end at random with what is left of the budget.
func (e *explorer) strategies(name string, o search.Options) *verdict.Verdict {
	return e.late(name, o, e.locks(name, o, e.unlocked(name, o)))
}

var errHalf = errors.New("half of the time is used up")

// half is a context with half of the time that there is for a test.
func half(all context.Context) (context.Context, context.CancelFunc) {
	if config.Seconds <= 0 {
		return context.WithCancel(all)
	}
	return context.WithTimeoutCause(all, time.Duration(config.Seconds/2*float64(time.Second)), errHalf)
}

// unlocked does so, and the standard library's locks are no operations.
func (e *explorer) unlocked(name string, o search.Options) *verdict.Verdict {
	marks := ""
	if o.Replay != "" {
		marks = e.asked(&o, o.Replay)
	}
	if out == nil {
		o.Plain = true // somebody watches: once is enough
	}
	if o.Strategy != "" || o.Replay != "" {
		v := e.explored(name, o)
		marked(v, marks)
		return v
	}
	total, all := o.Executions, o.Context
	if total > firstLook {
		look, cancel := all, context.CancelFunc(func() {})
		if config.Handover {
			look, cancel = half(all)
		}
		o.Context = look
		v, decided := e.firstLook(name, o)
		cancel()
		if o.Context = all; decided {
			return e.chance(name, o, v, total-min(total, v.Counts.Executions))
		}
		if context.Cause(look) == errHalf || all.Err() != nil {
			e.unfinished = config.Handover && v.Answer != verdict.Pass
			return v
		}
	}
	o.Strategy = "optimal"
	o.Executions = total/2 + 1
	first, cancel := half(all)
	defer cancel()
	o.Context = first
	timeUp := false
	o.TimeUp = &timeUp
	v := e.explored(name, o)
	v.Engine = "search"
	if v.Answer == verdict.Fail {
		return v
	}
	complete := v.Answer == verdict.Pass || v.Complete
	e.unfinished = config.Handover && !complete && (timeUp || e.x.End == prim.NoProgress)
	if e.unfinished {
		return v
	}
	if complete {
		return e.chance(name, o, v, total-min(total, v.Counts.Executions))
	}
	o.Context = all
	if parts := len(e.x.Parts) + 1; parts > 1 {
		if w := e.partwise(name, o, v, parts); w.Answer != verdict.Inconclusive {
			return w
		} else {
			v.Counts.Executions = w.Counts.Executions
		}
	}
	return e.random(name, o, v, max((total-min(total, v.Counts.Executions))/4, 1))
}

// random makes random executions, n of each kind, until one fails. v is what came of
// those that were to be all there are.
func (e *explorer) random(name string, o search.Options, v *verdict.Verdict, n uint64) *verdict.Verdict {
	exhaustive := v
	for i, s := range []string{"urw", "pct"} {
		o.Strategy, o.Seed, o.Executions = s, config.Seed+uint64(i), n
		w := e.explored(name, o)
		include(w, v)
		if v = w; v.Answer == verdict.Fail {
			return v
		}
	}
	random := v.Counts.Executions - exhaustive.Counts.Executions
	v.Reason = exhaustive.Reason
	switch {
	case random > 0:
		v.Coverage = fmt.Sprintf("%d executions, %d of them random", v.Counts.Executions, random)
	case v.Counts.Executions == 1:
		v.Coverage = "1 execution"
	default:
		v.Coverage = fmt.Sprintf("%d executions", v.Counts.Executions)
	}
	if len(v.Unchecked) == 0 {
		v.Unchecked = exhaustive.Unchecked
	}
	return v
}

// Executions of the first look at a test.
const (
	firstLook   = 500
	firstRandom = 150 // of each kind
)

// firstLook makes a few executions of each kind: a small test is done then, and in a
// large one a fault is met soon that many executions have. It reports whether either is
// so.
func (e *explorer) firstLook(name string, o search.Options) (v *verdict.Verdict, decided bool) {
	o.Strategy, o.Executions = "optimal", firstLook
	v = e.explored(name, o)
	v.Engine = "search"
	if more := v.Counts.Executions >= firstLook; v.Answer == verdict.Fail || !more && (v.Answer == verdict.Pass || v.Complete) {
		return v, true // and not where more timers might fire early
	}
	w := e.random(name, o, v, firstRandom)
	if v.Answer == verdict.Pass && w.Answer != verdict.Fail {
		// It passes with as few early timers as there were executions for, whatever comes
		// of looking further, if there is time for that.
		v.Counts.Executions = w.Counts.Executions
		w = v
	}
	return w, w.Answer == verdict.Fail
}

// include adds to the counts of a verdict those of an exploration before.
func include(v, before *verdict.Verdict) {
	v.Engine = "search"
	search.Include(v, before.Counts.Executions)
	for _, a := range before.Assumes {
		v.Assume(a)
	}
	v.Counts.Executions += before.Counts.Executions
	v.Counts.Steps += before.Counts.Steps
	v.Counts.Deadlocked += before.Counts.Deadlocked
	v.Counts.Blocked += before.Counts.Blocked
	v.Counts.Cut += before.Counts.Cut
	v.Counts.Depth = max(v.Counts.Depth, before.Counts.Depth)
}

// partwise explores a test part by part: the subtests that run one after the other,
// and what is between them. In each all orders are explored, while the others have
// one. So it takes the sum of what the parts take, and not the product, which v has
// found to be too much.
func (e *explorer) partwise(name string, o search.Options, v *verdict.Verdict, parts int) *verdict.Verdict {
	left := o.Executions
	for o.Part = 1; o.Part <= parts; o.Part++ {
		o.Executions = left/uint64(parts-o.Part+1) + 1
		w := e.explored(name, o)
		left -= min(left, w.Counts.Executions)
		include(w, v)
		if v = w; v.Answer != verdict.Pass {
			return v
		}
	}
	v.Coverage = "every interleaving within each subtest that runs by itself, and between them, one execution for each order of the synchronisation operations that depend on each other; those of all together are too many"
	v.Assume(verdict.Assumption{Premise: "what a subtest leaves behind does not depend on its interleaving", Position: e.position})
	return v
}

// show makes the execution that fails once more, and marks what it prints.
func (e *explorer) show(name string, o search.Options, replay string) {
	e.asked(&o, replay)
	o.Plain = true
	e.mark = true
	e.explored(name, o)
	e.mark, exec.Choosing, exec.Locking = false, false, false
}

// marks counts the markers.
var marks int

// What is written goes there, whatever the program has put in the variables of package os.
var stdout, stderr = os.NewFile(uintptr(syscall.Stdout), "/dev/stdout"), os.NewFile(uintptr(syscall.Stderr), "/dev/stderr")

// The detector is not to see that the goroutines of several executions count.
//
//go:norace
func mark() {
	marks++
	m := wire.Marker(config.Mark)
	fmt.Fprint(stdout, m)
	fmt.Fprint(stderr, m)
}
