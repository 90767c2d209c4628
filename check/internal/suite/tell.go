package suite

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// told is a step of a trace as it is told: one that an operation makes, its number from
// 0, or the call or the return of the operation, which is -1.
type told struct {
	step verdict.Step
	was  int
	at   int   // events before it
	time int64 // of the calls and returns that have the same
}

// tell has the trace of the execution say when operations are called and return, and
// what they return, and leaves out what the scope itself does to start and to join its
// processes. The accesses are those of a data race in it.
func (e *scopeExecution) tell(t *verdict.Trace, accesses []verdict.Access) {
	words := linear.Words{Item: e.scope.Item, Proc: e.processName}
	var out []told
	within := func(goroutine, event int) bool { return goroutine == 0 && event < e.built }
	for _, l := range e.logs {
		calls := record.Merge(record.Cut, l.Log).Calls
		for _, s := range l.spans {
			if s.cancels {
				out = append(out, told{step: verdict.Step{Process: l.goroutine, Label: "cancel"}, was: -1, at: s.from})
			} else if len(calls) > 0 {
				out = append(out, spoken(words, l.goroutine, s, calls[0])...)
				calls = calls[1:]
			}
			before := within
			within = func(goroutine, event int) bool {
				return goroutine == l.goroutine && event >= s.from && (s.to < 0 || event < s.to) || before(goroutine, event)
			}
		}
	}
	own := map[int]bool{0: true}
	for _, l := range e.logs {
		own[l.goroutine] = true
		if l.goroutine < len(t.Actors) {
			t.Actors[l.goroutine] = verdict.Actor{ID: t.Actors[l.goroutine].ID, Name: t.Processes[l.goroutine], Kind: "process"}
		}
	}
	for i := range t.Sites {
		t.Sites[i].Frames = ofUser(t.Sites[i].Frames)
	}
	critical := false
	for i, s := range t.Steps {
		if own[s.Process] && !within(s.Process, i) {
			critical = critical || s.Critical
			continue
		}
		s.Critical, critical = s.Critical || critical, false
		out = append(out, told{step: s, was: i, at: i})
	}
	slices.SortStableFunc(out, func(a, b told) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(max(a.was, -1), max(b.was, -1)), cmp.Compare(a.time, b.time))
	})
	out = joined(out)
	recount(accesses, t.Steps, out)
	renumber(t, out)
	defer mainLast(t, accesses)
	between := func(w verdict.Waiting) bool { return own[w.Process] && !within(w.Process, math.MaxInt-1) }
	t.Waiting = slices.DeleteFunc(t.Waiting, between)
	t.Pending = slices.DeleteFunc(t.Pending, between)
}

// ofUser are the calls of a site up to that of the machinery of the suites, which calls
// the object. The innermost is kept: it may be an adapter of package check.
func ofUser(frames []verdict.Frame) []verdict.Frame {
	const ours = "github.com/ipccheck/ipccheck/check"
	for i, f := range frames {
		if i > 1 && (strings.HasPrefix(f.Func, ours+".") || strings.HasPrefix(f.Func, ours+"/internal/")) {
			return frames[:i]
		}
	}
	return frames
}

// spoken are the call and the return of an operation.
func spoken(words linear.Words, goroutine int, s span, c record.Call) []told {
	call := told{step: verdict.Step{Process: goroutine, Label: words.Op(c.Op())}, was: -1, at: s.from, time: c.Call}
	if c.Pending() {
		return []told{call}
	}
	back := told{step: verdict.Step{Process: goroutine, Label: c.Kind.String() + " returns", Note: "-> " + words.Result(c)}, was: -1, at: s.to, time: c.Return}
	return []told{call, back}
}

// joined makes one step of a call and a return between which nothing happens.
func joined(steps []told) (out []told) {
	for _, s := range steps {
		if n := len(out); n > 0 && s.was < 0 && out[n-1].was < 0 && s.step.Note != "" && out[n-1].step.Note == "" && s.step.Process == out[n-1].step.Process {
			out[n-1].step.Note = s.step.Note
			continue
		}
		out = append(out, s)
	}
	return out
}

// recount has the accesses say after how many steps they come of those that are told.
func recount(accesses []verdict.Access, was []verdict.Step, told []told) {
	for i := range accesses {
		a := &accesses[i]
		if a.Process == nil {
			continue
		}
		last, n := -1, 0 // the event before the access
		for k, s := range was {
			if s.Process == *a.Process && n < a.Own {
				last, n = k, n+1
			}
		}
		a.Own, n = 0, 0
		for _, s := range told {
			if s.step.Process != *a.Process {
				continue
			}
			if n++; s.was >= 0 && s.was <= last {
				a.Own = n
			}
		}
	}
}

// renumber gives the trace these steps. What refers to a step that is left out refers to
// the one before it.
func renumber(t *verdict.Trace, steps []told) {
	now := make([]int, len(t.Steps)+1) // by the old number, from 1
	for i, s := range steps {
		if s.was >= 0 {
			now[s.was+1] = i + 1
		}
	}
	for i := 1; i < len(now); i++ {
		now[i] = max(now[i], now[i-1])
	}
	set := func(n *int) {
		if *n > 0 && *n < len(now) {
			*n = now[*n]
		}
	}
	t.Steps = t.Steps[:0:0]
	for _, s := range steps {
		for i := range s.step.After {
			set(&s.step.After[i].Step)
		}
		t.Steps = append(t.Steps, s.step)
	}
	for _, ws := range [][]verdict.Waiting{t.Waiting, t.Pending} {
		for i := range ws {
			set(&ws[i].Since)
			set(&ws[i].Taken)
		}
	}
	for i := range t.Holds {
		set(&t.Holds[i].Since)
	}
	for i := range t.Actors {
		set(&t.Actors[i].Born)
		set(&t.Actors[i].Ended)
	}
	if t.Fault != nil {
		set(&t.Fault.Step)
	}
	if t.Race != nil {
		for i := range t.Race.Accesses {
			set(&t.Race.Accesses[i].After)
		}
	}
}

// mainLast puts who tears down behind the others, or leaves him out if he does nothing:
// the first of the processes, who otherwise only starts them.
func mainLast(t *verdict.Trace, accesses []verdict.Access) {
	waits := func(w verdict.Waiting) bool { return w.Process == 0 }
	does := slices.ContainsFunc(t.Steps, func(s verdict.Step) bool { return s.Process == 0 }) ||
		slices.ContainsFunc(t.Waiting, waits) || slices.ContainsFunc(t.Pending, waits) ||
		slices.ContainsFunc(t.Holds, func(h verdict.Hold) bool { return h.Process == 0 }) || t.Fault != nil && t.Fault.Process == 0
	last := len(t.Processes) - 1
	set := func(p *int) {
		if *p--; *p < 0 {
			*p = last
		}
	}
	setIf := func(p *int) {
		if p != nil {
			set(p)
		}
	}
	for i := range t.Steps {
		set(&t.Steps[i].Process)
		for k := range t.Steps[i].Wakes {
			set(&t.Steps[i].Wakes[k])
		}
	}
	for _, ws := range [][]verdict.Waiting{t.Waiting, t.Pending} {
		for i := range ws {
			set(&ws[i].Process)
			setIf(ws[i].Holder)
		}
	}
	for i := range t.Holds {
		set(&t.Holds[i].Process)
	}
	if t.Fault != nil {
		set(&t.Fault.Process)
	}
	if t.Race != nil {
		for i := range t.Race.Accesses {
			setIf(t.Race.Accesses[i].Process)
		}
	}
	for i := range t.Actors {
		setIf(t.Actors[i].Parent)
	}
	for i := range accesses {
		setIf(accesses[i].Process)
	}
	t.Processes = append(t.Processes[1:], t.Processes[0])
	if len(t.Actors) > 0 {
		t.Actors = append(t.Actors[1:], t.Actors[0])
	}
	if does {
		return
	}
	t.Processes = t.Processes[:last]
	t.Actors = t.Actors[:min(last, len(t.Actors))]
	for i := range accesses {
		if p := accesses[i].Process; p != nil && *p == last {
			accesses[i].Process = nil
		}
	}
	for i := range t.Actors {
		if p := t.Actors[i].Parent; p != nil && *p == last {
			t.Actors[i].Parent, t.Actors[i].Born = nil, 0
		}
	}
}
