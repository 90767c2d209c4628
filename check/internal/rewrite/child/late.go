package child

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// late marks a run in which goroutines begin with an operation of their own.
const late = wire.Late

// lastInTurn is the strategy that has each goroutine in turn go on only where no other can, in
// no more executions than mostLast: what one does that no other waits for comes last then, when
// little else can have come since what it races with.
const (
	lastInTurn = "pct"
	mostLast   = 100
)

// lateStarts are how many executions are made in which goroutines begin late, by strategy: so
// many that of two accesses, among others to the same place, each comes first in one of them
// with near certainty.
var lateStarts = []struct {
	strategy   string
	executions uint64
}{{lastInTurn, 24}, {"urw", 8}}

// late makes a few more executions of a test that has not failed, for the race detector.
// It remembers four accesses to eight bytes, and so many goroutines. Where two do not
// synchronise one order of them stands for all, and in that one the detector may have
// forgotten the access of the one when the other's comes. Here their order is random, and so
// is that of what they do before their first operations. A fault that is seeded is for the
// search to find.
func (e *explorer) late(name string, o search.Options, v *verdict.Verdict) *verdict.Verdict {
	if e.x == nil || !e.x.Several() {
		return v
	}
	return e.lately(name, o, v, 1)
}

// lately is late, with one in so many of the executions.
func (e *explorer) lately(name string, o search.Options, v *verdict.Verdict, share uint64) *verdict.Verdict {
	if !exec.Race || v.Answer == verdict.Fail || o.Replay != "" || exec.Seeded != "" || o.Context.Err() != nil {
		return v
	}
	log := e.log
	o.Late, o.TimeUp = true, nil
	if config.Outcomes || e.run != nil && len(e.run.Attrs) > 0 {
		// When an operation is called, or an outcome comes of it, is judged by the orders before.
		o.Judge = func(*prim.Execution) (verdict.Code, string, bool) { return "", "", true }
	}
	var made, wanted uint64
	for _, s := range lateStarts {
		o.Strategy, o.Executions = s.strategy, s.executions
		if s.strategy == lastInTurn {
			o.Executions = max(o.Executions, uint64(e.x.Goroutines())+1)
		}
		o.Executions /= share
		wanted += o.Executions
		o.Executions = min(o.Executions, mostLast)
		if o.Executions == 0 {
			continue
		}
		w := e.explored(name, o)
		made += w.Counts.Executions
		if w.Answer == verdict.Fail && e.fails(name, o, w) {
			marked(w, late)
			include(w, v)
			e.unfinished = false // no other process need go on
			return w
		}
	}
	e.log = log // and not of one that did not fail again
	if made < wanted {
		v.Assume(verdict.Assumption{Premise: fmt.Sprintf("the race detector has forgotten no access: %d of %d further executions were made that would show some", made, wanted)})
	}
	return v
}

// fails reports whether a late execution fails when it is made again, if what it has found is
// no race: everything else is found in the executions before, unless it has to do with what
// nobody controls.
func (e *explorer) fails(name string, o search.Options, w *verdict.Verdict) bool {
	f := w.Findings[0]
	if f.Code == verdict.DataRace || f.Trace == nil {
		return f.Code == verdict.DataRace
	}
	e.asked(&o, f.Trace.Replay)
	o.Late = true
	again := e.explored(name, o)
	return again.Answer == verdict.Fail && again.Findings[0].Code == f.Code
}

// lateBeside does so with parallel tests together of which none is known to change what
// others use: it may have put back what it has changed. The more there are, the fewer
// executions are made: all together they are some of each test for each.
func (e *explorer) lateBeside(o search.Options, names []string, v *verdict.Verdict) *verdict.Verdict {
	if len(names) < 2 {
		return v
	}
	run := e.run
	e.names = names
	defer func() { e.names = nil }()
	w := e.lately(e.name, o, v, uint64(min(len(names)/4+1, 12)))
	if w.Answer != verdict.Fail {
		e.run = run
	}
	return w
}
