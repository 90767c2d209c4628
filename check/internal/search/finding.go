package search

import (
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// finding makes the fault a finding, with the shortest run that shows it which
// can be had at little cost.
func (e *explorer) finding(f *fault, choices []prim.Choice) verdict.Finding {
	critical := -1
	if f.code != verdict.DataRace && !e.o.Plain { // a race is reported once only
		choices = e.shorten(f.code, choices)
		critical = e.critical(f.code, choices)
	}
	return e.shown(f, choices, critical)
}

// shown makes the fault a finding, with the run of these choices.
func (e *explorer) shown(f *fault, choices []prim.Choice, critical int) verdict.Finding {
	code, among := f.code, f.among
	e.withPositions(choices)
	if again := e.judge(); again != nil && again.code == code {
		f = again
	}
	if len(e.x.Held) > 0 {
		among += "; it needs that " + e.heldUp()
	}
	choices = choicesOf(e.x)
	shown := len(choices)
	if enough := e.roundsToCut(); enough > 0 {
		if r := e.goesRound(enough); r != nil {
			shown = r.third
		}
	}
	told := choices[:shown]
	if text := encode(told); len(text) > longReplay {
		told = e.needed(told)
	}
	t := &verdict.Trace{Format: verdict.TraceFormat, Picture: verdict.GoPicture, Subject: e.name, Replay: e.timeText() + strings.Join(append([]string{encode(told)}, e.x.Waits...), waitsAt)}
	for i := range e.x.Threads {
		t.Processes = append(t.Processes, e.who(i))
	}
	for i := range e.x.Events[:shown] {
		ev := &e.x.Events[i]
		s := verdict.Step{Process: int(ev.G), Label: e.label(ev), Position: ev.Position, Alt: int(ev.Alt), Critical: i == critical}
		var woken []string
		for _, w := range e.x.Wakes(ev) {
			woken = append(woken, e.who(int(w)))
		}
		if len(woken) > 0 {
			s.Note = "wakes " + strings.Join(woken, ", ")
		}
		if i == shown-1 && shown < len(choices) {
			s.Note = strings.TrimPrefix(s.Note+"; and so on, for ever", "; ")
		}
		t.Steps = append(t.Steps, s)
	}
	for _, g := range e.x.Threads {
		if !g.Ended && !g.Clock && (e.x.End == prim.Deadlock || e.x.End == prim.LivesOn || e.x.End == prim.Bound) {
			t.Waiting = append(t.Waiting, verdict.Waiting{Process: g.ID, Label: g.Op.Kind.String(), For: e.waitsFor(g), Position: g.Position})
		}
	}
	return verdict.Finding{Code: code, Message: prim.Cut(f.message, longestMessage) + among, Trace: t, Engine: e.o.Strategy, Accesses: f.accesses}
}

// longestMessage is how much of what a fault says is told, in bytes: a panic may say
// megabytes.
const longestMessage = 2 << 10
