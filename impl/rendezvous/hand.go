// Package rendezvous is the meeting of a sender and a receiver: neither gets
// past before the other has arrived (Hoare, Communicating sequential processes,
// 1978). [NewChannel] makes it of an unbuffered channel, [NewHand] of a mutex and
// a condition variable for each process that waits.
//
// A form that does not wait succeeds only if the other side is waiting already;
// so two of them never meet.
//
// Progress: blocking; the forms that do not wait take a lock for a critical
// section of constant length. Order: those who wait are served first come, first
// served. Refusals and deadlines: strict; an operation whose context is done
// still goes on if the other side is waiting. Memory: nothing is held; one record
// for each process that waits. Close sends everybody home with
// [impl.ErrClosed]. Modes: all of [impl.Buffer].
package rendezvous

import (
	"context"
	"sync"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/waitlist"
)

// Hand is a rendezvous for any number of senders and receivers. Make it with
// [NewHand].
//
// At most one of the two queues has anybody in it.
type Hand[T any] struct {
	mu        sync.Mutex
	senders   queue[T]
	receivers queue[T]
	closed    bool
	idle      *waiter[T] // records to be used again
}

// waiter is a process that waits for the other side.
type waiter[T any] struct {
	waitlist.Links[waiter[T]]
	wake     sync.Cond
	item     T
	matched  bool
	nextIdle *waiter[T]
}

type queue[T any] = waitlist.List[waiter[T], *waiter[T]]

var _ impl.Buffer[int] = (*Hand[int])(nil)

// NewHand returns a rendezvous at which nobody waits.
func NewHand[T any]() *Hand[T] { return new(Hand[T]) }

// Send implements [impl.Sender].
func (h *Hand[T]) Send(v T) error { return h.send(context.Background(), v) }

// SendContext implements [impl.ContextSender]. A receiver that waits goes before
// a context that is done.
func (h *Hand[T]) SendContext(ctx context.Context, v T) error { return h.send(ctx, v) }

func (h *Hand[T]) send(ctx context.Context, v T) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if done, err := h.give(v); done {
		return err
	}
	_, err := h.wait(ctx, &h.senders, v)
	return err
}

// TrySend implements [impl.TrySender].
func (h *Hand[T]) TrySend(v T) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if done, err := h.give(v); done {
		return err
	}
	return impl.ErrFull
}

// Recv implements [impl.Receiver].
func (h *Hand[T]) Recv() (T, error) { return h.recv(context.Background()) }

// RecvContext implements [impl.ContextReceiver]. A sender that waits goes before
// a context that is done.
func (h *Hand[T]) RecvContext(ctx context.Context) (T, error) { return h.recv(ctx) }

func (h *Hand[T]) recv(ctx context.Context) (T, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if v, done, err := h.take(); done {
		return v, err
	}
	var none T
	return h.wait(ctx, &h.receivers, none)
}

// TryRecv implements [impl.TryReceiver].
func (h *Hand[T]) TryRecv() (T, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v, done, err := h.take()
	if !done {
		return v, impl.ErrEmpty
	}
	return v, err
}

// give hands the item to the receiver that has waited longest; false: there is
// none. The mutex is held.
func (h *Hand[T]) give(v T) (done bool, err error) {
	if h.closed {
		return true, impl.ErrClosed
	}
	p := h.receivers.First()
	if p == nil {
		return false, nil
	}
	h.receivers.Remove(p)
	p.item, p.matched = v, true
	p.wake.Signal()
	return true, nil
}

// take gets the item of the sender that has waited longest; false: there is
// none. The mutex is held.
func (h *Hand[T]) take() (v T, done bool, err error) {
	if h.closed {
		return v, true, impl.ErrClosed
	}
	p := h.senders.First()
	if p == nil {
		return v, false, nil
	}
	h.senders.Remove(p)
	p.matched = true
	p.wake.Signal()
	return p.item, true, nil
}

// wait waits in the queue for the other side, the close, or the end of the
// context, which may be nil. The mutex is held.
func (h *Hand[T]) wait(ctx context.Context, q *queue[T], v T) (T, error) {
	var zero T
	p := h.waiter()
	defer h.retire(p)
	p.item, p.matched = v, false
	q.Append(p)
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			p.wake.Signal() // at worst this wakes a later user of the record, who looks again
		})
		defer stop()
	}
	for !p.matched {
		switch {
		case h.closed:
			q.Remove(p)
			return zero, impl.ErrClosed
		case ctx.Err() != nil:
			q.Remove(p)
			return zero, ctx.Err()
		}
		p.wake.Wait()
	}
	return p.item, nil
}

func (h *Hand[T]) waiter() *waiter[T] {
	p := h.idle
	if p == nil {
		p = new(waiter[T])
		p.wake.L = &h.mu
		return p
	}
	h.idle, p.nextIdle = p.nextIdle, nil
	return p
}

func (h *Hand[T]) retire(p *waiter[T]) {
	var zero T
	p.item = zero
	h.idle, p.nextIdle = p, h.idle
}

// Close implements [impl.Closer].
func (h *Hand[T]) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return impl.ErrClosed
	}
	h.closed = true
	for _, q := range []*queue[T]{&h.senders, &h.receivers} {
		for p := q.First(); p != nil; p = q.Next(p) {
			p.wake.Signal()
		}
	}
	return nil
}

// Len implements [impl.Sizer]. It is 0.
func (h *Hand[T]) Len() int { return 0 }

// Cap implements [impl.Sizer]. It is 0.
func (h *Hand[T]) Cap() int { return 0 }
