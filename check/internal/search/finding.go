package search

import (
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// finding makes the fault a finding, with the shortest run that shows it which
// can be had at little cost.
// always says that every execution has it, and no step of the run is critical.
func (e *explorer) finding(f *fault, choices []prim.Choice, always bool) verdict.Finding {
	critical := -1
	if f.code != verdict.DataRace && !e.o.Plain { // a race is reported once only
		choices = e.shorten(f.code, choices)
		if !always {
			critical = e.critical(f.code, choices)
		}
	}
	found := e.shown(f, choices, critical)
	found.Trace.Unavoidable = always
	return found
}

// shown makes the fault a finding, with the run of these choices.
func (e *explorer) shown(f *fault, choices []prim.Choice, critical int) verdict.Finding {
	code, among := f.code, f.among
	e.withPositions(choices)
	if again := e.judge(); again != nil && again.code == code {
		f = again
	}
	if len(e.x.Held) > 0 {
		if among == onlyEarly { // which is the same, said exactly
			among = ""
		}
		among += "; it happens only if " + e.heldUp()
	}
	choices = choicesOf(e.x)
	shown := len(choices)
	if enough := e.roundsToCut(); enough > 0 {
		if r := e.goesRound(enough); r != nil {
			shown = r.third
		}
	}
	t := e.trace(shown, critical)
	t.Replay = e.replayText(choices[:shown])
	if shown < len(choices) && t.LeftOut == 0 {
		last := &t.Steps[shown-1]
		last.Note = strings.TrimPrefix(last.Note+"; and so on, for ever", "; ")
	}
	return verdict.Finding{Code: code, Message: prim.Cut(f.message, longestMessage) + among, Trace: t, Engine: e.o.Strategy, Accesses: f.accesses}
}

// replayText is what runs the last execution again, of which these are the choices.
func (e *explorer) replayText(choices []prim.Choice) string {
	text := encode(choices)
	if len(text) > longReplay {
		text = encode(e.needed(choices))
	}
	return e.looksText() + e.timeText() + strings.Join(append([]string{text}, e.x.Waits...), waitsAt)
}
