// Package chanbuf is a buffer over a Go channel: bounded, or a rendezvous if the
// capacity is 0.
//
// It adds what a channel lacks. Closing does not panic: a send that waits, or
// comes later, returns [impl.ErrClosed].
//
// Progress: blocking. An operation that does not wait for room or items may wait
// for a Close that is under way. Order: first in, first out, for all producers
// together. Refusals and deadlines: strict; an operation whose context is done
// still goes on if it can at once. Memory: that of the channel, allocated at
// once. Modes: all of [impl.Buffer].
package chanbuf

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// Buffer is a channel with a close that senders survive. It is for any number of
// producers and consumers. Make it with [New].
//
// Senders hold the lock for reading while they send, even while they wait. Close
// asks them to leave, by closing leave, and waits until they have, by locking for
// writing; then nobody can be sending on items, and it may be closed. Until that
// has happened no sender reports the close: otherwise somebody who saw the report
// could still find the buffer empty instead of closed.
type Buffer[T any] struct {
	items chan T
	lock  sync.RWMutex
	leave chan struct{} // closed: senders must leave
	over  chan struct{} // closed: items is closed

	closing sync.Mutex
	closed  bool // under closing
}

var _ impl.Buffer[int] = (*Buffer[int])(nil)

// New returns a buffer for as many items as the capacity, 0 for a rendezvous. It
// panics if the capacity is negative.
func New[T any](capacity int) *Buffer[T] {
	if capacity < 0 {
		panic(fmt.Sprintf("chanbuf: capacity %d, expected 0 or more", capacity))
	}
	return &Buffer[T]{
		items: make(chan T, capacity),
		leave: make(chan struct{}),
		over:  make(chan struct{}),
	}
}

// enter begins a send; false: the buffer is being closed.
func (b *Buffer[T]) enter() bool {
	b.lock.RLock()
	select {
	case <-b.leave:
		b.lock.RUnlock()
		return false
	default:
		return true
	}
}

// refuse returns ErrClosed once the close has taken effect. The lock is not
// held.
func (b *Buffer[T]) refuse() error {
	<-b.over
	return impl.ErrClosed
}

// Send implements [impl.Sender].
func (b *Buffer[T]) Send(v T) error {
	if !b.enter() {
		return b.refuse()
	}
	select {
	case b.items <- v:
		b.lock.RUnlock()
		return nil
	case <-b.leave:
		b.lock.RUnlock()
		return b.refuse()
	}
}

// TrySend implements [impl.TrySender].
func (b *Buffer[T]) TrySend(v T) error {
	if !b.enter() {
		return b.refuse()
	}
	defer b.lock.RUnlock()
	select {
	case b.items <- v:
		return nil
	default:
		return impl.ErrFull
	}
}

// SendContext implements [impl.ContextSender]. Room goes before a context that
// is done.
func (b *Buffer[T]) SendContext(ctx context.Context, v T) error {
	if err := b.TrySend(v); !errors.Is(err, impl.ErrFull) {
		return err
	}
	if !b.enter() {
		return b.refuse()
	}
	select {
	case b.items <- v:
		b.lock.RUnlock()
		return nil
	case <-ctx.Done():
		b.lock.RUnlock()
		return ctx.Err()
	case <-b.leave:
		b.lock.RUnlock()
		return b.refuse()
	}
}

// Recv implements [impl.Receiver].
func (b *Buffer[T]) Recv() (T, error) {
	v, ok := <-b.items
	return received(v, ok)
}

// TryRecv implements [impl.TryReceiver].
func (b *Buffer[T]) TryRecv() (T, error) {
	select {
	case v, ok := <-b.items:
		return received(v, ok)
	default:
		var zero T
		return zero, impl.ErrEmpty
	}
}

// RecvContext implements [impl.ContextReceiver]. An item goes before a context
// that is done.
func (b *Buffer[T]) RecvContext(ctx context.Context) (T, error) {
	v, err := b.TryRecv()
	if !errors.Is(err, impl.ErrEmpty) {
		return v, err
	}
	select {
	case v, ok := <-b.items:
		return received(v, ok)
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

func received[T any](v T, ok bool) (T, error) {
	if !ok {
		return v, impl.ErrClosed
	}
	return v, nil
}

// Close implements [impl.Closer]. It waits until the senders under way have
// left, which they do at once.
func (b *Buffer[T]) Close() error {
	b.closing.Lock()
	defer b.closing.Unlock()
	if b.closed {
		return impl.ErrClosed
	}
	b.closed = true
	close(b.leave)
	b.lock.Lock()
	close(b.items)
	b.lock.Unlock()
	close(b.over)
	return nil
}

// Len implements [impl.Sizer].
func (b *Buffer[T]) Len() int { return len(b.items) }

// Cap implements [impl.Sizer].
func (b *Buffer[T]) Cap() int { return cap(b.items) }
