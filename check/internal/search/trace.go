package search

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// who names a goroutine.
func (e *explorer) who(g int) string {
	if g == 0 {
		return "main"
	}
	if g < len(e.x.Gs) && e.x.Gs[g].Op.Kind == exec.OpTick {
		return "clock"
	}
	return fmt.Sprintf("goroutine %d", g)
}

// noun is what an object is called, by an operation on it.
func noun(k exec.Kind) string {
	switch k {
	case exec.OpLock, exec.OpUnlock, exec.OpTryLock, exec.OpTryLockFailed, exec.OpCondWake:
		return "mutex"
	case exec.OpWLock, exec.OpWLockGo, exec.OpRLock, exec.OpRUnlock, exec.OpTryRLock, exec.OpTryRLocked, exec.OpTryRLockFailed:
		return "rwmutex"
	case exec.OpCondWait, exec.OpSignal, exec.OpBroadcast, exec.OpSignalNobody:
		return "cond"
	case exec.OpWGAdd, exec.OpWGWait:
		return "waitgroup"
	case exec.OpSend, exec.OpRecv, exec.OpRecvItem, exec.OpRecvClosed, exec.OpArriveSend, exec.OpArriveRecv,
		exec.OpParked, exec.OpClose, exec.OpChanLen, exec.OpSelect, exec.OpSelectGo:
		return "channel"
	}
	return "atomic"
}

// object names an object of the run: its kind, and its number among those of its
// kind in the order in which they were used.
func (e *explorer) object(id int32) string {
	kind := map[int32]string{}
	note := func(o int32, k exec.Kind) {
		if _, ok := kind[o]; o >= 0 && !ok {
			kind[o] = noun(k)
		}
	}
	each := func(op *exec.Op) {
		note(op.Obj, op.Kind)
		if op.Kind == exec.OpCondWait {
			note(op.Obj2, exec.OpUnlock)
		}
		if !op.Spin {
			for _, c := range op.More {
				note(c, exec.OpSelect)
			}
		}
	}
	for i := range e.x.Events {
		each(&e.x.Events[i].Full)
	}
	for _, g := range e.x.Gs {
		if !g.Finished() {
			each(&g.Op)
		}
	}
	n := 0
	for o := int32(0); o <= id; o++ {
		if kind[o] == kind[id] {
			n++
		}
	}
	return fmt.Sprintf("%s %d", kind[id], n)
}

// objects names several.
func (e *explorer) objects(ids []int32) string {
	var out []string
	for _, id := range ids {
		out = append(out, e.object(id))
	}
	return strings.Join(out, ", ")
}

// waitsFor says what a goroutine waits for that does not go on.
func (e *explorer) waitsFor(g *exec.G) string {
	op := g.Op
	held := ""
	if h := e.holder(g); h >= 0 {
		held = ", held by " + e.who(h)
	}
	switch {
	case op.Spin:
		return "a change of " + e.objects(op.More) + ", spinning"
	case op.Kind == exec.OpCondWake && !g.Woken():
		return "a signal of " + e.object(op.Arg)
	case op.Kind == exec.OpWLockGo:
		return "the readers of " + e.object(op.Obj) + " to leave"
	case op.Kind == exec.OpBlock:
		return "a nil channel, or a select without cases"
	case op.Kind == exec.OpSelectGo:
		return "select on " + e.objects(op.More)
	case op.Kind == exec.OpWGWait:
		return e.object(op.Obj) + " to come to zero"
	case op.Kind == exec.OpSend:
		return "room in " + e.object(op.Obj)
	case op.Kind == exec.OpRecv:
		return "an item of " + e.object(op.Obj)
	case op.Kind == exec.OpParked:
		return "a partner on " + e.object(op.Obj)
	case op.Obj >= 0:
		return e.object(op.Obj) + held
	}
	return op.Kind.String()
}

// blocked says in what the goroutine is blocked, behind its name.
func (e *explorer) blocked(g *exec.G) string {
	if g.Op.Kind == exec.OpSelectGo && !g.Op.Spin {
		return "in " + e.waitsFor(g)
	}
	return "waiting for " + e.waitsFor(g)
}

// label is an operation in a few words.
func (e *explorer) label(ev *exec.Event) string {
	op := &ev.Op
	switch {
	case op.Kind == exec.OpTick:
		return "the clock jumps"
	case op.Kind == exec.OpSelect || op.Kind == exec.OpSelectGo:
		if ev.Chan >= 0 {
			dir := "receive"
			if ev.Sent {
				dir = "send"
			}
			return "select: " + dir + " " + e.object(ev.Chan)
		}
		return op.Kind.String() + " " + e.objects(op.More)
	case op.Obj >= 0:
		return op.Kind.String() + " " + e.object(op.Obj)
	}
	return op.Kind.String()
}

// finding makes the fault a finding, with the shortest run that shows it which
// can be had at little cost.
func (e *explorer) finding(f *fault, choices []Choice) verdict.Finding {
	code := f.code
	critical := -1
	if code != verdict.DataRace && !e.o.Plain { // a race is reported once only
		choices = e.shorten(code, choices)
		critical = e.critical(code, choices)
	}
	e.x.Places = true
	r := &Replay{Choices: choices}
	e.run(r)
	e.x.Places = false
	if again := e.judge(); again != nil && again.code == code {
		f = again
	}
	t := &verdict.Trace{Format: verdict.TraceFormat, Subject: e.name, Replay: encode(choicesOf(e.x))}
	for i := range e.x.Gs {
		t.Processes = append(t.Processes, e.who(i))
	}
	for i := range e.x.Events {
		ev := &e.x.Events[i]
		s := verdict.Step{Process: int(ev.G), Label: e.label(ev), Position: ev.Pos, Alt: int(ev.Alt), Critical: i == critical}
		var woken []string
		for _, w := range e.x.Wakes(ev) {
			woken = append(woken, e.who(int(w)))
		}
		if len(woken) > 0 {
			s.Note = "wakes " + strings.Join(woken, ", ")
		}
		t.Steps = append(t.Steps, s)
	}
	for _, g := range e.x.Gs {
		if !g.Finished() && g.Op.Kind != exec.OpTick && e.x.End == exec.Deadlock {
			t.Waiting = append(t.Waiting, verdict.Waiting{Process: g.ID, Label: g.Op.Kind.String(), For: e.waitsFor(g), Position: g.Pos})
		}
	}
	return verdict.Finding{Code: code, Message: f.message, Trace: t, Engine: e.o.Strategy, Accesses: f.accesses}
}

// Limits of the work that is put into a trace, in executions and in steps.
const (
	shortenLimit  = 3000
	shortenSteps  = 1_000_000
	criticalLimit = 2000
	criticalSteps = 1_000_000
)

// shorten looks for a run with the same fault and fewer preemptions, then fewer
// operations.
func (e *explorer) shorten(code verdict.Code, choices []Choice) []Choice {
	left, steps := shortenLimit, shortenSteps
	worst := preemptions(e, choices)
	for bound := 0; bound < worst; bound++ {
		s := &Naive{Bound: bound}
		var best []Choice
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
func preemptions(e *explorer, choices []Choice) int {
	c := &counter{Replay: Replay{Choices: choices}}
	e.run(c)
	return c.n
}

type counter struct {
	Replay
	n int
}

func (c *counter) Begin(x *exec.Exec) { c.n = 0; c.Replay.Begin(x) }

func (c *counter) Pick(x *exec.Exec, enabled exec.Set) int {
	g := c.Replay.Pick(x, enabled)
	if i := len(x.Events); i > 0 {
		if last := x.Events[i-1].G; int(last) != g && enabled.Has(int(last)) {
			c.n++
		}
	}
	return g
}

// critical is the step after which the fault can no longer be avoided, -1 if that
// is too costly to find out.
func (e *explorer) critical(code verdict.Code, choices []Choice) int {
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
// the fault, in so many steps.
func (e *explorer) avoidable(code verdict.Code, choices []Choice, steps *int) (yes, known bool) {
	s := &prefixed{choices: choices, rest: Naive{Bound: -1}}
	for range criticalLimit {
		if *steps < 0 {
			break
		}
		e.run(s)
		*steps -= len(e.x.Events)
		if f := e.judge(); f == nil || f.code != code {
			return true, true
		}
		if !s.rest.After(e.x) {
			return false, true
		}
	}
	return false, false
}

// prefixed makes given choices, then those of a search.
type prefixed struct {
	choices []Choice
	rest    Naive
}

// Begin implements exec.Chooser.
func (p *prefixed) Begin(x *exec.Exec) { p.rest.Begin(x) }

// Pick implements exec.Chooser.
func (p *prefixed) Pick(x *exec.Exec, enabled exec.Set) int {
	if i := len(x.Events); i < len(p.choices) && enabled.Has(int(p.choices[i].G)) {
		return int(p.choices[i].G)
	}
	return p.rest.Pick(x, enabled)
}

// Alt implements exec.Chooser.
func (p *prefixed) Alt(x *exec.Exec, n int) int {
	if i := len(x.Events) - 1; i < len(p.choices) {
		return min(int(p.choices[i].Alt), n-1)
	}
	return p.rest.Alt(x, n)
}

// encode writes choices as text: goroutines, with the outcome where it is not the
// first, and repeats counted: "1x3,2,1.1".
func encode(cs []Choice) string {
	if len(cs) == 0 {
		return "0x0"
	}
	var out []string
	for i := 0; i < len(cs); {
		k := i + 1
		for k < len(cs) && cs[k] == cs[i] && cs[i].Alt == 0 {
			k++
		}
		s := strconv.Itoa(int(cs[i].G))
		if cs[i].Alt > 0 {
			s += "." + strconv.Itoa(int(cs[i].Alt))
		}
		if k-i > 1 {
			s += "x" + strconv.Itoa(k-i)
		}
		out = append(out, s)
		i = k
	}
	return strings.Join(out, ",")
}

// longestReplay bounds what a text may ask for.
const longestReplay = 1_000_000

// decode reads what encode wrote.
func decode(text string) ([]Choice, error) {
	var out []Choice
	for i, f := range strings.Split(text, ",") {
		body, times, repeated := strings.Cut(f, "x")
		g, alt, hasAlt := strings.Cut(body, ".")
		n := [3]int{0, 0, 1}
		for k, s := range []string{g, alt, times} {
			if k == 1 && !hasAlt || k == 2 && !repeated {
				continue
			}
			v, err := strconv.Atoi(s)
			if err != nil || v < 0 || k == 0 && v >= exec.MaxGoroutines || k > 0 && v > longestReplay {
				return nil, fmt.Errorf("the run to be replayed: choice %d is %q: expected a goroutine, as in 2, perhaps with an outcome, as in 2.1, perhaps several times, as in 2x5", i+1, f)
			}
			n[k] = v
		}
		if len(out)+n[2] > longestReplay {
			return nil, fmt.Errorf("the run to be replayed has more than %d choices", longestReplay)
		}
		for range n[2] {
			out = append(out, Choice{int32(n[0]), int32(n[1])})
		}
	}
	return out, nil
}

// replay makes one execution.
func (e *explorer) replay(v *verdict.Verdict) {
	v.Engine = "search: replay"
	choices, err := decode(e.o.Replay)
	if err != nil {
		v.Answer, v.Reason = verdict.Inconclusive, err.Error()
		return
	}
	r := &Replay{Choices: choices}
	e.run(r)
	raced := e.raced // which is said once only
	if r.Misfit >= 0 || e.x.Learned() > 0 {
		// The loops that spin must be known before.
		warm := &Random{}
		for range 3 {
			e.run(warm)
		}
		r = &Replay{Choices: choices}
		e.run(r)
	}
	if e.raced == nil {
		e.raced = raced
	}
	v.Counts.Executions, v.Counts.Steps = 1, uint64(len(e.x.Events))
	if r.Misfit >= 0 {
		v.Answer = verdict.Inconclusive
		v.Reason = fmt.Sprintf("the run no longer fits the program: at step %d of %d goroutine %d cannot go on", r.Misfit+1, len(choices), choices[r.Misfit].G)
		return
	}
	f := e.judge()
	if f == nil {
		v.Answer, v.Coverage = verdict.Pass, "this one execution"
		return
	}
	v.Answer, v.Coverage = verdict.Fail, "this one execution"
	v.Findings = append(v.Findings, e.finding(f, choicesOf(e.x)))
}
