//go:build linux && amd64

package cprog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Explore explores the executions of a program. With Search.Replay it makes one.
func Explore(ctx context.Context, p *Program, name string, c Config) Result {
	begin := time.Now()
	if c.Time > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Time)
		defer cancel()
	}
	s := newSession(p, name, c)
	defer s.x.Close()
	v := s.explore(ctx)
	r := Result{Verdict: v, Output: s.output}
	if w, output := s.failsEarly(ctx, v); w != nil {
		r = Result{Verdict: w, Output: output, Early: true}
	} else {
		s.words(v)
	}
	r.Verdict.ElapsedMS = time.Since(begin).Milliseconds()
	return r
}

func newSession(p *Program, name string, c Config) *session {
	x := newExecutor(p, c)
	s := &session{program: p, x: x, config: c, name: name}
	s.historian = newHistorian(func() *wireJob { return x.child.job }, s.object, p.position)
	return s
}

// session is an exploration of a program.
type session struct {
	program   *Program
	x         *executor
	config    Config
	name      string
	output    string
	historian *historian
	races     []found // that the executions so far have shown
	strategy  string  // of the random executions under way
	// Executions that came to their end, those that left something behind, and what.
	ends, leaving int
	left          string
	// The time of waits may be over early, and what the program says then.
	early     bool
	complaint string
}

// found is a data race.
type found struct {
	key      raceKey
	message  string
	sides    []verdict.Access
	strategy string // of the search that has met it
}

func (s *session) explore(ctx context.Context) *verdict.Verdict {
	o := s.config.Search
	o.Context = ctx
	o.Named = s.called
	o.Judge = func(x *prim.Execution) (verdict.Code, string, bool) {
		s.see()
		s.noteLeft(x)
		if x.End == prim.Failed || x.End == prim.Panicked || x.End == prim.Deadlock {
			s.output = s.written()
		}
		if s.config.MayNotSpin {
			if what := s.spins(x); what != "" {
				return verdict.BusyWaiting, what, true
			}
		}
		if what := s.evades(x); what != "" {
			return verdict.FailedAssertion, what, true
		}
		if what := s.timesOut(x); what != "" && len(s.config.Judged) > 0 {
			return verdict.Deadlock, what, true
		}
		if s.config.Outcome == nil {
			if code, message, ok := s.historian.judge(x); ok {
				return code, message, true
			}
			return coded(x)
		}
		if end := ended(x); end != "" {
			s.config.Outcome(end, s.written())
		}
		return "", "", true
	}
	var v *verdict.Verdict
	switch {
	case o.Replay != "":
		v = search.Explore(s.name, s.x, o)
		s.addRaces(ctx, v)
	case o.Strategy != "":
		v = search.Explore(s.name, s.x, o)
		s.addRaces(ctx, v)
	default:
		v = s.exhaustive(ctx, o)
		s.addRaces(ctx, v)
		if v.Answer == verdict.Inconclusive {
			s.random(ctx, v, o)
		}
	}
	s.leftBehind(ctx, v)
	s.historian.conclude(v)
	return v
}

// failsEarly explores a program that passes, and waits with time limits, once more with
// waits whose time may be over early, within what is left of the budget. It returns the
// verdict if that fails. What the program itself complains of is no failure, as in Go: it
// is impatient.
func (s *session) failsEarly(ctx context.Context, v *verdict.Verdict) (w *verdict.Verdict, output string) {
	c := s.config
	if !c.AlsoEarly || c.Early || v.Answer != verdict.Pass || s.x.used&timedWaits == 0 || c.Outcome != nil || c.Search.Replay != "" {
		return nil, ""
	}
	o := c.Search
	if o.Executions > 0 {
		if o.Executions -= min(o.Executions, v.Counts.Executions); o.Executions == 0 {
			return nil, ""
		}
	}
	c.Early = true
	e := newSession(s.program, s.name, c)
	defer e.x.Close()
	o.Context, o.Named, o.Further = ctx, e.called, 0
	o.Judge = func(x *prim.Execution) (verdict.Code, string, bool) {
		e.see()
		if code, message, ok := e.historian.judge(x); ok {
			return code, message, true
		}
		if x.End == prim.Failed {
			e.complaint = strings.Join(x.Report.Log, "; ")
			return "", "", true
		}
		if x.End == prim.Panicked || x.End == prim.Deadlock {
			e.output = e.written()
		}
		return "", "", false
	}
	w = search.Explore(s.name, e.x, o)
	e.addRaces(ctx, w)
	switch w.Answer {
	case verdict.Fail:
		e.words(w)
		return w, e.output
	case verdict.Pass:
		v.Counts.Executions += w.Counts.Executions
		v.Counts.Steps += w.Counts.Steps
		s.early, s.complaint = true, e.complaint
	}
	return nil, ""
}

// coded is the code that a harness gives to what it asserts.
func coded(x *prim.Execution) (verdict.Code, string, bool) {
	if x.End != prim.Failed || len(x.Report.Log) == 0 {
		return "", "", false
	}
	code, text, ok := strings.Cut(x.Report.Log[0], ": ")
	if !ok || !isCode(code) {
		return "", "", false
	}
	return verdict.Code(code), text, true
}

func isCode(text string) bool {
	n, ok := strings.CutPrefix(text, "IPC")
	return ok && len(n) == 3 && strings.Trim(n, "0123456789") == ""
}

// spins says who waits by running in a loop, "" if nobody does.
func (s *session) spins(x *prim.Execution) string {
	for i := range x.Events {
		if e := &x.Events[i]; e.Op.Spin {
			return s.x.who(int(e.G)) + " waits by running in a loop, at " + s.program.position(s.x.child.job.Event[i].PC)
		}
	}
	for i, t := range x.Threads {
		if !t.Ended && t.Op.Spin {
			return s.x.who(i) + " waits by running in a loop, at " + s.program.position(s.x.child.job.Thread[i].PC)
		}
	}
	return ""
}

// timeouts are so many that who waits with a time limit, again and again, waits forever.
const timeouts = 100

// timesOut says who waits forever in an execution that has no end, though with a time limit
// each time: nobody does anything else any more. It is "" if that is not so.
func (s *session) timesOut(x *prim.Execution) string {
	if x.End != prim.Bound || s.config.Early {
		return ""
	}
	over := 0
	for i := len(x.Events) - 1; i >= 0 && over < timeouts; i-- {
		switch x.Events[i].Op.Kind {
		case prim.OpTimeout:
			over++
		case prim.OpLock, prim.OpUnlock, prim.OpCondWait, prim.OpCondWake, prim.OpSemTryNo, prim.OpTryLockFailed, prim.OpLoad:
		default:
			return ""
		}
	}
	if over < timeouts {
		return ""
	}
	return s.x.who(int(x.Events[len(x.Events)-1].G)) + " waits, and its time is over again and again: nobody else can go on"
}

// evades says by what one of the files that are judged ends the program, or a thread that it
// has not started, "" if none does.
func (s *session) evades(x *prim.Execution) string {
	if len(s.config.Judged) == 0 {
		return ""
	}
	w := s.x.child.job
	judged := func(at string) bool {
		file, _, _ := strings.Cut(at, ":")
		return slices.Contains(s.config.Judged, file)
	}
	for i := range x.Events {
		e := &w.Event[i]
		by, started := s.program.position(e.Full.Value), s.program.position(w.Thread[e.Thread].Created)
		switch prim.Kind(e.Full.Kind) {
		case prim.OpExit:
			if by = s.program.position(e.PC); w.Thread[e.Thread].Process == 0 && judged(by) {
				return "the program ends there, before it has been judged: " + by
			}
		case prim.OpThreadEnd:
			if judged(by) && !judged(started) {
				return "a thread ends there that was started elsewhere: " + by
			}
		}
	}
	if s.config.Returns && x.End == prim.Done && w.Returned == 0 {
		return "the program ends before it has been judged"
	}
	return ""
}

// ended says how an execution has ended, "" if it was cut short.
func ended(x *prim.Execution) string {
	switch x.End {
	case prim.Done:
		return "finished"
	case prim.Failed:
		return "finished, " + strings.Join(x.Report.Log, "; ")
	case prim.Deadlock:
		if x.Threads[0].Ended {
			return "finished"
		}
		return "stuck"
	case prim.Panicked:
		return fmt.Sprint("crash: ", x.Panic)
	}
	return ""
}

// exhaustive makes use of half of the budget.
func (s *session) exhaustive(ctx context.Context, o search.Options) *verdict.Verdict {
	if o.Executions > 1 {
		o.Executions /= 2
	}
	if until, ok := ctx.Deadline(); ok {
		half, cancel := context.WithTimeoutCause(ctx, time.Until(until)/2, fmt.Errorf("half of the time is used up"))
		defer cancel()
		o.Context = half
	}
	return search.Explore(s.name, s.x, o)
}

// random makes use of what is left of it: if random executions fail, so does the program.
func (s *session) random(ctx context.Context, v *verdict.Verdict, o search.Options) {
	if len(s.x.Reached) > 0 || s.x.child == nil {
		return // they show nothing
	}
	left := o.Executions - min(o.Executions, v.Counts.Executions)
	looked, random := v.Coverage, uint64(0)
	for i, strategy := range []string{"urw", "pct"} {
		o.Strategy, s.strategy = strategy, strategy
		if o.Executions = left / uint64(2-i); o.Executions == 0 {
			return
		}
		left -= o.Executions
		if until, ok := ctx.Deadline(); ok {
			part, cancel := context.WithTimeout(ctx, time.Until(until)/time.Duration(2-i))
			defer cancel()
			o.Context = part
		}
		w := search.Explore(s.name, s.x, o)
		v.Counts.Executions += w.Counts.Executions
		v.Counts.Steps += w.Counts.Steps
		random += w.Counts.Executions
		v.Coverage = fmt.Sprintf("%s, and %d at random", looked, random)
		if w.Answer == verdict.Fail {
			v.Answer, v.Reason, v.Findings = verdict.Fail, "", w.Findings
			v.Coverage = w.Coverage
			return
		}
		if len(s.races) > 0 {
			s.addRaces(ctx, v)
			return
		}
	}
	v.Reason += "; random executions with the rest of the budget find nothing"
}

// see notes the races of the last execution.
func (s *session) see() {
	for _, f := range s.raced() {
		if !s.x.races[f.key] {
			s.x.races[f.key] = true
			f.strategy = s.strategy
			s.races = append(s.races, f)
		}
	}
}

// mostRaces is how many data races are told.
const mostRaces = 3

// addRaces adds the data races to a verdict, each with an execution that has it.
func (s *session) addRaces(ctx context.Context, v *verdict.Verdict) {
	if s.config.NoRaces {
		return
	}
	for i, f := range s.races {
		if i == mostRaces {
			break
		}
		o := s.config.Search
		o.Context, o.Strategy, o.Further = ctx, f.strategy, 0
		o.Named = s.called
		o.Judge = s.racing(f)
		w := search.Explore(s.name, s.x, o)
		if len(w.Findings) == 0 {
			w.Findings = []verdict.Finding{{Code: verdict.DataRace, Message: f.message}}
		}
		found := w.Findings[0]
		found.Accesses = f.sides
		v.Answer, v.Reason = verdict.Fail, ""
		if found.Trace == nil {
			v.Findings = append(v.Findings, found)
			continue
		}
		run := *found.Trace
		for i, race := range append(s.accesses(f.key), nil) {
			if race == nil && i > 0 {
				break
			}
			trace := run
			found.Trace, trace.Race = &trace, race
			v.Findings = append(v.Findings, found)
		}
	}
}

// racing judges by one race alone.
func (s *session) racing(f found) func(*prim.Execution) (verdict.Code, string, bool) {
	return func(*prim.Execution) (verdict.Code, string, bool) {
		for _, g := range s.raced() {
			if g.key == f.key {
				return verdict.DataRace, f.message, true
			}
		}
		return "", "", true
	}
}
