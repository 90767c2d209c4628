package search

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// history is what a tracer knows of the objects after the events so far.
type history struct {
	states    map[int32]*prim.State
	items     map[int32][]string // of channels with a buffer
	waiters   map[int32][]int32  // of condition variables
	values    map[int32]string   // of atomic variables
	unlocked  map[int32]int      // the last event that gave up a lock
	readers   map[int32][]int32  // who has a lock for reading
	locked    map[[2]int32]int   // by thread and lock: since which event it has it, or had it
	taken     map[int32]int      // the last event that took an item
	emptied   map[int32]int      // the last event that brought a counter to zero
	wrote     map[int32]int      // the last event that wrote an atomic variable
	looked    map[[2]int32]int   // by thread and variable: the last event that read it
	own       map[int32]int      // by thread: the last event
	woken     map[int32]int      // by thread: the event that lets it go on
	variables map[int]int        // numbers of package variables in the trace
	held      []string           // what they hold
}

func newHistory() *history {
	return &history{
		states: map[int32]*prim.State{}, items: map[int32][]string{}, waiters: map[int32][]int32{}, values: map[int32]string{},
		unlocked: map[int32]int{}, readers: map[int32][]int32{}, locked: map[[2]int32]int{}, taken: map[int32]int{},
		emptied: map[int32]int{}, wrote: map[int32]int{}, looked: map[[2]int32]int{}, own: map[int32]int{}, woken: map[int32]int{},
		variables: map[int]int{},
	}
}

// unknown is an item that was in a channel when the execution met it.
const unknown = "?"

// state is that of an object after the events so far.
func (r *tracer) state(obj int32) *prim.State {
	s := r.h.states[obj]
	if s == nil {
		first := r.first(obj)
		s = &first
		r.h.states[obj] = s
		for range first.N {
			if first.Size > 0 {
				r.h.items[obj] = append(r.h.items[obj], unknown)
			}
		}
	}
	return s
}

// first is the state in which an object was met, if the executor keeps that.
func (r *tracer) first(obj int32) prim.State {
	if int(obj) >= len(r.x.First) {
		return prim.State{}
	}
	return r.x.First[obj]
}

// changes lets an event take effect, and says in the step what that changes.
func (r *tracer) changes(i int, s *verdict.Step) {
	ev := &r.x.Events[i]
	r.causes(i, s)
	objs := []int32{}
	for _, o := range append([]int32{ev.Op.Obj, ev.Op.Obj2, ev.Chan}, ev.TimerSends...) {
		if o >= 0 && !slices.Contains(objs, o) {
			objs = append(objs, o)
		}
	}
	for _, o := range objs {
		state := r.state(o)
		before, items, waiters := *state, slices.Clone(r.h.items[o]), slices.Clone(r.h.waiters[o])
		r.apply(ev, o, state)
		r.tell(s, ev, o, before, *state, items, waiters)
	}
	r.atomic(ev, s)
	if d := ev.Detail; d != nil {
		for _, seen := range d.Watched {
			r.variable(s, seen)
		}
	}
	r.remember(i)
}

// apply lets an event take effect on one of its objects.
func (r *tracer) apply(ev *prim.Event, o int32, s *prim.State) {
	sends, receives := false, false
	switch o {
	case ev.Op.Obj:
		if k := ev.Op.Kind; k == prim.OpStopTimer || k == prim.OpResetTimer {
			r.h.items[o] = nil // what was sent and not received is taken back
			s.N = 0
			if slices.Contains(ev.TimerSends, o) {
				r.h.items[o], s.N = []string{"tick"}, 1
			}
			return
		}
		sends, receives = ev.Op.Kind == prim.OpSend && !s.Closed, ev.Op.Kind == prim.OpRecvItem
		prim.Apply(ev.Op.Kind, s, ev)
	case ev.Op.Obj2:
		prim.Apply(ev.Op.Kind.Info().Second, s, ev)
	}
	if o == ev.Chan && s.Size > 0 {
		sends, receives = ev.Sent && !s.Closed, !ev.Sent
		prim.ApplyCase(s, ev)
	}
	value := unknown
	if ev.Detail != nil && ev.Detail.Value != "" {
		value = r.plainly(ev.Detail.Value)
	}
	if slices.Contains(ev.TimerSends, o) {
		sends, value = true, "tick"
		s.N++
	}
	items := r.h.items[o]
	switch {
	case sends && s.Size > 0:
		r.h.items[o] = append(slices.Clone(items), value)
	case receives && len(items) > 0:
		r.h.items[o] = items[1:]
	}
	switch ev.Op.Kind {
	case prim.OpCondWait:
		if o == ev.Op.Obj {
			r.h.waiters[o] = append(r.h.waiters[o], ev.G)
		}
	case prim.OpSignal, prim.OpBroadcast:
		r.h.waiters[o] = slices.DeleteFunc(slices.Clone(r.h.waiters[o]), func(g int32) bool { return slices.Contains(r.x.Wakes(ev), g) })
	}
}

// tell says what of an object has changed.
func (r *tracer) tell(s *verdict.Step, ev *prim.Event, o int32, was, is prim.State, items []string, waiters []int32) {
	n := r.objects[o]
	if n == 0 {
		return
	}
	object := &r.t.Objects[n-1]
	add := func(field, from, to string, list []string) {
		if from != to {
			s.Changes = append(s.Changes, verdict.Change{Name: object.Name, Object: n, Field: field, From: from, To: to, Items: list})
		}
	}
	switch object.Kind {
	case "mutex", "rwmutex":
		add("owner", r.id(was.Owner-1), r.id(is.Owner-1), nil)
		if object.Kind == "rwmutex" {
			add("readers", strconv.Itoa(int(was.N)), strconv.Itoa(int(is.N)), nil)
		}
	case "chan":
		if now := r.h.items[o]; is.Size > 0 {
			add("items", list(items), list(now), now)
		}
		add("closed", strconv.FormatBool(was.Closed), strconv.FormatBool(is.Closed), nil)
	case "cond":
		now := r.ids(r.h.waiters[o])
		add("waiting", list(r.ids(waiters)), list(now), now)
	case "waitgroup", "semaphore":
		add("count", strconv.Itoa(int(was.N)), strconv.Itoa(int(is.N)), nil)
	}
}

// id is the short name of a thread, "" for none.
func (r *tracer) id(g int32) string {
	if g < 0 || int(g) >= len(r.t.Actors) {
		return ""
	}
	return r.t.Actors[g].ID
}

func (r *tracer) ids(gs []int32) []string {
	out := []string{}
	for _, g := range gs {
		out = append(out, r.id(g))
	}
	return out
}

func list(items []string) string { return "[" + strings.Join(items, " ") + "]" }

// plainly is a printed value with the names of the objects in it.
func (r *tracer) plainly(value string) string {
	for {
		before, rest, ok := strings.Cut(value, "\x01")
		if !ok {
			return value
		}
		number, after, _ := strings.Cut(rest, "\x02")
		name := "…"
		if id, err := strconv.Atoi(number); err == nil && r.Object(int32(id)) != "" {
			name = r.Object(int32(id))
		}
		value = before + name + after
	}
}

// atomic says what an operation on an atomic variable changes.
func (r *tracer) atomic(ev *prim.Event, s *verdict.Step) {
	d := ev.Detail
	n := r.objects[ev.Op.Obj]
	if d == nil || d.Of == "" || n == 0 || r.t.Objects[n-1].Kind != "atomic" {
		return
	}
	was, is := r.plainly(d.Before), r.plainly(d.Value)
	if _, ok := r.h.values[ev.Op.Obj]; !ok {
		r.t.Initial = append(r.t.Initial, verdict.Variable{Name: r.t.Objects[n-1].Name, Object: n, Field: "value", Value: was})
	}
	r.h.values[ev.Op.Obj] = is
	if was != is && is != "" && ev.Op.Kind != prim.OpLoad {
		s.Changes = append(s.Changes, verdict.Change{Name: r.t.Objects[n-1].Name, Object: n, Field: "value", From: was, To: is})
	}
}

// variable says that a package variable has changed.
func (r *tracer) variable(s *verdict.Step, seen prim.Seen) {
	v := r.x.Variables[seen.Variable]
	n := r.h.variables[seen.Variable]
	if r.h.held == nil {
		for _, v := range r.x.Variables {
			r.h.held = append(r.h.held, r.plainly(v.Value))
		}
	}
	if n == 0 {
		r.t.Objects = append(r.t.Objects, verdict.Object{Name: v.Package + "." + v.Name, Kind: "variable", Type: v.Type, Declared: v.Place})
		n = len(r.t.Objects)
		r.h.variables[seen.Variable] = n
		r.t.Initial = append(r.t.Initial, verdict.Variable{Name: v.Package + "." + v.Name, Object: n, Field: "value", Value: r.h.held[seen.Variable]})
	}
	from, to := r.h.held[seen.Variable], r.plainly(seen.Value)
	r.h.held[seen.Variable] = to
	if from != to {
		s.Changes = append(s.Changes, verdict.Change{Name: r.t.Objects[n-1].Name, Object: n, Field: "value", From: from, To: to})
	}
}

// causes names the earlier steps on which a step depends.
func (r *tracer) causes(i int, s *verdict.Step) {
	ev, h := &r.x.Events[i], r.h
	add := func(event int, kind string) {
		if event >= 0 {
			s.After = append(s.After, verdict.Cause{Step: event + 1, Kind: kind})
		}
	}
	if ev.After >= 0 {
		kind := "item"
		if ev.Op.Kind == prim.OpSend || ev.Chan >= 0 && ev.Sent {
			kind = "room"
		}
		add(int(ev.After), kind)
	}
	if ev.Partner >= 0 {
		add(int(ev.Partner), "meets")
	}
	if at, ok := h.woken[ev.G]; ok {
		add(at, "wake")
		delete(h.woken, ev.G)
	}
	last, began := h.own[ev.G]
	since := func(at int, ok bool) bool {
		return ok && r.x.Events[at].G != ev.G && (!began || at > last)
	}
	o := ev.Op.Obj
	switch k := ev.Op.Kind; {
	case k == prim.OpLock || k == prim.OpWLock || k == prim.OpWLockGo || k == prim.OpRLock || k == prim.OpCondWake:
		if at, ok := h.unlocked[o]; since(at, ok) {
			add(at, "lock")
		}
	case k == prim.OpOnceWait:
		if at, ok := h.unlocked[o]; since(at, ok) {
			add(at, "done")
		}
	case k == prim.OpWGWait:
		if at, ok := h.emptied[o]; since(at, ok) {
			add(at, "done")
		}
	case k == prim.OpStore || k == prim.OpRMW:
		if at, ok := h.wrote[o]; ok && k == prim.OpStore && r.x.Events[at].G != ev.G {
			if seen, ok := h.looked[[2]int32{ev.G, o}]; ok && seen < at {
				add(at, "overwrites")
			}
		}
	}
}

// remember notes what later events may depend on.
func (r *tracer) remember(i int) {
	ev, h := &r.x.Events[i], r.h
	o := ev.Op.Obj
	h.own[ev.G] = i
	for _, w := range r.x.Wakes(ev) {
		h.woken[w] = i
	}
	switch ev.Op.Kind {
	case prim.OpUnlock, prim.OpRUnlock, prim.OpOnceDone:
		h.unlocked[o] = i
		if k := slices.Index(h.readers[o], ev.G); ev.Op.Kind == prim.OpRUnlock && k >= 0 {
			h.readers[o] = slices.Delete(h.readers[o], k, k+1)
		}
	case prim.OpCondWait:
		if ev.Op.Obj2 >= 0 {
			h.unlocked[ev.Op.Obj2] = i
		}
	case prim.OpLock, prim.OpWLock, prim.OpTryLock, prim.OpCondWake, prim.OpRLock, prim.OpTryRLocked, prim.OpOnceDo:
		if !slices.Contains(h.readers[o], ev.G) { // else it has it since before
			h.locked[[2]int32{ev.G, o}] = i
		}
		if k := ev.Op.Kind; k == prim.OpRLock || k == prim.OpTryRLocked {
			h.readers[o] = append(h.readers[o], ev.G)
		}
	case prim.OpRecvItem, prim.OpSemTook, prim.OpSemTryTook:
		h.taken[o] = i
	case prim.OpWGAdd:
		if r.state(o).N == 0 {
			h.emptied[o] = i
		}
	case prim.OpStore, prim.OpRMW:
		h.wrote[o] = i
		if ev.Op.Kind == prim.OpRMW {
			h.looked[[2]int32{ev.G, o}] = i
		}
	case prim.OpLoad:
		h.looked[[2]int32{ev.G, o}] = i
	}
	if ev.Chan >= 0 && !ev.Sent {
		h.taken[ev.Chan] = i
	}
}

// initial adds the states in which the objects were met that hold something.
func (r *tracer) initial() {
	for _, o := range slices.Sorted(maps.Keys(r.objects)) {
		n := r.objects[o]
		object, s := &r.t.Objects[n-1], r.first(o)
		v := verdict.Variable{Name: object.Name, Object: n}
		switch object.Kind {
		case "chan":
			if s.Size == 0 {
				continue
			}
			items := slices.Repeat([]string{unknown}, max(0, int(s.N)))
			v.Field, v.Value, v.Items = "items", list(items), items
		case "waitgroup", "semaphore":
			v.Field, v.Value = "count", strconv.Itoa(int(s.N))
		default:
			continue
		}
		r.t.Initial = append(r.t.Initial, v)
	}
}
