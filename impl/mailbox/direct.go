package mailbox

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// Config says what direct message passing promises.
type Config[T any] struct {
	Capacity int // messages that each direction of a link holds: 0 for a rendezvous, [impl.NoLimit] for no limit
	Sizes    Sizes[T]
	// Asymmetric lets a receive name [impl.AnyPeer]. Otherwise sender and
	// receiver name each other.
	Asymmetric bool
	// OneWay makes a link run only in the direction of its first message.
	OneWay bool
}

// Net is direct message passing among processes that name each other. Make it
// with [NewNet].
//
// A link joins exactly two processes, and two processes have at most one. The
// first message between them sets it up; an operation that waits or is refused
// does not. Using a one-way link against its direction gets [impl.ErrPeer], also
// for those who waited for it when it was set up; and so does naming oneself or a
// negative number.
//
// Progress: blocking; one mutex for all links, held for critical sections that
// are of constant length but for a receive from anyone, which looks at every
// process that ever sent to the receiver. Order: first in, first out for each
// direction of a link; a receive from anyone takes what came first. Refusals and
// deadlines: strict; an operation whose context is done still goes on if it can.
// Memory: one queue for each ordered pair of processes of which one has named the
// other; it grows up to the capacity and is kept.
type Net[T any] struct {
	config Config[T]

	mu    sync.Mutex
	flows map[pair]*flow[T]
	to    map[int]*inbox[T]
	clock uint64 // numbers arrivals
}

type pair struct{ from, to int }

// flow is one direction between two processes.
type flow[T any] struct {
	pair
	open    bool // there is a link, and it runs this way
	against bool // there is a link, and it runs the other way only
	held    fifo[T]
	senders list[T] // those who wait; empty unless held is full
}

// inbox is what concerns one receiving process.
type inbox[T any] struct {
	flows     []*flow[T]
	receivers list[T] // those who wait, in the order in which they came
}

var _ impl.Endpoint[int] = (*Endpoint[int])(nil)

// NewNet returns processes without links. It panics if the capacity is below
// [impl.NoLimit].
func NewNet[T any](c Config[T]) *Net[T] {
	checkCapacity(c.Capacity)
	return &Net[T]{config: c, flows: map[pair]*flow[T]{}, to: map[int]*inbox[T]{}}
}

// Endpoint is the end of a process. Several goroutines may use it.
type Endpoint[T any] struct {
	net  *Net[T]
	self int
}

// Process returns the end of the process with that number. It panics if the
// number is negative.
func (n *Net[T]) Process(number int) *Endpoint[T] {
	if number < 0 {
		panic(fmt.Sprintf("mailbox: process %d, expected 0 or more", number))
	}
	return &Endpoint[T]{n, number}
}

// Send implements [impl.Endpoint].
func (e *Endpoint[T]) Send(to int, v T) error { return e.send(context.Background(), to, v, true) }

// TrySend implements [impl.Endpoint].
func (e *Endpoint[T]) TrySend(to int, v T) error { return e.send(context.Background(), to, v, false) }

// SendContext implements [impl.Endpoint].
func (e *Endpoint[T]) SendContext(ctx context.Context, to int, v T) error {
	return e.send(ctx, to, v, true)
}

// Recv implements [impl.Endpoint].
func (e *Endpoint[T]) Recv(from int) (T, int, error) { return e.recv(context.Background(), from, true) }

// TryRecv implements [impl.Endpoint].
func (e *Endpoint[T]) TryRecv(from int) (T, int, error) {
	return e.recv(context.Background(), from, false)
}

// RecvContext implements [impl.Endpoint].
func (e *Endpoint[T]) RecvContext(ctx context.Context, from int) (T, int, error) {
	return e.recv(ctx, from, true)
}

func (e *Endpoint[T]) send(ctx context.Context, to int, v T, wait bool) error {
	n := e.net
	n.mu.Lock()
	defer n.mu.Unlock()
	if to < 0 || to == e.self {
		return impl.ErrPeer
	}
	f := n.flow(pair{e.self, to})
	if f.against {
		return impl.ErrPeer
	}
	if !n.config.Sizes.allow(v) {
		return impl.ErrSize
	}
	for p := n.to[to].receivers.First(); p != nil; p = n.to[to].receivers.Next(p) {
		if p.peer == e.self || p.peer == impl.AnyPeer {
			n.to[to].receivers.Remove(p)
			p.item, p.peer = v, e.self
			p.end(nil)
			n.open(f)
			return nil
		}
	}
	if n.config.Capacity == impl.NoLimit || f.held.n < n.config.Capacity {
		f.held.push(message[T]{v, n.tick()})
		n.open(f)
		return nil
	}
	if !wait {
		return impl.ErrFull
	}
	p := n.waiter(to)
	p.item, p.arrived = v, n.tick()
	f.senders.Append(p)
	return n.wait(ctx, p, &f.senders)
}

func (e *Endpoint[T]) recv(ctx context.Context, from int, wait bool) (v T, sender int, err error) {
	n := e.net
	n.mu.Lock()
	defer n.mu.Unlock()
	var f *flow[T]
	switch {
	case from == impl.AnyPeer && !n.config.Asymmetric:
		return v, impl.AnyPeer, errors.ErrUnsupported
	case from == impl.AnyPeer:
		f = n.earliest(e.self)
	case from < 0 || from == e.self:
		return v, impl.AnyPeer, impl.ErrPeer
	default:
		f = n.flow(pair{from, e.self})
		if f.against {
			return v, impl.AnyPeer, impl.ErrPeer
		}
	}
	if f != nil {
		if _, some := f.next(); some {
			return n.take(f), f.from, nil
		}
	}
	if !wait {
		return v, impl.AnyPeer, impl.ErrEmpty
	}
	p := n.waiter(from)
	in := n.inbox(e.self)
	in.receivers.Append(p)
	if err := n.wait(ctx, p, &in.receivers); err != nil {
		return v, impl.AnyPeer, err
	}
	return p.item, p.peer, nil
}

// next is the arrival of the message that a receive would get; false: there is
// none.
func (f *flow[T]) next() (arrived uint64, some bool) {
	switch {
	case f.held.n > 0:
		return f.held.first().arrived, true
	case f.senders.First() != nil:
		return f.senders.First().arrived, true
	}
	return 0, false
}

// earliest is the flow to the process with the earliest message, nil if there is
// none. The mutex is held.
func (n *Net[T]) earliest(to int) *flow[T] {
	var best *flow[T]
	var first uint64
	for _, f := range n.inbox(to).flows {
		if at, some := f.next(); some && (best == nil || at < first) {
			best, first = f, at
		}
	}
	return best
}

// take removes the next message of the flow, which has one, and lets the sender
// that has waited longest go on. The mutex is held.
func (n *Net[T]) take(f *flow[T]) T {
	p := f.senders.First()
	if p != nil {
		f.senders.Remove(p)
		p.end(nil)
	}
	if f.held.n == 0 { // without buffering: they meet
		n.open(f)
		return p.item
	}
	v := f.held.pop().item
	if p != nil {
		f.held.push(message[T]{p.item, p.arrived})
	}
	return v
}

// open sets the link up, if there is none. The mutex is held.
func (n *Net[T]) open(f *flow[T]) {
	if f.open {
		return
	}
	f.open = true
	if !n.config.OneWay {
		return
	}
	back := n.flow(pair{f.to, f.from})
	back.against = true
	for p := back.senders.First(); p != nil; p = back.senders.First() {
		back.senders.Remove(p)
		p.end(impl.ErrPeer)
	}
	in := n.inbox(f.from)
	for p := in.receivers.First(); p != nil; {
		next := in.receivers.Next(p)
		if p.peer == f.to {
			in.receivers.Remove(p)
			p.end(impl.ErrPeer)
		}
		p = next
	}
}

// wait waits until the waiter, which is in the list, is ended, or the context,
// which may be nil, is done. The mutex is held. A waiter that was ended and
// cancelled at once is not cancelled: its message has moved.
func (n *Net[T]) wait(ctx context.Context, p *waiter[T], l *list[T]) error {
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, func() {
			n.mu.Lock()
			defer n.mu.Unlock()
			p.wake.Signal()
		})
		defer stop()
	}
	for !p.ended {
		if ctx.Err() != nil {
			l.Remove(p)
			return ctx.Err()
		}
		p.wake.Wait()
	}
	return p.err
}

func (n *Net[T]) waiter(peer int) *waiter[T] {
	p := &waiter[T]{peer: peer}
	p.wake.L = &n.mu
	return p
}

func (n *Net[T]) flow(p pair) *flow[T] {
	f := n.flows[p]
	if f == nil {
		f = &flow[T]{pair: p}
		n.flows[p] = f
		in := n.inbox(p.to)
		in.flows = append(in.flows, f)
	}
	return f
}

func (n *Net[T]) inbox(to int) *inbox[T] {
	in := n.to[to]
	if in == nil {
		in = new(inbox[T])
		n.to[to] = in
	}
	return in
}

func (n *Net[T]) tick() uint64 {
	n.clock++
	return n.clock
}
