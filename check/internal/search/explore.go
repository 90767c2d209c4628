package search

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Options of an exploration. The zero value explores every trace, up to bounds
// that are generous for a test.
type Options struct {
	// Strategy is "optimal" (the default): every Mazurkiewicz trace once;
	// "source": the same with more effort, to compare with;
	// "naive": every interleaving; "preemptions": every interleaving with at most
	// Preemptions of them; "random", "pct" or "urw": Executions random ones.
	Strategy    string
	Preemptions int
	Seed        uint64
	// Executions and Steps bound the number of executions, and of operations in
	// one of them; 0: 1,000,000 and 10,000, or 1,000 random executions. A search
	// that reaches a bound is inconclusive.
	Executions uint64
	Steps      int
	// SignalAny lets a Signal wake any waiter; else it wakes the one that has
	// waited longest, as Go's runtime does.
	SignalAny bool
	// All goes on after the first execution that fails, to count them all.
	All bool
	// Replay makes one execution with these choices: see [verdict.Trace] Replay.
	Replay string
	// Delay is by how much time may pass, in a run, while somebody can go on. At 0
	// time stands still as long as anybody can. Only random strategies and
	// replays look at it.
	Delay time.Duration
	// Plain leaves the trace of a replayed execution as it is.
	Plain bool
	// Judge, if not nil, looks at an execution that has ended and says what it
	// did wrong: "", if that which it did is right. If it has no opinion the
	// rules of package search apply.
	Judge func(x *exec.Exec) (code verdict.Code, message string, ok bool)
	// Raced, if not nil, describes the data races of the execution that has just
	// ended, which the race detector has reported.
	Raced func() (message string, accesses []verdict.Access)
	// Context ends the exploration early, with an inconclusive answer.
	Context context.Context
}

// Body is what is explored: it is called for every execution, in a controlled
// goroutine, and must do the same under the same schedule.
type Body func(t *sched.T)

// fault is what an execution did wrong.
type fault struct {
	code     verdict.Code
	message  string
	accesses []verdict.Access
}

// explorer explores one body.
type explorer struct {
	o    Options
	name string
	body Body
	x    *exec.Exec

	raced *fault // what the race detector has reported of the execution; nil: nothing
}

// Explore explores the executions of a body.
func Explore(name string, body Body, o Options) *verdict.Verdict {
	if o.Strategy == "" {
		o.Strategy = "optimal"
	}
	random := o.Strategy == "random" || o.Strategy == "pct" || o.Strategy == "urw"
	if o.Executions == 0 {
		o.Executions = 1_000_000
		if random {
			o.Executions = 1000
		}
	}
	if o.Steps == 0 {
		o.Steps = 10_000
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	if !random && o.Replay == "" {
		o.Delay = 0
	}
	begin := time.Now()
	e := &explorer{o: o, name: name, body: body, x: &exec.Exec{MaxSteps: o.Steps, SignalAny: o.SignalAny, Delay: o.Delay}}
	defer e.x.Close()
	v := &verdict.Verdict{
		Schema: verdict.Schema, Subject: name, Kind: verdict.Test, Findings: []verdict.Finding{},
		Engine: "search: " + o.Strategy, Seed: o.Seed,
	}
	e.explore(v)
	v.ElapsedMS = time.Since(begin).Milliseconds()
	return v
}

// strategy is a fresh strategy of the kind that is asked for; nil if there is no
// such kind.
func (e *explorer) strategy() Strategy {
	switch e.o.Strategy {
	case "optimal":
		return new(Optimal)
	case "source":
		return new(Source)
	case "naive":
		return &Naive{Bound: -1}
	case "preemptions":
		return &Naive{Bound: e.o.Preemptions}
	case "random":
		return &Random{Seed: e.o.Seed}
	case "pct":
		return &PCT{Seed: e.o.Seed}
	case "urw":
		return &URW{Seed: e.o.Seed}
	}
	return nil
}

// run makes one execution.
func (e *explorer) run(c exec.Chooser) {
	before := exec.RaceErrors()
	e.x.Report.Name = e.name
	e.x.Run(func() { e.body(new(sched.T)) }, c)
	e.raced = nil
	if exec.RaceErrors() > before {
		e.raced = &fault{code: verdict.DataRace, message: "two goroutines access the same memory, one of them writes, and nothing orders the two; the race detector's report says where"}
		if e.o.Raced != nil {
			e.raced.message, e.raced.accesses = e.o.Raced()
		}
	}
}

func (e *explorer) explore(v *verdict.Verdict) {
	if e.o.Replay != "" {
		e.replay(v)
		return
	}
	s := e.strategy()
	if s == nil {
		v.Answer, v.Reason = verdict.Inconclusive, fmt.Sprintf("there is no strategy %q: there are optimal, source, naive, preemptions, random, pct and urw", e.o.Strategy)
		return
	}
	learned := 0
	bounded := uint64(0)
	var first *fault
	var choices []Choice
	more := true
	reason := ""
	for more {
		if v.Counts.Executions >= e.o.Executions {
			reason = fmt.Sprintf("%d executions were made, and there are more", v.Counts.Executions)
			break
		}
		if e.o.Context.Err() != nil {
			reason = fmt.Sprintf("stopped after %d executions: %v", v.Counts.Executions, context.Cause(e.o.Context))
			break
		}
		e.run(s)
		if e.raced != nil && !e.o.All {
			// A race counts, whatever becomes of the execution otherwise.
			v.Counts.Executions++
			v.Counts.Steps += uint64(len(e.x.Events))
			v.Counts.Depth = max(v.Counts.Depth, len(e.x.Events))
			first, choices = e.raced, choicesOf(e.x)
			break
		}
		if e.x.Learned() > learned {
			learned = e.x.Learned()
			s = e.strategy()
			v.Counts = verdict.Counts{}
			bounded = 0
			continue
		}
		if d := s.Diverged(); d != nil {
			reason = d.String()
			break
		}
		v.Counts.Executions++
		v.Counts.Steps += uint64(len(e.x.Events))
		v.Counts.Depth = max(v.Counts.Depth, len(e.x.Events))
		switch e.x.End {
		case exec.Deadlock:
			v.Counts.Deadlocked++
		case exec.Stopped:
			v.Counts.Blocked++
		case exec.Bound:
			bounded++
		case exec.Crowded:
			reason = fmt.Sprintf("the body starts more than %d goroutines", exec.MaxGoroutines)
		case exec.Endless:
			reason = fmt.Sprintf("%s goes on and on without an operation on anything shared, at %s: stopped", e.who(e.x.Where), e.x.Place)
		}
		if e.x.End == exec.Crowded || e.x.End == exec.Endless {
			break
		}
		f := e.judge()
		if f != nil && f.code == verdict.Livelock && !e.x.Patient {
			// A loop that goes round very often looks the same: make sure.
			e.x.Patient = true
			e.x.Forget()
			learned, bounded = 0, 0
			s = e.strategy()
			v.Counts = verdict.Counts{}
			continue
		}
		if f != nil && first == nil {
			first = f
			choices = choicesOf(e.x)
			if !e.o.All {
				break
			}
		}
		more = s.After(e.x)
	}
	v.Complete = !more && first == nil && reason == "" && bounded == 0 && len(e.x.Reached) > 0
	if len(e.x.Reached) > 0 {
		v.Unchecked = append(v.Unchecked, e.x.Reached...)
		if reason == "" {
			reason = "the program reaches what is not controlled: " + strings.Join(e.x.Reached, "; ")
		}
	}
	exhaustive := e.o.Strategy == "optimal" || e.o.Strategy == "source" || e.o.Strategy == "naive" || e.o.Strategy == "preemptions"
	if bounded > 0 && reason == "" {
		reason = fmt.Sprintf("%d executions were cut short after %d operations", bounded, e.o.Steps)
	}
	if !exhaustive && reason == "" {
		reason = "random schedules show nothing by not failing"
	}
	switch {
	case first != nil:
		v.Answer = verdict.Fail
		v.Findings = append(v.Findings, e.finding(first, choices))
		v.Coverage = executions(v.Counts.Executions)
		if !e.o.All {
			v.Coverage += ", up to the first that fails"
		}
	case reason != "" || e.o.Strategy == "preemptions":
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
}

func executions(n uint64) string {
	if n == 1 {
		return "1 execution"
	}
	return fmt.Sprintf("%d executions", n)
}

// judge says what the execution did wrong; nil if nothing.
func (e *explorer) judge() *fault {
	x := e.x
	if e.raced != nil {
		return e.raced
	}
	if e.o.Judge != nil {
		if code, message, ok := e.o.Judge(x); ok && code == "" {
			return nil
		} else if ok {
			return &fault{code: code, message: message}
		}
	}
	switch x.End {
	case exec.Bound, exec.Endless:
		return e.cycle()
	case exec.Panicked:
		return &fault{code: verdict.Crash, message: fmt.Sprintf("%s panics%s: %s", e.who(x.Where), at(x.Place), panicText(x.Panic))}
	case exec.Deadlock:
		return e.stuck()
	}
	if x.Report.Failed {
		return &fault{code: verdict.FailedAssertion, message: "the test fails: " + strings.Join(trimmed(x.Report.Log), "; ")}
	}
	return nil
}

func trimmed(lines []string) []string {
	var out []string
	for _, l := range lines {
		l = strings.Join(strings.Fields(l), " ")
		// testify says where first, with paths; the trace says it too.
		if rest, ok := strings.CutPrefix(l, "Error Trace: "); ok {
			if _, what, ok := strings.Cut(rest, "Error: "); ok {
				l = what
			}
		}
		out = append(out, l)
	}
	return out
}

func at(place string) string {
	if place == "" {
		return ""
	}
	return " at " + place
}

func panicText(p any) string {
	switch p := p.(type) {
	case error:
		return p.Error()
	default:
		return fmt.Sprint(p)
	}
}

// stuck names the fault of an execution in which nobody can go on.
func (e *explorer) stuck() *fault {
	x := e.x
	var blocked []*exec.G
	spins, left := 0, 0
	for _, g := range x.Gs {
		if g.Finished() || g.Op.Kind == exec.OpTick {
			continue
		}
		blocked = append(blocked, g)
		if g.Spinning() {
			spins++
		}
		if !g.Joined && g.ID != 0 {
			left++
		}
	}
	switch {
	case spins > 0:
		return &fault{code: verdict.Livelock, message: "goroutines run forever and none makes progress: " + e.blockedEach(blocked)}
	case left == len(blocked) && !e.locked():
		return &fault{code: verdict.Leak, message: "left behind when the test is over: " + e.blockedEach(blocked)}
	}
	return &fault{code: verdict.Deadlock, message: e.blockedForever(blocked)}
}

// blockedForever says that the goroutines are, and in what.
func (e *explorer) blockedForever(gs []*exec.G) string {
	if len(gs) == 1 {
		return e.who(gs[0].ID) + " is blocked forever " + e.blocked(gs[0])
	}
	return fmt.Sprintf("%d goroutines are blocked forever: %s", len(gs), e.blockedEach(gs))
}

// blockedEach says of each goroutine what it is blocked in.
func (e *explorer) blockedEach(gs []*exec.G) string {
	var each []string
	for _, g := range gs {
		each = append(each, e.who(g.ID)+" "+e.blocked(g))
	}
	return strings.Join(each, "; ")
}

// cycle finds goroutines that wait for locks which one another hold, while others
// go on; nil if there are none.
func (e *explorer) cycle() *fault {
	for _, g := range e.x.Gs {
		var round []*exec.G
		for at := g; !at.Finished(); {
			h := e.holder(at)
			if h < 0 {
				break
			}
			round = append(round, at)
			if at = e.x.Gs[h]; at == g {
				return &fault{code: verdict.Deadlock, message: e.blockedForever(round)}
			}
			if len(round) > len(e.x.Gs) {
				break
			}
		}
	}
	return nil
}

// locked reports whether one that waits, waits for a lock that another holds
// which waits as well.
func (e *explorer) locked() bool {
	for _, g := range e.x.Gs {
		if !g.Finished() && e.holder(g) >= 0 {
			return true
		}
	}
	return false
}

// holder is the goroutine that holds the lock which g waits for, -1 if it waits
// for something else or nobody in particular holds it.
func (e *explorer) holder(g *exec.G) int {
	switch g.Op.Kind {
	case exec.OpLock, exec.OpWLock, exec.OpRLock, exec.OpCondWake:
		if g.Op.Kind == exec.OpCondWake && !g.Woken() || g.Op.Obj < 0 {
			return -1
		}
		return e.x.Owner(g.Op.Obj)
	}
	return -1
}

func choicesOf(x *exec.Exec) []Choice {
	out := make([]Choice, len(x.Events))
	for i, ev := range x.Events {
		out[i] = Choice{ev.G, ev.Alt}
	}
	return out
}
