package exec

import (
	"runtime"
	"unsafe"
)

// The operations on channels. A channel keeps its native type, and one with a
// buffer keeps its items where they always are; the run keeps who waits. Outside
// a controlled run the functions are the native operations.
//
// Receives of a channel with a buffer and its sends are matched by number, as
// the memory model has it: the k-th send happens before the k-th receive, and the
// k-th receive before the send that gets its slot. Without a buffer, the two that
// meet are the k-th to arrive on their sides.

// waiter is a goroutine that waits in a send, receive or select on a channel
// without a buffer.
type waiter struct {
	g     int32
	event int32          // its arrival
	cas   int32          // which case of its select, -1: no select
	ptr   unsafe.Pointer // to the value to be sent, or to where it is to be put; nil: it is thrown away
}

// waiting is what a goroutine that waited has got.
type waiting struct {
	cas    int32
	ok     bool // an item came through, not a close
	closed bool
}

// channel returns the number of a channel.
//
//go:norace
func channel[T any](x *Exec, ch chan T) int32 {
	id, isNew := x.at(address(&ch))
	if isNew {
		o := &x.objs[id]
		o.n, o.size = int32(len(ch)), int32(cap(ch))
		o.first = o.n
		if o.n == 0 {
			Hide()
			select {
			case _, ok := <-ch:
				o.closed = !ok
			default:
			}
			Show()
		}
	}
	return id
}

// Send sends on a channel.
//
//go:norace
func Send[T any](ch chan<- T, v T) {
	g := Current()
	if g == nil || g.x.kill {
		if g == nil {
			ch <- v
		}
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
		if g.announce(Op{Kind: OpSend, Obj: id, Obj2: -1}) {
			x.sent(id)
			ch <- v // panics if closed
		}
		return
	}
	if !g.announce(Op{Kind: OpArriveSend, Obj: id, Obj2: -1}) {
		return
	}
	o := &x.objs[id]
	if o.closed {
		ch <- v // panics
	}
	if len(o.takers) > 0 {
		w := o.takers[0]
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
		v, ok = <-ch
		return v, ok
	}
	if g.x.kill {
		return v, false
	}
	if ch == nil {
		g.block("receive from a nil channel")
		return v, false
	}
	both := *(*chan T)(unsafe.Pointer(&ch))
	x := g.x
	id := channel(x, both)
	if cap(ch) > 0 {
		if !g.announce(Op{Kind: OpRecv, Obj: id, Obj2: -1}) {
			return v, false
		}
		x.received(id)
		v, ok = <-ch
		return v, ok
	}
	if !g.announce(Op{Kind: OpArriveRecv, Obj: id, Obj2: -1}) {
		return v, false
	}
	o := &x.objs[id]
	if len(o.senders) > 0 {
		w := o.senders[0]
		g.greet(x.Gs[w.g])
		v = *(*T)(w.ptr)
		x.meet(g, w)
		return v, true
	}
	if o.closed {
		x.last().Op.Kind = OpRecvClosed
		v, ok = <-ch
		return v, ok
	}
	p := new(T)
	o.takers = append(o.takers, waiter{int32(g.ID), int32(len(x.Events) - 1), -1, unsafe.Pointer(p)})
	if g.park(id); g.met.closed {
		v, ok = <-ch
		return v, ok
	}
	return *p, g.met.ok
}

// Close closes a channel.
//
//go:norace
func Close[T any](ch chan<- T) {
	g := Current()
	if g == nil || ch == nil {
		close(ch) // panics if nil
		return
	}
	if g.x.kill {
		return
	}
	both := *(*chan T)(unsafe.Pointer(&ch))
	x := g.x
	id := channel(x, both)
	if !g.announce(Op{Kind: OpClose, Obj: id, Obj2: -1}) {
		return
	}
	close(ch) // panics if closed
	x.closed(id)
}

// closed lets those go on that wait on a channel which is now closed.
//
//go:norace
func (x *Exec) closed(id int32) {
	x.objs[id].closed = true
	for {
		o := &x.objs[id]
		var w waiter
		switch {
		case len(o.takers) > 0:
			w = o.takers[0]
		case len(o.senders) > 0:
			w = o.senders[0]
		default:
			return
		}
		x.release(w, waiting{cas: w.cas, closed: true})
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
	g.read(Op{Kind: OpChanLen, Obj: channel(g.x, *(*chan T)(unsafe.Pointer(&ch))), Obj2: -1})
	return len(ch)
}

// sent notes that the event under way sends on a channel with a buffer.
//
//go:norace
func (x *Exec) sent(id int32) {
	o := &x.objs[id]
	if o.closed {
		return
	}
	// The slot was made free by the receive that many items ago.
	if k := int(o.first) + len(o.sends) - int(o.size); k >= 0 && k < len(o.recvs) {
		x.last().After = o.recvs[k]
	}
	o.n++
	o.sends = append(o.sends, int32(len(x.Events)-1))
}

// received notes that the event under way receives from a channel with a buffer.
//
//go:norace
func (x *Exec) received(id int32) bool {
	o := &x.objs[id]
	e := x.last()
	if o.n == 0 {
		if e.Op.Kind == OpRecv {
			e.Op.Kind = OpRecvClosed
		}
		o.version--
		return false
	}
	if e.Op.Kind == OpRecv {
		e.Op.Kind = OpRecvItem
	}
	if k := len(o.recvs) - int(o.first); k >= 0 {
		e.After = o.sends[k]
		if x.Events[e.After].Op.Kind == OpTick {
			x.timerFired()
		}
	}
	o.n--
	if len(x.late) > 0 {
		x.resume(id)
	}
	o.recvs = append(o.recvs, int32(len(x.Events)-1))
	return true
}

// block waits for ever.
//
//go:norace
func (g *G) block(string) { g.announce(Op{Kind: OpBlock, Obj: -1, Obj2: -1}) }

// park waits for a partner to come.
//
//go:norace
func (g *G) park(id int32) {
	g.met = waiting{}
	g.Op = Op{Kind: OpParked, Obj: id, Obj2: -1}
	g.hand()
}

// hand gives control away until the goroutine is let go on.
//
//go:norace
func (g *G) hand() {
	x := g.x
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
	e.Met = w.event
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
	if g.Op.Kind == OpSelectGo {
		e := x.last()
		e.Op.Also = extend(e.Op.Also, g.Op.More)
		e.Full.Also = e.Op.Also
		x.Beaten = append(x.Beaten, Beaten{int32(len(x.Events) - 1), w.g, g.Seq, g.Op})
	}
	x.start(g)
}

// waitsOn are the channels in whose queues a goroutine that waits may be.
//
//go:norace
func (g *G) waitsOn() []int32 {
	if g.Op.Kind == OpSelectGo {
		return g.Op.More
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
