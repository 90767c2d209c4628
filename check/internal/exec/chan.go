package exec

import (
	"runtime"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// The operations on channels. A channel keeps its native type, and one with a
// buffer keeps its items where they always are; the run keeps who waits. Outside
// a controlled run the functions are the native operations.
//
// Receives of a channel with a buffer and its sends are matched by number, as
// the memory model has it: the k-th send happens before the k-th receive, and the
// k-th receive before the send that gets its slot. Without a buffer, the two that
// meet are the k-th to arrive on their sides.

// channel returns the number of a channel.
//
//go:norace
func channel[T any](x *Exec, ch chan T) int32 {
	id, isNew := x.at(address(&ch))
	if isNew {
		var item T
		x.meetChannel(id, address(&ch), unsafe.Sizeof(item), len(ch), cap(ch), func() (closed bool) {
			Hide()
			defer Show()
			select {
			case _, ok := <-ch:
				return !ok
			default:
				return false
			}
		})
	}
	return id
}

// meetChannel takes over the state of a channel that is new in the run, with items of a
// number of bytes. closed is asked of one that is empty.
//
//go:norace
func (x *Exec) meetChannel(id int32, ch unsafe.Pointer, bytes uintptr, n, size int, closed func() bool) {
	o := &x.objs[id]
	o.tokens = bytes == 0
	o.N, o.Size = int32(n), int32(size)
	if o.quiet = false; size == 0 {
		x.meetQuiet(o)
	}
	if place := image.Waiter(ch); place != "" {
		Reach("a channel for which a goroutine waits that was started before the tests, at " + place)
	} else if o.N == 0 {
		o.Closed = closed()
	}
	x.First[id] = o.State
}

// Send sends on a channel.
//
//go:norace
func Send[T any](ch chan<- T, v T) {
	g := Current()
	if g == nil {
		if len(ch) == cap(ch) {
			image.Wait()
		}
		ch <- v
		return
	}
	if g.unwound() {
		return
	}
	both := *(*chan T)(unsafe.Pointer(&ch))
	if ch == nil {
		g.block("send on a nil channel")
		return
	}
	x := g.x
	id := channel(x, both)
	if cap(ch) > 0 {
		if g.announce(prim.On(prim.OpSend, id)) {
			if g.Detail != nil {
				g.saysAny(v)
			}
			own := x.sent(id)
			x.apply()
			own.hide()
			ch <- v // panics if closed
			own.show()
		}
		return
	}
	g.sounds(id)
	if !g.announce(prim.On(prim.OpArriveSend, id)) {
		return
	}
	if g.Detail != nil {
		g.saysAny(v)
	}
	o := &x.objs[id]
	if o.Closed {
		ch <- v // panics
	}
	g.passesOver(o.takers)
	if i := g.partner(o.takers); i >= 0 {
		w := x.oneOf(o.takers[i:])
		g.greet(x.Gs[w.g])
		if w.ptr != nil {
			*(*T)(w.ptr) = v
		}
		x.meet(g, w)
		return
	}
	p := new(T)
	*p = v
	o.senders = append(o.senders, waiter{int32(g.ID), int32(len(x.Events) - 1), -1, unsafe.Pointer(p)})
	if g.park(id); g.met.closed {
		ch <- v // panics
	}
}

// Recv receives from a channel.
//
//go:norace
func Recv[T any](ch <-chan T) T {
	v, _ := Recv2(ch)
	return v
}

// Recv2 receives from a channel, and reports whether the item was sent, and not
// made up because the channel is closed.
//
//go:norace
func Recv2[T any](ch <-chan T) (v T, ok bool) {
	g := Current()
	if g == nil {
		if len(ch) == 0 {
			image.Wait()
		}
		v, ok = <-ch
		return v, ok
	}
	if g.unwound() {
		return v, false
	}
	if ch == nil {
		g.block("receive from a nil channel")
		return v, false
	}
	both := *(*chan T)(unsafe.Pointer(&ch))
	x := g.x
	id := channel(x, both)
	if quiet := x.objs[id].quiet; quiet || cap(ch) > 0 {
		k := prim.OpRecv
		if quiet {
			k = prim.OpAwait
		}
		if !g.announce(prim.On(k, id)) {
			return v, false
		}
		own := x.received(id, x.apply().Op.Kind == prim.OpRecvItem)
		own.hide()
		v, ok = <-ch
		own.show()
		if ok && g.Detail != nil {
			g.saysAny(v)
		}
		return v, ok
	}
	if !g.announce(prim.On(prim.OpArriveRecv, id)) {
		return v, false
	}
	o := &x.objs[id]
	if o.Closed {
		x.last().Op.Kind = prim.OpRecvClosed
		o.version--
		v, ok = <-ch
		return v, ok
	}
	g.passesOver(o.senders)
	if i := g.partner(o.senders); i >= 0 {
		w := x.oneOf(o.senders[i:])
		g.greet(x.Gs[w.g])
		v = *(*T)(w.ptr)
		if g.Detail != nil {
			g.saysAny(v)
		}
		x.meet(g, w)
		return v, true
	}
	p := new(T)
	o.takers = append(o.takers, waiter{int32(g.ID), int32(len(x.Events) - 1), -1, unsafe.Pointer(p)})
	if g.park(id); g.met.closed {
		v, ok = <-ch
		return v, ok
	}
	return *p, g.met.ok
}

// Close closes a channel. The detector sees it, so that a report names its caller.
func Close[T any](ch chan<- T) {
	g := Current()
	if g == nil || ch == nil {
		close(ch) // panics if nil
		return
	}
	if g.x.kill {
		return
	}
	g.close(channel(g.x, *(*chan T)(unsafe.Pointer(&ch))), func() { close(ch) })
}

// close announces the close of a channel and lets native close it.
//
//go:norace
func (g *G) close(id int32, native func()) {
	x := g.x
	if !g.announce(prim.On(prim.OpClose, id)) {
		return
	}
	x.changesQueue(id)
	native() // panics if closed
	x.apply()
	x.closed(id)
}

// closed lets those go on that wait on a channel which is now closed.
//
//go:norace
func (x *Exec) closed(id int32) {
	o := &x.objs[id]
	takers, senders := x.there(o.takers), x.there(o.senders)
	k := x.anyOf(takers)
	several := x.last().Alts > 1
	for len(takers) > 0 {
		n := numCases(takers)
		w := takers[k%n]
		k /= n
		x.release(w, waiting{cas: w.cas, closed: true})
		takers, senders = takers[n:], without(senders, w.g)
	}
	for len(senders) > 0 {
		w := senders[0]
		x.release(w, waiting{cas: w.cas, closed: true})
		senders = without(senders, w.g)
	}
	if several {
		x.alike(int(x.last().Alts), nil)
	}
}

// A select that waits for the same channel in several cases goes on with any of them: their
// order in the channel's queue is random, as that in which they are looked at.

// numCases is how many cases the first one in a queue waits there with.
//
//go:norace
func numCases(ws []waiter) int {
	n := 1
	for n < len(ws) && ws[n].g == ws[0].g {
		n++
	}
	return n
}

// oneOf is the first one in a queue, which the event under way completes.
//
//go:norace
func (x *Exec) oneOf(ws []waiter) waiter {
	n := numCases(ws)
	k := x.alt(n)
	x.alike(n, x.Gs[ws[0].g].Op.More())
	return ws[k]
}

// anyOf chooses a way in which all in a queue go on.
//
//go:norace
func (x *Exec) anyOf(ws []waiter) int {
	ways := 1
	for rest := ws; len(rest) > 0; {
		n := numCases(rest)
		rest, ways = rest[n:], ways*n
	}
	return x.alt(ways)
}

// alike notes that all of n outcomes of the event under way complete the same: a select on some
// channels, besides what it depends on already.
//
//go:norace
func (x *Exec) alike(n int, also []int32) {
	if n < 2 {
		return
	}
	e := x.last()
	also = extend(extend(nil, e.Op.Also()), also)
	e.Outcomes = make([][]int32, n)
	for i := range e.Outcomes {
		e.Outcomes[i] = also
	}
}

// Len is the number of items in a channel.
//
//go:norace
func Len[T any](ch <-chan T) int {
	g := Current()
	if g == nil || g.x.kill || cap(ch) == 0 {
		return len(ch)
	}
	g.read(prim.On(prim.OpChanLen, channel(g.x, *(*chan T)(unsafe.Pointer(&ch)))))
	if g.x.ofTimer(address(&ch)) {
		return 0
	}
	return len(ch)
}

// Cap is the capacity of a channel. That of a timer looks as if it had none.
//
//go:norace
func Cap[T any](ch <-chan T) int {
	if g := Current(); g != nil && g.x.ofTimer(address(&ch)) {
		return 0
	}
	return cap(ch)
}

// ofTimer reports whether the channel at the address is that of a timer.
//
//go:norace
func (x *Exec) ofTimer(p unsafe.Pointer) bool {
	return x.timerChans.n > 0 && x.timerChans.has(uint64(uintptr(p)))
}

// sent notes that the event under way sends on a channel with a buffer. It reports whether
// the race detector knows already whom that orders: see orders.
//
//go:norace
func (x *Exec) sent(id int32) (own ordered) {
	o := &x.objs[id]
	if o.Closed {
		return false
	}
	// The slot was made free by the receive that many items ago.
	if k := int(x.First[id].N) + len(o.sends) - int(o.Size); k >= 0 && k < len(o.recvs) && o.recvs[k] != int32(len(x.Events)-1) {
		x.last().After = o.recvs[k]
	}
	o.sends = append(o.sends, int32(len(x.Events)-1))
	return o.orders(int(x.First[id].N) + len(o.sends) - 1)
}

// received notes that the event under way receives from a channel with a buffer:
// an item, if there was one. What it reports is as of sent.
//
//go:norace
func (x *Exec) received(id int32, item bool) (own ordered) {
	o := &x.objs[id]
	if !item {
		o.version--
		return false
	}
	e := x.last()
	x.changesQueue(id)
	if k := len(o.recvs) - int(x.First[id].N); k >= 0 {
		e.After = o.sends[k]
		if k := x.Events[e.After].Op.Kind; k == prim.OpTick || k == prim.OpExpire || k == prim.OpResetTimer {
			x.timerFired(o.p)
		}
	}
	o.recvs = append(o.recvs, int32(len(x.Events)-1))
	if len(o.recvs) <= int(x.First[id].N) {
		return false // it was there before the run
	}
	return o.orders(len(o.recvs) - 1)
}

// mostSlots is how many slots of a channel are told apart.
const mostSlots = 1 << 16

// orders tells the race detector of the send, or the receive, of item number k, where that
// takes no bytes. For such items the runtime has one place, in which it gathers what all who
// have sent and received before have done; so the one order of a send and a receive of
// different items, which do not depend on each other, would hide a race that the other
// shows. Here each slot of the buffer has a place, as if the items took bytes.
//
//go:norace
func (o *object) orders(k int) ordered {
	if !Race || !o.tokens || Seeded == SeedTokens {
		return false
	}
	if o.slots == nil {
		o.slots = make([]uint64, min(o.Size, mostSlots))
	}
	slot := unsafe.Pointer(&o.slots[k%int(o.Size)%len(o.slots)])
	raceAcquire(slot)
	raceRelease(slot)
	return true
}

// ordered says that the race detector knows already whom the native operation would order.
type ordered bool

//go:norace
func (own ordered) hide() {
	if own {
		Hide()
	}
}

//go:norace
func (own ordered) show() {
	if own {
		Show()
	}
}

// block waits forever.
//
//go:norace
func (g *G) block(string) { g.announce(prim.On(prim.OpBlock, -1)) }

// park waits for a partner to come.
//
//go:norace
func (g *G) park(id int32) {
	g.met = waiting{}
	g.Op = prim.On(prim.OpParked, id)
	g.hand()
}

// hand gives control away until the goroutine is let go on.
//
//go:norace
func (g *G) hand() {
	x := g.x
	if d := g.Detail; d != nil {
		d.Blocks = true
		g.Detail = &prim.Detail{Stack: d.Stack, Position: d.Position, Nil: d.Nil}
	}
	g.state = pending
	g.waits()
	x.next = x.choose()
	g.switchBack()
	if x.kill {
		runtime.Goexit()
	}
	g.goesOn()
}

// meet completes the operation of one that waits: the event under way is its
// partner's arrival.
//
//go:norace
func (x *Exec) meet(g *G, w waiter) {
	e := x.last()
	e.Partner = w.event
	g.parts(x.Gs[w.g])
	x.release(w, waiting{cas: w.cas, ok: true})
}

// release lets one that waits on channels without a buffer go on, up to its next
// operation.
//
//go:norace
func (x *Exec) release(w waiter, got waiting) {
	g := x.Gs[w.g]
	g.met = got
	for _, id := range g.waitsOn() {
		o := &x.objs[id]
		o.senders = without(o.senders, w.g)
		o.takers = without(o.takers, w.g)
	}
	x.wake(w.g)
	if g.Op.Kind == prim.OpSelectGo {
		e := x.last()
		e.Op.SetAlso(extend(extend(nil, e.Op.Also()), g.Op.More()))
		e.Full.SetAlso(e.Op.Also())
		x.Completed = append(x.Completed, prim.Completion{Event: int32(len(x.Events) - 1), G: w.g, Seq: g.Seq, Op: g.Op, Since: g.Since})
		x.serve(g)
		g.Since = 0
	}
	x.start(g)
}

// waitsOn are the channels in whose queues a goroutine that waits may be.
//
//go:norace
func (g *G) waitsOn() []int32 {
	if g.Op.Kind == prim.OpSelectGo {
		return g.Op.More()
	}
	return []int32{g.Op.Obj}
}

//go:norace
func without(ws []waiter, g int32) []waiter {
	n := 0
	for _, w := range ws {
		if w.g != g {
			ws[n] = w
			n++
		}
	}
	clear(ws[n:])
	return ws[:n]
}
