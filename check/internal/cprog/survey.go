//go:build linux && amd64

package cprog

import (
	"context"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Survey looks at all executions of a program, whatever is wrong with them: what fails in
// one does not keep others from being looked at. Close it.
type Survey struct{ s *session }

// NewSurvey begins a survey.
func NewSurvey(p *Program, name string, c Config) *Survey {
	return &Survey{&session{program: p, x: newExecutor(p, c), config: c, name: name}}
}

// Close ends the process of the program.
func (y *Survey) Close() { y.s.x.Close() }

// All has see look at the executions of the program. The verdict says whether these are
// all; it fails only for executions that have no end.
func (y *Survey) All(ctx context.Context, see func(*Ending)) *verdict.Verdict {
	return y.explore(ctx, y.s.config.Search, func(e *Ending) (verdict.Code, string, bool) {
		if e == nil {
			return "", "", false
		}
		see(e)
		return "", "", true
	})
}

// Some has see look at executions that are drawn at random.
func (y *Survey) Some(ctx context.Context, executions uint64, see func(*Ending)) *verdict.Verdict {
	o := y.s.config.Search
	o.Strategy, o.Executions = "urw", executions
	return y.explore(ctx, o, func(e *Ending) (verdict.Code, string, bool) {
		if e != nil {
			see(e)
		}
		return "", "", true
	})
}

// Find looks for an execution that wanted wants, and says what is wrong with it.
func (y *Survey) Find(ctx context.Context, random bool, wanted Wanted) (f verdict.Finding, output string, found bool) {
	o := y.s.config.Search
	if random {
		o.Strategy = "urw"
	}
	v := y.explore(ctx, o, func(e *Ending) (verdict.Code, string, bool) {
		if e == nil {
			return "", "", true
		}
		code, message, ok := wanted(e)
		if code != "" || !ok {
			y.s.output = y.s.written()
		}
		return code, message, ok
	})
	if len(v.Findings) == 0 {
		return f, "", false
	}
	return v.Findings[0], y.s.output, true
}

// Races adds the data races that the executions have shown.
func (y *Survey) Races(ctx context.Context, v *verdict.Verdict) {
	y.s.addRaces(ctx, v)
	y.s.words(v)
}

// Unsupported reports whether the program has got to something that is not controlled.
func (y *Survey) Unsupported() bool { return len(y.s.x.Reached) > 0 }

// Timed reports whether the executions have waited with a time limit.
func (y *Survey) Timed() bool { return y.s.x.used&timedWaits != 0 }

// explore explores, with judge for the executions that have come to an end; nil is one
// that was cut short.
func (y *Survey) explore(ctx context.Context, o search.Options, judge func(*Ending) (verdict.Code, string, bool)) *verdict.Verdict {
	o.Context, o.Named = ctx, y.s.called
	o.Judge = func(x *prim.Execution) (verdict.Code, string, bool) {
		y.s.see()
		return judge(y.s.ending(x))
	}
	v := search.Explore(y.s.name, y.s.x, o)
	v.ElapsedMS = 0
	y.s.words(v)
	return v
}

// ending is how the last execution has ended, nil if it was cut short.
func (s *session) ending(x *prim.Execution) *Ending {
	w := s.x.child.job
	e := &Ending{Printed: string(w.Print[:min(max(w.Printed, 0), maxOutput)]), Unwritten: int(w.Unwritten), Late: int(w.Late), Raced: len(s.raced()) > 0}
	e.Others = func() int { return others(x, func(thread int32) int32 { return w.Thread[thread].Process }) }
	e.EndOfFile = slices.ContainsFunc(x.Events, func(ev prim.Event) bool { return ev.Op.Kind == prim.OpPipeRead })
	switch x.End {
	case prim.Done:
		e.Over = true
	case prim.Deadlock:
		e.Over = x.Threads[0].Ended
		e.Stuck = !e.Over
	case prim.Failed:
		e.Failed = strings.Join(x.Report.Log, "; ")
		if e.Status = int(w.Status); e.Status != 0 {
			e.Over = true
		}
	case prim.Panicked:
		e.Crash, e.InChild = text(w.Message[:]), w.Thread[x.Where].Process != 0
		e.Over = e.InChild && x.Threads[0].Ended
	default:
		if e.TimesOut = s.timesOut(x); e.TimesOut == "" {
			return nil
		}
	}
	if what := s.evades(x); what != "" {
		e.Failed = what
	}
	if s.config.Returns && w.Returned == 0 {
		e.Over = false
	}
	if e.Over && w.Left&leftSomething != 0 {
		e.Left = text(w.Message[:])
	}
	if s.config.MayNotSpin {
		e.Spins = s.spins(x)
	}
	return e
}
