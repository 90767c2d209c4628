package child

import (
	"math/rand"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// lucky marks a run in which the search decides what is left to chance.
const lucky = ",chance"

// mostLucky is how many executions are made at most to look at every way in which
// chance may decide, besides as many as it took to look at one.
const mostLucky = 2000

// The first random number makes their source. In an execution that would order goroutines
// for the race detector.
func init() { rand.Int() }

// chance explores a test that passes once more, if it leaves a choice between a few
// ways to chance: the search takes each. If that is too much, one way is assumed. left
// is how many executions may be made.
func (e *explorer) chance(name string, o search.Options, v *verdict.Verdict, left uint64) *verdict.Verdict {
	if v.Answer != verdict.Pass || !world.Offered {
		return v
	}
	premises := world.Begin()
	exec.Choosing = true
	defer func() { exec.Choosing = false }()
	o.Strategy, o.Executions = "optimal", min(left, mostLucky+v.Counts.Executions)
	w := e.explored(name, o)
	switch w.Answer {
	case verdict.Fail:
		marked(w, lucky)
	case verdict.Pass:
		w.Coverage += ", whichever of a few ways chance decides for"
	default:
		world.Resume(premises)
		v.Counts.Executions += w.Counts.Executions
		return v
	}
	include(w, v)
	return w
}

// marked adds a mark to what runs the executions of a verdict again.
func marked(v *verdict.Verdict, mark string) {
	for k := range v.Findings {
		if t := v.Findings[k].Trace; t != nil {
			t.Replay += mark
		}
	}
	for k := range v.Outcomes {
		if o := &v.Outcomes[k]; o.Replay != "" {
			o.Replay += mark
		}
	}
}

// oneWay has a verdict not say that what fails does so whatever happens: chance might have
// decided otherwise.
func oneWay(v *verdict.Verdict) {
	v.Complete, v.AllOutcomes = false, false
	for k := range v.Findings {
		if t := v.Findings[k].Trace; t != nil {
			t.Unavoidable = false
		}
	}
}
