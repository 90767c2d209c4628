package search

import (
	"fmt"
	"slices"
	"time"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// A goroutine may be held up for any length of time, and a timer fire meanwhile: early.
// An exhaustive search looks first at the executions in which none does; then at all in
// which one does, then two, as far as the budget goes. For each it makes one search for
// each list of phases (see [prim.Plan] Early) in which that may be, so that each is a
// search of a program of its own, in which the clock has that many free operations.
//
// A test that complains in such an execution has been impatient, and that is no fault:
// its patience is a premise of the verdict. A deadlock, a leak, a panic, a race, and what
// a specification says, are faults.

// plainShare is how much of the budget the executions without early timers may take if
// there are timers.
const (
	plainShare = 2. / 3
	freeBudget = 4000 // executions with more than one early timer there may be in any case
	freeShare  = 5    // and so much of a budget that is given, one in
	somePhases = 16   // of an exploration that has no end
)

// limit is how many executions the search under way may make.
func (e *explorer) limit() uint64 {
	if e.keepsShare() {
		return uint64(float64(e.o.Executions) * plainShare)
	}
	return e.o.Executions
}

// overtime reports whether the search under way has used up its share of the time.
func (e *explorer) overtime() bool {
	return e.keepsShare() && !e.plainUntil.IsZero() && time.Now().After(e.plainUntil)
}

func (e *explorer) timeUp() {
	if e.o.TimeUp != nil {
		*e.o.TimeUp = true
	}
}

// keepsShare reports whether the search under way leaves a share of the budget to those
// in which timers fire early.
func (e *explorer) keepsShare() bool {
	return e.seen.timed && len(e.base.Early) == 0 && e.kind.Covers == Exhaustive && !e.o.NoEarly
}

// early explores the executions in which timers fire early, after all others, and adds
// to the coverage how often they do.
func (e *explorer) early(v *verdict.Verdict) {
	if !e.seen.timed || e.kind.Covers != Exhaustive || e.o.NoEarly {
		return
	}
	passed := v.Answer == verdict.Pass
	level := []reached{{nil, e.seen.phases}}
	limit := e.o.Executions
	for n := 1; len(level) > 0; n++ {
		if n == 2 {
			limit = min(limit, e.free(3*v.Counts.Executions))
		}
		var next [][]int
		for _, before := range level {
			for p := range before.phases + 1 {
				next = append(next, append(slices.Clone(before.at), int(p)))
			}
		}
		if !passed {
			next = next[:min(len(next), somePhases)] // the answer is open whatever they show, unless they fail
		}
		level = nil
		for i, at := range next {
			left := limit - min(limit, v.Counts.Executions)
			share := left
			if !passed {
				share = left / uint64(len(next)-i)
			}
			w := e.at(at, share)
			e.take(v, w)
			if w.Answer == verdict.Fail {
				return
			}
			if w.Answer != verdict.Pass && passed {
				if n == 1 {
					v.Answer, v.Reason = verdict.Inconclusive, w.Reason+", of those in which a timer fires early"
					if w.Reason == made(0) {
						v.Reason = w.Reason + " in which a timer fires early"
					}
				} else {
					v.Coverage += atMost(n - 1)
					v.Assume(verdict.Assumption{Premise: fmt.Sprintf("%s: no more than %d in an execution", verdict.EarlyTimers, n-1)})
				}
				return
			}
			if e.seen.advanced {
				level = append(level, reached{at, e.seen.phases})
			}
		}
		if !passed {
			return
		}
	}
	v.Coverage += ", with timers that fire at any time"
}

// free is a number of executions, or how many there may be in any case of those that
// few programs mind.
func (e *explorer) free(n uint64) uint64 { return max(n, freeBudget, e.given/freeShare) }

// reached is that timers fired early in these phases, and how many there were after
// that.
type reached struct {
	at     []int
	phases int32
}

func atMost(n int) string {
	if n == 1 {
		return ", with at most 1 timer that fires while others could go on"
	}
	return fmt.Sprintf(", with at most %d timers that fire while others could go on", n)
}

// at explores the executions with early timers in these phases, within a number of
// executions.
func (e *explorer) at(phases []int, executions uint64) *verdict.Verdict {
	w := &verdict.Verdict{Findings: []verdict.Finding{}}
	was := e.o.Executions
	e.o.Executions, e.base.Early = executions, phases
	e.explore(w)
	e.o.Executions = was
	return w
}

// take adds what an exploration has found.
func (e *explorer) take(v, w *verdict.Verdict) {
	Include(w, v.Counts.Executions)
	v.Counts.Executions += w.Counts.Executions
	v.Counts.Failing += w.Counts.Failing
	v.Counts.Steps += w.Counts.Steps
	v.Counts.Deadlocked += w.Counts.Deadlocked
	v.Counts.Blocked += w.Counts.Blocked
	v.Counts.Cut += w.Counts.Cut
	v.Counts.Depth = max(v.Counts.Depth, w.Counts.Depth)
	for _, a := range w.Assumes {
		v.Assume(a)
	}
	for _, u := range w.Unchecked {
		if !slices.Contains(v.Unchecked, u) {
			v.Unchecked = append(v.Unchecked, u)
		}
	}
	if w.Answer == verdict.Fail {
		v.Answer, v.Reason = verdict.Fail, ""
		v.Findings = append(w.Findings, v.Findings...)
		v.Outcomes, v.AllOutcomes = w.Outcomes, w.AllOutcomes
		v.Coverage = executions(v.Counts.Executions)
		if len(v.Outcomes) == 0 {
			v.Coverage += ", up to the first that fails"
		}
	}
}
