// Package twolock is the unbounded two-lock queue of Michael and Scott (Simple,
// fast, and practical non-blocking and blocking concurrent queue algorithms,
// 1996): a linked list with a dummy node in front, a lock for each end, so that
// one producer and one consumer do not hinder each other.
//
// Progress: blocking; every operation takes the lock of its end for a critical
// section of constant length, and a send that finds receivers asleep takes the
// other as well. A send waits for nothing else. Order: first in, first out, for
// all producers together. Refusals and deadlines: strict, and a send is never
// refused; an operation whose context is done still goes on if it can. Memory:
// one node an item, allocated by the send. Modes: all of [impl.Buffer].
package twolock

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
)

// line is the distance that keeps two variables out of each other's cache line,
// and of the line that is fetched with it.
const line = 128

type node[T any] struct {
	next atomic.Pointer[node[T]] // set under the lock of the tail, read under that of the head
	pos  uint64                  // number of the item, from 1
	item T
}

// Buffer is an unbounded buffer for any number of producers and consumers. Make
// it with [New].
type Buffer[T any] struct {
	end     *node[T]     // linked behind the last node by Close
	waiting atomic.Int64 // receivers that sleep, or are about to look a last time
	_       [line]byte

	headLock sync.Mutex
	notEmpty sync.Cond // of headLock
	head     *node[T]  // the dummy: the node that left last
	_        [line]byte

	tailLock sync.Mutex
	tail     *node[T]
	closed   bool
	_        [line]byte
}

var _ impl.Buffer[int] = (*Buffer[int])(nil)

// New returns an empty buffer.
func New[T any]() *Buffer[T] {
	dummy := new(node[T])
	b := &Buffer[T]{end: new(node[T]), head: dummy, tail: dummy}
	b.notEmpty.L = &b.headLock
	return b
}

// Send implements [impl.Sender]. It waits for locks only.
func (b *Buffer[T]) Send(v T) error {
	n := &node[T]{item: v}
	b.tailLock.Lock()
	if b.closed {
		b.tailLock.Unlock()
		return impl.ErrClosed
	}
	n.pos = b.tail.pos + 1
	b.tail.next.Store(n)
	b.tail = n
	b.tailLock.Unlock()
	// A receiver counts itself before it looks for the last time, so either it
	// sees the item or we see the receiver.
	if b.waiting.Load() > 0 {
		b.headLock.Lock()
		b.notEmpty.Signal()
		b.headLock.Unlock()
	}
	return nil
}

// TrySend implements [impl.TrySender]. It is never refused.
func (b *Buffer[T]) TrySend(v T) error { return b.Send(v) }

// SendContext implements [impl.ContextSender]. It does not wait, so the context
// does not matter.
func (b *Buffer[T]) SendContext(_ context.Context, v T) error { return b.Send(v) }

// Recv implements [impl.Receiver].
func (b *Buffer[T]) Recv() (T, error) { return b.recv(context.Background()) }

// RecvContext implements [impl.ContextReceiver]. An item goes before a context
// that is done.
func (b *Buffer[T]) RecvContext(ctx context.Context) (T, error) { return b.recv(ctx) }

// TryRecv implements [impl.TryReceiver].
func (b *Buffer[T]) TryRecv() (T, error) {
	b.headLock.Lock()
	defer b.headLock.Unlock()
	return b.get()
}

func (b *Buffer[T]) recv(ctx context.Context) (T, error) {
	b.headLock.Lock()
	defer b.headLock.Unlock()
	if b.head.next.Load() == nil {
		if err := b.wait(ctx); err != nil {
			var zero T
			return zero, err
		}
	}
	return b.get()
}

// wait waits until there is an item, the buffer is closed, or the context, which
// may be nil, is done. The lock of the head is held.
//
// The list is looked at before the context. A receiver that was signalled and
// cancelled at once must not leave with its error: the signal would be lost, and
// another receiver sleep beside an item.
func (b *Buffer[T]) wait(ctx context.Context) error {
	b.waiting.Add(1)
	defer b.waiting.Add(-1)
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, func() {
			b.headLock.Lock()
			defer b.headLock.Unlock()
			b.notEmpty.Broadcast()
		})
		defer stop()
	}
	for b.head.next.Load() == nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		b.notEmpty.Wait()
	}
	return nil
}

// get removes the oldest item, or says why it cannot. The lock of the head is
// held.
func (b *Buffer[T]) get() (T, error) {
	var zero T
	next := b.head.next.Load()
	switch next {
	case nil:
		return zero, impl.ErrEmpty
	case b.end:
		return zero, impl.ErrClosed
	}
	b.head = next
	v := next.item
	next.item = zero
	return v, nil
}

// Close implements [impl.Closer].
func (b *Buffer[T]) Close() error {
	b.tailLock.Lock()
	if b.closed {
		b.tailLock.Unlock()
		return impl.ErrClosed
	}
	b.closed = true
	b.tail.next.Store(b.end)
	b.tailLock.Unlock()
	b.headLock.Lock()
	b.notEmpty.Broadcast()
	b.headLock.Unlock()
	return nil
}

// Len implements [impl.Sizer].
func (b *Buffer[T]) Len() int {
	b.headLock.Lock()
	defer b.headLock.Unlock()
	b.tailLock.Lock()
	defer b.tailLock.Unlock()
	return int(b.tail.pos - b.head.pos)
}

// Cap implements [impl.Sizer]. It is [impl.NoLimit].
func (b *Buffer[T]) Cap() int { return impl.NoLimit }
