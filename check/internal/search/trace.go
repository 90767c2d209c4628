package search

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// tracer makes a trace of an execution that keeps details. Its objects are called by
// their kinds and numbers, its places are those of the program's text as it is
// compiled, and its labels say what operations do: who has the sources gives them the
// names and places of these.
type tracer struct {
	*explorer
	t       *verdict.Trace
	objects map[int32]int // their numbers in the trace
	sites   map[string]int
	ranks   map[string][]rank // of the sites on one line
	h       *history
}

// rank is which of the sites on a line one is, by its address.
type rank struct {
	pc   uintptr
	site int
}

// longestTrace is how many steps a trace has at most: one with more says only how many they
// are, for nobody reads them, and they would not get out of this process.
const longestTrace = 50_000

// trace is that of the first shown events of the last execution.
func (e *explorer) trace(shown, critical int) *verdict.Trace {
	if shown > longestTrace {
		t := &verdict.Trace{Format: verdict.TraceFormat, Picture: verdict.GoPicture, Subject: e.name, Steps: []verdict.Step{}, LeftOut: shown}
		for i := range e.x.Threads {
			t.Processes = append(t.Processes, e.who(i))
		}
		return t
	}
	r := &tracer{
		explorer: e, t: &verdict.Trace{Format: verdict.TraceFormat, Picture: verdict.GoPicture, Subject: e.name},
		objects: map[int32]int{}, sites: map[string]int{}, ranks: map[string][]rank{}, h: newHistory(),
	}
	for i, g := range e.x.Threads {
		r.t.Processes = append(r.t.Processes, e.who(i))
		r.t.Actors = append(r.t.Actors, r.actor(g, shown))
	}
	for i := range e.x.Events[:shown] {
		r.step(i, i == critical)
	}
	r.end()
	r.initial()
	r.rank()
	return r.t
}

// actor describes a goroutine.
func (r *tracer) actor(g *prim.Thread, shown int) verdict.Actor {
	a := verdict.Actor{ID: "G" + strconv.Itoa(g.ID), Name: r.who(g.ID), Kind: "goroutine"}
	if g.Clock {
		a.Kind = "clock"
		if g.Parent < 0 {
			a.ID = "clock"
		}
	} else if g.ID != 0 {
		a.Name = ""
	}
	if g.Parent >= 0 {
		parent := int(g.Parent)
		a.Parent = &parent
		a.Born = min(int(g.SpawnAt), shown)
	}
	if s := r.calls(g.Stack); len(s.Frames) > 0 {
		f := s.Frames[0]
		a.Go = &verdict.Start{Position: place(f), Func: f.Func, Frames: frames(s)}
	}
	if g.Ended {
		a.Ended = max(a.Born, 1)
		for i := range r.x.Events[:shown] {
			if int(r.x.Events[i].G) == g.ID {
				a.Ended = i + 1
			}
		}
	}
	return a
}

// calls are those on a stack.
func (r *tracer) calls(stack []uintptr) prim.Calls {
	if len(stack) == 0 || r.x.Calls == nil {
		return prim.Calls{}
	}
	return r.x.Calls(stack)
}

func place(f prim.Frame) string { return f.File + ":" + strconv.Itoa(f.Line) }

// frames are those of the calls, after the function of the library that the innermost
// calls, without a position.
func frames(c prim.Calls) []verdict.Frame {
	out := []verdict.Frame{{Func: c.Callee}}
	for _, f := range c.Frames {
		out = append(out, verdict.Frame{Func: f.Func, Position: place(f)})
	}
	return out
}

// site is the number of the site of an operation of a goroutine. One that the program does
// not call itself belongs to where it has started the goroutine.
func (r *tracer) site(g int, d *prim.Detail, op, label string) int {
	if d == nil || len(d.Stack) == 0 {
		return 0
	}
	c := r.calls(d.Stack)
	var pc uintptr
	line := c.Callee + "|" + op
	for _, f := range c.Frames {
		if pc == 0 {
			pc = f.PC
		}
		line += "|" + f.Func + " " + place(f)
	}
	key := fmt.Sprintf("%s|%x %d %v", line, pc, d.Case, c.Unwinding)
	if up := r.t.Actors[g].Go; up != nil && (pc == 0 || c.Unwinding) {
		key += "|" + up.Position
	}
	if n := r.sites[key]; n > 0 {
		return n
	}
	s := verdict.Site{Op: op, Label: label, Frames: frames(c), Case: d.Case, Unwinding: c.Unwinding}
	if len(c.Frames) > 0 {
		s.Func, s.Position, s.Column = c.Frames[0].Func, place(c.Frames[0]), c.Frames[0].Col
	}
	r.t.Sites = append(r.t.Sites, s)
	n := len(r.t.Sites)
	r.sites[key] = n
	r.ranks[line] = append(r.ranks[line], rank{pc, n})
	return n
}

// rank numbers the sites on one line in the order of the code.
func (r *tracer) rank() {
	for _, rs := range r.ranks {
		var pcs []uintptr
		for _, k := range rs {
			pcs = append(pcs, k.pc)
		}
		slices.Sort(pcs)
		if pcs = slices.Compact(pcs); len(pcs) < 2 {
			continue
		}
		for _, k := range rs {
			r.t.Sites[k.site-1].Nth = slices.Index(pcs, k.pc) + 1
		}
	}
}

// kinds are what sorts of objects are called in a trace.
var kinds = map[string]string{"channel": "chan"}

// object is the number of an object in the trace, of which an operation of the kind
// is executed.
func (r *tracer) object(id int32, k prim.Kind) int {
	if id < 0 {
		return 0
	}
	if n := r.objects[id]; n > 0 {
		return n
	}
	noun := k.Info().Noun
	if noun == "clock" {
		return 0
	}
	o := verdict.Object{Name: r.Object(id), Kind: noun}
	if short := kinds[noun]; short != "" {
		o.Kind = short
	}
	s := r.first(id)
	if noun == "channel" {
		size := int(s.Size)
		o.Cap = &size
	}
	r.t.Objects = append(r.t.Objects, o)
	n := len(r.t.Objects)
	r.objects[id] = n
	return n
}

// on are the objects of an operation, 0 for the nil channels of a select.
func (r *tracer) on(op *prim.Op, d *prim.Detail, to *int, all *[]int) {
	if op.Kind.Info().Many {
		for _, c := range op.Reads() {
			*all = append(*all, r.object(c, op.Kind))
		}
		if d != nil && len(*all) > 0 {
			for _, i := range d.Nil {
				*all = slices.Insert(*all, i, 0)
			}
		}
		return
	}
	if op.Spin {
		*to = r.object(op.Obj, op.Kind)
		for _, o := range op.More() {
			*all = append(*all, r.object(o, op.Kind))
		}
		return
	}
	*to = r.object(op.Obj, op.Kind)
	if op.Kind == prim.OpCondWake {
		lock := *to
		*to = r.object(op.Arg, prim.OpSignal)
		*all = append(*all, *to, lock)
		return
	}
	if second := r.object(op.Obj2, op.Kind.Info().Second); second > 0 {
		*all = append(*all, *to, second)
	}
}

// step adds an event.
func (r *tracer) step(i int, critical bool) {
	ev := &r.x.Events[i]
	s := verdict.Step{Process: int(ev.G), Label: r.label(ev), Op: word(ev.Op.Kind), Alt: int(ev.Alt), Critical: critical, Note: turned(ev)}
	if ev.Alts > 1 {
		s.Alternatives = int(ev.Alts)
	}
	r.on(&ev.Op, ev.Detail, &s.Object, &s.Objects)
	if ev.Chan >= 0 {
		s.Object = r.object(ev.Chan, ev.Op.Kind)
	}
	for _, w := range r.x.Wakes(ev) {
		s.Wakes = append(s.Wakes, int(w))
	}
	if d := ev.Detail; d != nil {
		s.Site, s.Value, s.Blocks, s.Time = r.site(s.Process, d, s.Op, s.Label), r.plainly(d.Value), d.Blocks, d.Time
	}
	r.changes(i, &s)
	if s.Site > 0 {
		s.Position = r.t.Sites[s.Site-1].Position
	}
	r.t.Steps = append(r.t.Steps, s)
}

// end adds who waits, who could go on, and who holds what.
func (r *tracer) end() {
	x := r.x
	stuck := x.End == prim.Deadlock || x.End == prim.LivesOn || x.End == prim.Bound
	for _, g := range x.Threads {
		switch {
		case g.Ended || g.Clock:
		case stuck:
			r.t.Waiting = append(r.t.Waiting, r.waits(g))
		case x.Enabled.Has(g.ID) && (x.End != prim.Panicked || g.ID != x.Where):
			r.t.Pending = append(r.t.Pending, r.waits(g))
		}
	}
	for _, o := range slices.Sorted(maps.Keys(r.objects)) {
		s := r.state(o)
		owners := slices.Clone(r.h.readers[o])
		if kind := r.t.Objects[r.objects[o]-1].Kind; kind == "mutex" || kind == "rwmutex" || kind == "once" && !s.Closed {
			owners = append(owners, s.Owner-1)
		}
		slices.Sort(owners)
		for _, g := range slices.Compact(owners) {
			if g < 0 {
				continue
			}
			waits := x.Threads[g].Op.Kind == prim.OpWLockGo && x.Threads[g].Op.Obj == o && !x.Threads[g].Ended
			if !waits || slices.Contains(r.h.readers[o], g) {
				r.t.Holds = append(r.t.Holds, verdict.Hold{Process: int(g), Object: r.objects[o], Since: r.took(g, o)})
			}
		}
	}
	if x.End == prim.Panicked {
		r.fault()
	}
}

// waits describes a goroutine that does not go on.
func (r *tracer) waits(g *prim.Thread) verdict.Waiting {
	w := verdict.Waiting{Process: g.ID, Label: g.Op.Kind.String(), For: r.waitsFor(g), Op: r.waitingWord(g), Spins: g.Spinning()}
	r.on(&g.Op, g.Detail, &w.Object, &w.Objects)
	if w.Site = r.site(g.ID, g.Detail, w.Op, w.Label); w.Site > 0 {
		w.Position = r.t.Sites[w.Site-1].Position
	}
	if at, ok := r.h.own[int32(g.ID)]; ok {
		w.Since = at + 1
	}
	if h := r.holder(g); h >= 0 {
		w.Holder = &h
		w.Taken = r.took(int32(h), g.Op.Obj)
	}
	if at, ok := r.h.taken[g.Op.Obj]; ok && r.locks(g) && int(r.x.Events[at].G) != g.ID {
		by := int(r.x.Events[at].G)
		w.Holder, w.Taken = &by, at+1
	}
	return w
}

// locks reports whether what a goroutine waits for is a lock by another name, and taken: a
// channel with room for one token, or a semaphore that had one unit at first. Who took that
// has it.
func (r *tracer) locks(g *prim.Thread) bool {
	o := g.Op.Obj
	if o < 0 || r.state(o).N != 0 {
		return false
	}
	if g.Op.Kind == prim.OpSemWait {
		return r.first(o).N == 1
	}
	e := &r.x.Events[r.h.taken[o]]
	return g.Op.Kind == prim.OpRecv && r.first(o).Size == 1 && e.Detail != nil && e.Detail.Value == token
}

// took is the step in which a thread took a lock, 0 if that is not known.
func (r *tracer) took(g, lock int32) int {
	at, ok := r.h.locked[[2]int32{g, lock}]
	if !ok {
		return 0
	}
	return at + 1
}

// token is the value of an item that says nothing but that it is there.
const token = "struct{}{}"

// fault adds what panics. The step that does is the last one of that goroutine before
// those that it makes while the panic goes up, if the panic comes of it.
func (r *tracer) fault() {
	x := r.x
	f := &verdict.Fault{Process: x.Where, Message: prim.Cut(panicText(x.Panic), longestMessage)}
	c := r.calls(x.Calling)
	if len(c.Frames) > 0 {
		f.Position, f.Frames = place(c.Frames[0]), frames(c)
	}
	for i := range r.t.Steps {
		s := &r.t.Steps[i]
		if s.Process == x.Where && s.Site > 0 && !r.t.Sites[s.Site-1].Unwinding {
			f.Step = 0
			if s.Position == f.Position {
				f.Step = i + 1
			}
		}
	}
	r.t.Fault = f
}

// waitingWord is the word for the operation with which a goroutine waits: of one that
// waits for a partner, that of its arrival; of one that waits for a signal, the wait.
func (r *tracer) waitingWord(g *prim.Thread) string {
	switch g.Op.Kind {
	case prim.OpCondWake:
		if !g.Woken {
			return word(prim.OpCondWait)
		}
	case prim.OpParked:
		for i := len(r.x.Events) - 1; i >= 0; i-- {
			if ev := &r.x.Events[i]; int(ev.G) == g.ID {
				return word(ev.Op.Kind)
			}
		}
	}
	return word(g.Op.Kind)
}
