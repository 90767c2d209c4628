package search

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// explorer explores what one executor executes.
type explorer struct {
	o         Options
	kind      *StrategyKind // of the strategy
	name      string
	given     uint64 // the budget of executions that somebody has given; 0: nobody
	exec      prim.Executor
	base      prim.Plan        // what all plans have in common
	mostSteps int              // up to which the bound of base may grow
	plan      prim.Plan        // the last one
	x         *prim.Execution  // the last one
	err       error            // that an execution could not be made
	objects   map[int32]string // the names of its objects, once one was asked for

	ends ends     // of the search under way
	seen timeline // by the search under way
	left leaks    // by the executions in which no timer fires early
	said []string // by the test, when timers fired early

	until      time.Time // when the search must have ended; zero: there is no limit
	plainUntil time.Time // when the executions must have ended in which none does; zero: there is no limit

	warm  bool   // an execution has been made before
	raced *fault // what the race detector has reported of it; nil: nothing

	reported bool // it has reported something of it, if only of the standard library
}

// strategy is a fresh strategy.
func (e *explorer) strategy() Strategy { return e.kind.New(&e.o) }

// loosely makes an execution once more in which goroutines have met at locks or atomics of
// the standard library: in the other order these might not hide what races. If what the
// library does with its atomics races itself then, that says nothing of the program, and
// once more only the locks order nobody.
func (e *explorer) loosely(s Strategy) {
	if e.raced != nil || e.err != nil || e.o.Loose == nil {
		return
	}
	locked := e.x.Locked
	if e.x.Published && !e.runLoose(s, prim.LooseAtomics) || e.raced != nil || e.err != nil {
		return
	}
	if locked {
		e.runLoose(s, prim.LooseLocks)
	}
}

// runLoose makes an execution loosely, and reports whether the race detector has anything
// to say of it.
func (e *explorer) runLoose(s Strategy, how prim.Loose) (reported bool) {
	e.base.Loose = how
	e.run(s)
	e.base.Loose = prim.Strict
	return e.reported
}

// run makes one execution.
func (e *explorer) run(s Strategy) {
	e.plan = e.base
	s.Plan(&e.plan)
	x, err := e.exec.Execute(&e.plan)
	if err != nil {
		e.err, x = err, &prim.Execution{End: prim.Stopped, Misfit: -1}
	}
	e.x, e.raced, e.objects = x, nil, nil
	e.reported = x.Raced
	if x.Raced && e.plan.Loose != prim.Strict {
		message, accesses, ok := e.o.Loose(e.plan.Loose)
		if x.Raced = ok; ok {
			e.raced = &fault{code: verdict.DataRace, message: message, accesses: accesses}
		}
		return
	}
	if x.Raced {
		e.raced = &fault{code: verdict.DataRace, message: "two goroutines access the same memory, one of them writes, and nothing orders the two; the race detector's report says where"}
		if e.o.Raced != nil {
			if e.raced.message, e.raced.accesses = e.o.Raced(); e.raced.message == "" {
				x.Raced, e.raced = false, nil
				return
			}
			if len(e.raced.accesses) > 0 && x.Racer >= 0 {
				by, own := x.Racer, x.RacerSeq
				e.raced.accesses[0].Process, e.raced.accesses[0].Own = &by, own
			}
		}
	}
}
