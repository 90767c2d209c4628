package search

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Replay makes given choices, then goes on with the goroutine that is running,
// or else the first that can. It makes one execution.
type Replay struct {
	Choices []prim.Choice
	Anew    bool // they name goroutines by the order of their birth: see byBirth
}

// Plan implements [Strategy].
func (d *Replay) Plan(p *prim.Plan) { p.Choices, p.Lenient, p.Anew = d.Choices, true, d.Anew }

// After implements [Strategy].
func (d *Replay) After(*prim.Execution) bool { return false }

// replay makes one execution.
func (e *explorer) replay(v *verdict.Verdict) {
	v.Engine = "search: replay"
	text, waits, _ := strings.Cut(e.o.Replay, waitsAt)
	if waits != "" {
		e.base.Waits = strings.Split(waits, waitsAt)
	}
	text, e.base.LooksInTurn = strings.CutPrefix(text, looksInTurn)
	text, e.base.Elapses = strings.CutPrefix(text, elapses)
	text, some := strings.CutPrefix(text, anyTime)
	if some {
		e.base.Delay = longest
	}
	early, text, err := cutPhases(text)
	if err != nil {
		v.Answer, v.Reason = verdict.Inconclusive, err.Error()
		return
	}
	e.base.Early = early
	choices, err := decode(text)
	if err != nil {
		v.Answer, v.Reason = verdict.Inconclusive, err.Error()
		return
	}
	e.base.Steps = max(e.base.Steps, 3*len(choices))
	e.base.Settled = true // the text names the accesses that were operations
	r := &Replay{Choices: choices, Anew: true}
	e.run(r)
	raced := e.raced // which is said once only
	if e.x.Misfit >= 0 || e.x.Learned > 0 {
		// The loops that spin must be known before.
		warm := &Random{}
		for range 3 {
			e.run(warm)
		}
		e.learn(r)
	} else if raced == nil && e.o.Raced != nil && len(e.x.Reached) == 0 {
		e.run(r) // as the first one: see cold
		for left := againSteps - len(e.x.Events); left > 0 && e.raced == nil && e.x.End == prim.Done; left -= len(e.x.Events) + againLeast {
			e.run(r) // what the detector remembers is not the same each time
		}
	}
	if e.raced == nil {
		e.raced = raced
	}
	e.loosely(r)
	if e.err != nil {
		v.Answer, v.Reason = verdict.Inconclusive, e.err.Error()
		return
	}
	v.Counts.Executions, v.Counts.Steps = 1, uint64(len(e.x.Events))
	if e.x.Misfit >= 0 {
		v.Answer = verdict.Inconclusive
		v.Reason = fmt.Sprintf("the run no longer fits the program: at step %d of %d goroutine %d cannot go on", e.x.Misfit+1, len(choices), choices[e.x.Misfit].G)
		return
	}
	f := e.judge()
	if f != nil && f.code == verdict.Livelock {
		e.base.ConfirmSpins = true // as the search did: see sweep
		e.learn(r)
		f = e.judge()
	}
	if f == nil {
		v.Answer, v.Coverage = verdict.Pass, "this one execution"
		return
	}
	v.Answer, v.Coverage = verdict.Fail, "this one execution"
	v.Findings = append(v.Findings, e.finding(f, choicesOf(e.x), false))
}

// learn makes the run until it finds out no more that was known.
func (e *explorer) learn(r *Replay) {
	for learned := -1; e.x.Learned > learned; {
		learned = e.x.Learned
		e.run(r)
	}
}

// A run without a fault is made again up to so many steps, and each time counts as no fewer
// than againLeast: the race detector may see later what it does not see at first.
const (
	againSteps = 20_000
	againLeast = 1_000
)

// withPositions makes an execution once more, with the places of its events.
func (e *explorer) withPositions(choices []prim.Choice) {
	e.run(&Replay{Choices: choices})
	e.base.Details, e.base.KeepEnabled = true, true
	e.run(&Replay{Choices: byBirth(e.x, choicesOf(e.x)), Anew: true})
	e.base.Details, e.base.KeepEnabled = false, false
}

// longReplay is how long the text of a run may be before it is shortened by what
// follows from the rest.
const longReplay = 200

// needed is a beginning of the choices of the last execution after which a replay goes
// on as that did: those at the end that it would make by itself are left out.
func (e *explorer) needed(choices []prim.Choice) []prim.Choice {
	n := len(choices)
	for ; n > 1; n-- {
		c, before := choices[n-1], int(choices[n-2].G)
		enabled := e.x.Choosable[n-1]
		own := enabled.First()
		if enabled.Has(before) {
			own = before
		}
		if c.Alt != 0 || int(c.G) != own {
			break
		}
	}
	return choices[:n]
}
