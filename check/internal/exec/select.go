package exec

import (
	"reflect"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Case is a case of a select: made with [SendCase] or [RecvCase].
type Case struct {
	send     bool
	id       func(x *Exec) int32 // nil: a nil channel, never ready
	buffered bool
	put      func()               // sends on the channel with a buffer, or panics if it is closed
	take     func() bool          // receives from it
	ptr      unsafe.Pointer       // the value to send, or where to put it
	copy     func(unsafe.Pointer) // moves a value from or to the partner's place
	ok       *bool
	native   reflect.SelectCase
	got      func(reflect.Value, bool)
}

// SendCase sends v if it is chosen.
//
//go:norace
func SendCase[T any](ch chan<- T, v T) Case {
	c := Case{send: true, native: reflect.SelectCase{Dir: reflect.SelectSend, Chan: reflect.ValueOf(ch), Send: reflect.ValueOf(&v).Elem()}}
	if ch == nil {
		c.native.Chan = reflect.Value{}
		return c
	}
	both := *(*chan T)(unsafe.Pointer(&ch))
	c.id = func(x *Exec) int32 { return channel(x, both) }
	c.buffered = cap(ch) > 0
	c.put = func() { ch <- v }
	c.ptr = unsafe.Pointer(&v)
	c.copy = func(to unsafe.Pointer) { *(*T)(to) = v }
	return c
}

// RecvCase receives into v, and into ok whether the item was sent, if it is
// chosen. Both may be nil.
//
//go:norace
func RecvCase[T any](ch <-chan T, v *T, ok *bool) Case {
	if v == nil {
		v = new(T)
	}
	if ok == nil {
		ok = new(bool)
	}
	c := Case{ok: ok, native: reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ch)}}
	c.got = func(r reflect.Value, o bool) {
		*ok = o
		reflect.ValueOf(v).Elem().Set(r)
	}
	if ch == nil {
		c.native.Chan = reflect.Value{}
		return c
	}
	both := *(*chan T)(unsafe.Pointer(&ch))
	c.id = func(x *Exec) int32 { return channel(x, both) }
	c.buffered = cap(ch) > 0
	c.take = func() bool {
		w, o := <-ch
		*v, *ok = w, o
		return o
	}
	c.ptr = unsafe.Pointer(v)
	c.copy = func(from unsafe.Pointer) { *v = *(*T)(from) }
	return c
}

// Select executes one of the cases that can go on, and returns its index. If
// none can it waits, or returns -1 if there is a default.
//
// Which of several ready cases is taken is a choice: a search takes every one.
//
//go:norace
func Select(hasDefault bool, cases ...Case) int {
	g := Current()
	if g == nil {
		if !hasDefault {
			image.Wait()
		}
		return nativeSelect(hasDefault, cases)
	}
	x := g.x
	if g.unwound() {
		return -1
	}
	op := prim.On(prim.OpSelect, -1)
	chans, kinds := make([]int32, 0, len(cases)), make([]prim.CaseKind, 0, len(cases))
	unbuffered := false
	g.nilCases, g.handed = nil, false
	for i := range cases {
		c := &cases[i]
		if c.id == nil {
			if x.plan.Details {
				g.nilCases = append(g.nilCases, i)
			}
			continue
		}
		id := c.id(x)
		if c.send && !c.buffered {
			g.sounds(id)
		}
		var kind prim.CaseKind
		if c.send {
			kind |= prim.CaseSends
		}
		if c.buffered {
			kind |= prim.CaseBuffered
		}
		chans, kinds = append(chans, id), append(kinds, kind)
		unbuffered = unbuffered || !c.buffered
	}
	op.SetMore(chans, kinds)
	if len(chans) == 0 {
		x.turns += idleTurns
		if !hasDefault {
			g.block("select without cases")
		}
		return -1
	}
	if !unbuffered && !hasDefault {
		// Nobody can see it wait: it is one operation, when a case is ready.
		op.Kind = prim.OpSelectGo
		if !g.read(op) {
			return -1
		}
		return g.choose(cases, op)
	}
	if !g.read(op) {
		return -1
	}
	if i := g.choose(cases, op); i >= 0 {
		return i
	}
	if hasDefault {
		if d := g.detail(); d != nil {
			d.Default = true
		}
		if x.trial.g != g {
			x.last().Same = true
		}
		g.stutter(op)
		return -1
	}
	for i, c := range cases {
		if c.id == nil || c.buffered {
			continue
		}
		o := &x.objs[c.id(x)]
		if Seeded != SeedParked {
			o.version++ // others find a partner there
		}
		w := waiter{int32(g.ID), int32(len(x.Events) - 1), int32(i), c.ptr}
		if c.send {
			o.senders = append(o.senders, w)
		} else {
			o.takers = append(o.takers, w)
		}
	}
	// Either a partner comes and completes a case, or a case with a buffer
	// becomes ready.
	g.met = waiting{cas: -1}
	op.Kind = prim.OpSelectGo
	g.Op = op
	g.hand()
	if g.met.cas >= 0 {
		c := cases[g.met.cas]
		if c.send {
			if g.met.closed {
				c.put() // panics
			}
		} else if g.met.closed {
			c.take()
		} else {
			*c.ok = g.met.ok
		}
		return int(g.met.cas)
	}
	// Picked by the scheduler.
	g.executed()
	for _, id := range op.More() {
		o := &x.objs[id]
		o.senders = without(o.senders, int32(g.ID))
		o.takers = without(o.takers, int32(g.ID))
	}
	g.handed = true // a partner, or a close, would have completed it
	i := g.choose(cases, op)
	g.handed = false
	return i
}

// executed makes the event of an operation that the goroutine has waited with.
//
//go:norace
func (g *G) executed() {
	g.state = running
	g.x.serve(g)
	if d := g.Detail; d != nil {
		looks(g.x)
		d.Time = g.x.now
	}
	g.x.Append(&g.Thread, &g.Op)
}

// choose executes one of the cases of a select that are ready; -1 if none is.
//
//go:norace
func (g *G) choose(cases []Case, op prim.Op) int {
	x := g.x
	if x.trial.g == g {
		return g.chooseAgain(cases)
	}
	g.passes(cases, op)
	var passed []int32
	for i := range cases {
		if c := &cases[i]; c.id != nil && !c.buffered && !g.handed {
			if o := &x.objs[c.id(x)]; !o.Closed {
				passed = append(passed, g.passesOver(c.partners(o))...)
			}
		}
	}
	g.first(cases)
	n := 0
	for i := range cases {
		if g.caseReady(&cases[i]) && !g.avoids(i) {
			n += g.numWays(&cases[i])
		}
	}
	if n == 0 {
		return -1
	}
	k := x.alt(n)
	if n > 1 {
		x.last().Outcomes = beside(g.outcomes(cases), n, passed)
	}
	for i := range cases {
		c := &cases[i]
		if !g.caseReady(c) || g.avoids(i) {
			continue
		}
		if w := g.numWays(c); k >= w {
			k -= w
			continue
		}
		nothing := g.isOver(c)
		g.out.does = false
		if d := g.detail(); d == nil {
			g.take(c, k)
		} else {
			d.Case = i + 1
			if c.send {
				g.says(c.ptr, c.item())
			}
			if g.take(c, k); !c.send && x.last().Chan >= 0 {
				d.Value = x.show(c.ptr, c.item())
			}
		}
		if nothing {
			g.gets(i, cases, op)
		}
		return i
	}
	panic("sched: a case that was ready is not")
}

// outcomes are, for each case that is ready, the channels of the select that it
// completes; nil if none completes any.
//
//go:norace
func (g *G) outcomes(cases []Case) (all [][]int32) {
	ready := 0
	for i := range cases {
		c := &cases[i]
		if !g.caseReady(c) || g.avoids(i) {
			continue
		}
		n := g.numWays(c)
		ready += n
		o := &g.x.objs[c.id(g.x)]
		if o.Closed || c.buffered {
			continue
		}
		ws := c.partners(o)
		if p := g.x.Gs[ws[g.partner(ws)].g]; p.Op.Kind == prim.OpSelectGo {
			for len(all) < ready-n {
				all = append(all, nil)
			}
			for range n {
				all = append(all, p.Op.More())
			}
		}
	}
	return all
}

//go:norace
func (g *G) caseReady(c *Case) bool {
	if c.id == nil {
		return false
	}
	o := &g.x.objs[c.id(g.x)]
	switch {
	case g.handed && !c.buffered:
		return false
	case o.Closed:
		return true
	case c.buffered && c.send:
		return o.N < o.Size
	case c.buffered:
		return o.N > 0
	case c.send:
		return g.partner(o.takers) >= 0
	default:
		return g.partner(o.senders) >= 0
	}
}

// numWays is in how many ways a case that is ready can be executed: see oneOf.
//
//go:norace
func (g *G) numWays(c *Case) int {
	o := &g.x.objs[c.id(g.x)]
	if o.Closed || c.buffered {
		return 1
	}
	ws := c.partners(o)
	return numCases(ws[g.partner(ws):])
}

// partners are those at its channel, which has no buffer, with whom a case can be executed.
//
//go:norace
func (c *Case) partners(o *object) []waiter {
	if c.send {
		return o.takers
	}
	return o.senders
}

// take executes a case that is ready, in the k-th way.
//
//go:norace
func (g *G) take(c *Case, k int) {
	x := g.x
	id := c.id(x)
	o := &x.objs[id]
	o.version++
	e := x.last()
	e.Chan, e.Sent = id, c.send
	switch {
	case c.send && o.Closed:
		c.put() // panics
	case c.buffered && c.send:
		own := x.sent(id)
		prim.ApplyCase(&o.State, e)
		own.hide()
		c.put()
		own.show()
	case c.buffered:
		item := o.N > 0
		if item {
			prim.ApplyCase(&o.State, e)
		} else {
			e.Chan = -1
		}
		own := x.received(id, item)
		own.hide()
		c.take()
		own.show()
	case c.send:
		w := o.takers[g.partner(o.takers)+k]
		g.greet(x.Gs[w.g])
		if w.ptr != nil {
			c.copy(w.ptr)
		}
		x.meet(g, w)
	default:
		if i := g.partner(o.senders); i >= 0 {
			w := o.senders[i+k]
			g.greet(x.Gs[w.g])
			c.copy(w.ptr)
			*c.ok = true
			x.meet(g, w)
			return
		}
		e.Chan = -1
		o.version-- // it is closed
		c.take()
	}
}

//go:norace
func nativeSelect(hasDefault bool, cases []Case) int {
	if len(cases) == 0 && !hasDefault {
		select {}
	}
	rs := make([]reflect.SelectCase, 0, len(cases)+1)
	for _, c := range cases {
		rs = append(rs, c.native)
	}
	if hasDefault {
		rs = append(rs, reflect.SelectCase{Dir: reflect.SelectDefault})
	}
	i, v, ok := reflect.Select(rs)
	if i == len(cases) {
		return -1
	}
	if got := cases[i].got; got != nil {
		got(v, ok)
	}
	return i
}

// item is the type of what a case sends or receives.
//
//go:norace
func (c *Case) item() reflect.Type {
	if c.native.Chan.IsValid() {
		return c.native.Chan.Type().Elem()
	}
	return nothingType
}

// nothingType is that of an item of which nothing is known.
var nothingType = reflect.TypeFor[struct{}]()
