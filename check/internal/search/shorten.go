package search

import (
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Limits of the work that is put into a shorter run, in executions and in steps.
const (
	shortenLimit = 3000
	shortenSteps = 100_000
)

// shorten looks for a run with the same fault and fewer preemptions, then fewer
// operations.
func (e *explorer) shorten(code verdict.Code, choices []prim.Choice) []prim.Choice {
	left, steps := shortenLimit, shortenSteps
	worst := preemptions(e, choices)
	for bound := 0; bound < worst; bound++ {
		s := &Naive{Bound: bound}
		var best []prim.Choice
		for more := true; more && left > 0 && steps > 0; left-- {
			e.run(s)
			steps -= len(e.x.Events)
			if f := e.judge(); f != nil && f.code == code && (best == nil || len(e.x.Events) < len(best)) {
				best = choicesOf(e.x)
			}
			more = s.After(e.x)
		}
		if best != nil {
			return best
		}
		if left <= 0 || steps <= 0 {
			break
		}
	}
	return choices
}

// preemptions counts the switches of a run away from a goroutine that could have
// gone on.
func preemptions(e *explorer, choices []prim.Choice) (n int) {
	e.run(&counter{Replay{Choices: choices}})
	for i := range e.x.Events {
		if preempts(e.x, i) {
			n++
		}
	}
	return n
}

// counter is a replay whose switches can be counted.
type counter struct{ Replay }

// Plan implements [Strategy].
func (c *counter) Plan(p *prim.Plan) {
	c.Replay.Plan(p)
	p.KeepEnabled = true
}
