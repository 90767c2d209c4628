// Package semring is a bounded buffer: a ring with two counting semaphores, one
// for room and one for items, and a mutex (Dijkstra, Cooperating sequential
// processes, 1965).
//
// In the textbook a unit of a semaphore is a right to a slot. Then a form that
// does not wait could answer empty while an item lies there for which another
// process has a right that it has not used yet. Here a unit is only a reason to
// look, and every decision falls under the mutex; whoever finds that another was
// faster waits again.
//
// Progress: blocking; the forms that do not wait take the mutex, for a critical
// section of constant length. Order: first in, first out, for all producers
// together. Refusals and deadlines: strict; an operation whose context is done
// still goes on if it can. Memory: an array of the capacity, allocated at once;
// slots are cleared as items leave. Close lets waiting processes leave one after
// the other. Modes: all of [impl.Buffer].
package semring

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/ring"
	"github.com/ipccheck/ipccheck/impl/sem"
)

// Buffer is a bounded buffer for any number of producers and consumers. Make it
// with [New].
//
// While it is open, the units of items and those in the hands of receivers that
// have not looked yet are together at least as many as the items; likewise room
// and free slots. So nobody waits beside an item or a free slot.
type Buffer[T any] struct {
	room  *sem.Semaphore
	items *sem.Semaphore

	mu     sync.Mutex
	ring   ring.Ring[T]
	closed bool
}

var _ impl.Buffer[int] = (*Buffer[int])(nil)

// New returns a buffer for as many items as the capacity, which is 1 or more; it
// panics otherwise.
func New[T any](capacity int) *Buffer[T] {
	if capacity < 1 {
		panic(fmt.Sprintf("semring: capacity %d, expected 1 or more", capacity))
	}
	return &Buffer[T]{room: sem.New(capacity), items: sem.New(0), ring: ring.New[T](capacity)}
}

// Send implements [impl.Sender].
func (b *Buffer[T]) Send(v T) error {
	for {
		b.room.Acquire()
		if err := b.put(v); !errors.Is(err, impl.ErrFull) {
			return err
		}
	}
}

// Recv implements [impl.Receiver].
func (b *Buffer[T]) Recv() (T, error) {
	for {
		b.items.Acquire()
		if v, err := b.get(); !errors.Is(err, impl.ErrEmpty) {
			return v, err
		}
	}
}

// TrySend implements [impl.TrySender].
func (b *Buffer[T]) TrySend(v T) error {
	b.room.TryAcquire()
	return b.put(v)
}

// TryRecv implements [impl.TryReceiver].
func (b *Buffer[T]) TryRecv() (T, error) {
	b.items.TryAcquire()
	return b.get()
}

// SendContext implements [impl.ContextSender]. Room goes before a context that
// is done.
func (b *Buffer[T]) SendContext(ctx context.Context, v T) error {
	for {
		done := b.room.AcquireContext(ctx)
		err := b.put(v)
		if !errors.Is(err, impl.ErrFull) {
			return err
		}
		if done != nil {
			return done
		}
	}
}

// RecvContext implements [impl.ContextReceiver]. An item goes before a context
// that is done.
func (b *Buffer[T]) RecvContext(ctx context.Context) (T, error) {
	for {
		done := b.items.AcquireContext(ctx)
		v, err := b.get()
		if !errors.Is(err, impl.ErrEmpty) {
			return v, err
		}
		if done != nil {
			return v, done
		}
	}
}

// Close implements [impl.Closer].
func (b *Buffer[T]) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return impl.ErrClosed
	}
	b.closed = true
	b.room.Release()
	b.items.Release()
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

// put appends an item, or says why it cannot. The caller has taken a unit of
// room, or found none; after the close every process gives the next one its
// reason to look.
func (b *Buffer[T]) put(v T) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		b.room.Release()
		return impl.ErrClosed
	case b.ring.Full():
		return impl.ErrFull
	}
	b.ring.Push(v)
	b.items.Release()
	return nil
}

// get removes the oldest item, or says why it cannot. The caller has taken a
// unit of items, or found none.
func (b *Buffer[T]) get() (T, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		b.items.Release()
	}
	var zero T
	switch {
	case b.ring.Len() > 0:
	case b.closed:
		return zero, impl.ErrClosed
	default:
		return zero, impl.ErrEmpty
	}
	v := b.ring.Pop()
	b.room.Release()
	return v, nil
}
