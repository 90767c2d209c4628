package search

import (
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Limits of the work that is put into finding the critical step, in executions and
// in steps.
const (
	criticalLimit = 2000
	criticalSteps = 100_000
)

// critical is the step after which the fault can no longer be avoided, -1 if that
// is too costly to find out.
func (e *explorer) critical(code verdict.Code, choices []prim.Choice) int {
	lo, hi := -1, len(choices)-1 // after lo it can be avoided, after hi not
	steps := criticalSteps
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		avoidable, known := e.avoidable(code, choices[:mid+1], &steps)
		switch {
		case !known:
			return -1
		case avoidable:
			lo = mid
		default:
			hi = mid
		}
	}
	return hi
}

// avoidable reports whether a run that begins with the choices can end without
// the fault, in so many steps. One order of each trace tells it, unless a fault has kept
// others from doing what would have shown more traces.
func (e *explorer) avoidable(code verdict.Code, choices []prim.Choice, steps *int) (yes, known bool) {
	yes, known, all := e.endsOtherwise(code, &Source{prefix: choices}, steps)
	if known && !yes && !all {
		yes, known, _ = e.endsOtherwise(code, &Naive{Bound: -1, prefix: choices}, steps)
	}
	return yes, known
}

// endsOtherwise reports whether some run of a strategy ends without the fault. all says
// that no run was cut short.
func (e *explorer) endsOtherwise(code verdict.Code, s Strategy, steps *int) (yes, known, all bool) {
	all = true
	for range criticalLimit {
		if *steps < 0 {
			break
		}
		e.run(s)
		*steps -= len(e.x.Events)
		if e.err != nil || e.x.End == prim.OutOfTime {
			break
		}
		all = all && (e.x.End == prim.Done || e.x.End == prim.Deadlock || e.x.End == prim.Stopped || e.x.End == prim.Failed || e.x.End == prim.Panicked) && !cut(e.x)
		if e.x.End != prim.Stopped {
			if f := e.judge(); f == nil || f.code != code {
				return true, true, all
			}
		}
		if !s.After(e.x) {
			return false, true, all
		}
	}
	return false, false, all
}
