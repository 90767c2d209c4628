// Package condring is a bounded buffer: a ring under one mutex with two
// condition variables, one for room and one for items (Hoare, Monitors, 1974;
// with the signalling of Lampson and Redell, 1980, under which a woken process
// looks again).
//
// Progress: blocking; every operation takes the mutex, the forms that do not
// wait too, but only for a critical section of constant length. Order: first
// in, first out, for all producers together. Refusals and deadlines: strict,
// since each is decided under the mutex; an operation whose context is done
// still goes on if it can. Memory: an array of the capacity, allocated at once;
// slots are cleared as items leave. Modes: all of [impl.Buffer].
package condring

import (
	"context"
	"fmt"
	"sync"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/ring"
)

// Buffer is a bounded buffer for any number of producers and consumers. Make it
// with [New].
type Buffer[T any] struct {
	mu       sync.Mutex
	notFull  sync.Cond
	notEmpty sync.Cond
	ring     ring.Ring[T]
	closed   bool
}

var _ impl.Buffer[int] = (*Buffer[int])(nil)

// New returns a buffer for as many items as the capacity, which is 1 or more; it
// panics otherwise.
func New[T any](capacity int) *Buffer[T] {
	if capacity < 1 {
		panic(fmt.Sprintf("condring: capacity %d, expected 1 or more", capacity))
	}
	b := &Buffer[T]{ring: ring.New[T](capacity)}
	b.notFull.L = &b.mu
	b.notEmpty.L = &b.mu
	return b
}

// Send implements [impl.Sender].
func (b *Buffer[T]) Send(v T) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.ring.Full() && !b.closed {
		b.notFull.Wait()
	}
	return b.put(v)
}

// Recv implements [impl.Receiver].
func (b *Buffer[T]) Recv() (T, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.ring.Len() == 0 && !b.closed {
		b.notEmpty.Wait()
	}
	return b.get()
}

// TrySend implements [impl.TrySender].
func (b *Buffer[T]) TrySend(v T) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.put(v)
}

// TryRecv implements [impl.TryReceiver].
func (b *Buffer[T]) TryRecv() (T, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.get()
}

// SendContext implements [impl.ContextSender]. Room goes before a context that
// is done.
func (b *Buffer[T]) SendContext(ctx context.Context, v T) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ring.Full() && !b.closed {
		if err := b.wait(ctx, &b.notFull, func() bool { return !b.ring.Full() }); err != nil {
			return err
		}
	}
	return b.put(v)
}

// RecvContext implements [impl.ContextReceiver]. An item goes before a context
// that is done.
func (b *Buffer[T]) RecvContext(ctx context.Context) (T, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ring.Len() == 0 && !b.closed {
		if err := b.wait(ctx, &b.notEmpty, func() bool { return b.ring.Len() > 0 }); err != nil {
			var zero T
			return zero, err
		}
	}
	return b.get()
}

// wait waits on the condition variable until the condition holds, the buffer is
// closed, or the context is done.
//
// The condition is looked at before the context. A waiter that was signalled and
// cancelled at once must not leave with its error: the signal would be lost, and
// another waiter sleep beside a free slot.
func (b *Buffer[T]) wait(ctx context.Context, c *sync.Cond, holds func() bool) error {
	stop := context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		c.Broadcast()
	})
	defer stop()
	for !b.closed && !holds() {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.Wait()
	}
	return nil
}

// Close implements [impl.Closer].
func (b *Buffer[T]) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return impl.ErrClosed
	}
	b.closed = true
	b.notFull.Broadcast()
	b.notEmpty.Broadcast()
	return nil
}

// Len implements [impl.Sizer].
func (b *Buffer[T]) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ring.Len()
}

// Cap implements [impl.Sizer].
func (b *Buffer[T]) Cap() int { return b.ring.Cap() }

// put appends an item, or says why it cannot. The mutex is held.
func (b *Buffer[T]) put(v T) error {
	switch {
	case b.closed:
		return impl.ErrClosed
	case b.ring.Full():
		return impl.ErrFull
	}
	b.ring.Push(v)
	b.notEmpty.Signal()
	return nil
}

// get removes the oldest item, or says why it cannot. The mutex is held.
func (b *Buffer[T]) get() (T, error) {
	var zero T
	switch {
	case b.ring.Len() > 0:
	case b.closed:
		return zero, impl.ErrClosed
	default:
		return zero, impl.ErrEmpty
	}
	v := b.ring.Pop()
	b.notFull.Signal()
	return v, nil
}
