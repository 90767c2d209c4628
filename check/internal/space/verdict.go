package space

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// Explore visits all reachable states of the program and returns the verdict.
// The same program and bounds give the same verdict, byte for byte but for the
// elapsed time, whatever the number of workers. For each code there is at most
// one finding, with a trace of the fewest steps, and among those of the fewest
// switches between processes.
//
// A state that breaks an invariant is counted and not expanded; a step that
// breaks a property is counted as a transition and leads nowhere. A run that
// was cut short is a fail if it found a fault, else inconclusive: never a pass.
//
// Time and memory are linear in the number of transitions and of states; a
// fault costs another pass over the levels before it.
func Explore(p step.Program, o Options) *verdict.Verdict {
	start := time.Now()
	e := newSearch(p, o)
	e.run()
	v := e.verdict()
	v.ElapsedMS = time.Since(start).Milliseconds()
	return v
}

func (e *search) verdict() *verdict.Verdict {
	v := &verdict.Verdict{
		Schema:   verdict.Schema,
		Subject:  e.p.Name(),
		Kind:     verdict.Model,
		Params:   e.o.Params,
		Findings: []verdict.Finding{},
		Engine:   "space: exact breadth-first search",
		Counts: verdict.Counts{
			Distinct:           e.done.distinct,
			Transitions:        e.done.transitions,
			Depth:              e.done.depth,
			DeadlockStates:     e.done.deadlocks,
			FirstDeadlockLevel: e.done.firstDeadlock,
		},
	}
	for _, f := range slices.SortedFunc(maps.Values(e.found), func(a, b fault) int { return cmp.Compare(a.code, b.code) }) {
		v.Findings = append(v.Findings, e.finding(f))
	}
	switch {
	case len(v.Findings) > 0:
		v.Answer = verdict.Fail
	case e.cut != cutNot:
		v.Answer = verdict.Inconclusive
	default:
		v.Answer = verdict.Pass
	}
	limit := e.limitText()
	if v.Answer == verdict.Inconclusive {
		v.Reason = limit
	}
	switch {
	case e.cut == cutNot && len(e.found) == 0:
		v.Coverage = "every interleaving of these processes: all reachable states"
	case e.cut == cutNot:
		v.Coverage = "every interleaving of these processes, up to the first fault on each"
	default:
		v.Coverage = fmt.Sprintf("every interleaving of fewer than %s; %s", words.Plural(max(e.done.depth, 1), "step", "steps"), limit)
	}
	if e.cut == cutNot {
		for i, s := range e.p.Statements() {
			if e.done.enabled[i] == 0 {
				v.Unreached = append(v.Unreached, fmt.Sprintf("%s %s: %s (%s:%d)", s.Kind, s.Label, s.Text, s.File, s.Line))
			}
		}
	}
	return v
}

func (e *search) limitText() string {
	switch e.cut {
	case cutStates:
		return fmt.Sprintf("the bound of %d states was reached in level %d", e.o.MaxStates, e.done.depth+1)
	case cutDepth:
		return fmt.Sprintf("the bound of %d levels was reached, and there are more", e.o.MaxDepth)
	case cutStopped:
		return fmt.Sprintf("the search was stopped in level %d", e.done.depth+1)
	}
	return ""
}

// finding builds the evidence for a fault.
func (e *search) finding(f fault) verdict.Finding {
	moves := e.path(f.state, f.level)
	if f.kind == inStep {
		moves = append(moves, f.move)
	}
	r, err := run(e.p, moves)
	if err != nil {
		panic(fmt.Sprintf("space: a path that was found cannot be run: %v", err))
	}
	t := r.trace(e.p, e.o.Params)
	out := verdict.Finding{Code: verdict.Code(f.code), Trace: t}
	switch f.kind {
	case stuck:
		out.Message = stuckMessage(t)
	default:
		out.Message = r.fault.Message
	}
	return out
}

// stuckMessage says who waits for what, processes that wait for the same thing
// together.
func stuckMessage(t *verdict.Trace) string {
	if len(t.Waiting) == 0 {
		return "nobody can go on, and the state is no legal end"
	}
	var whats []string
	who := map[string][]string{}
	for _, w := range t.Waiting {
		what := w.For
		if what == "" {
			what = fmt.Sprintf("%q to become possible", w.Label)
		}
		if who[what] == nil {
			whats = append(whats, what)
		}
		who[what] = append(who[what], t.Processes[w.Process])
	}
	var parts []string
	for _, what := range whats {
		verb := "waits"
		if len(who[what]) > 1 {
			verb = "wait"
		}
		parts = append(parts, fmt.Sprintf("%s %s for %s", words.List(who[what], "and"), verb, what))
	}
	some := "all processes wait forever"
	if len(t.Waiting) < len(t.Processes) {
		some = fmt.Sprintf("%d of %d processes wait forever", len(t.Waiting), len(t.Processes))
	}
	return some + ": " + strings.Join(parts, "; ")
}
