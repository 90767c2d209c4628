// Package msqueue is the unbounded lock-free queue of Michael and Scott (Simple,
// fast, and practical non-blocking and blocking concurrent queue algorithms,
// 1996): a linked list with a dummy node in front. The garbage collector takes
// the place of their counted pointers: a node's address is not used again while
// anybody can still compare it.
//
// Progress: lock-free, but for waking sleepers under a mutex, if there are any.
// A send never waits. A receive that must wait yields the processor a few times
// and then sleeps. Order: first in, first out, for all producers together.
// Refusals and deadlines: strict, and a send is never refused; an operation
// whose context is done still goes on if it can. Memory: one node an item,
// allocated by the send; an operation that was preempted keeps the nodes alive
// that were linked after the one it looks at. Modes: all of [impl.Buffer].
package msqueue

import (
	"context"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/park"
)

// line is the distance that keeps two variables out of each other's cache line,
// and of the line that is fetched with it.
const line = 128

type node[T any] struct {
	next atomic.Pointer[node[T]]
	pos  uint64 // number of the item, from 1
	item T
}

// Buffer is an unbounded buffer for any number of producers and consumers. Make
// it with [New].
type Buffer[T any] struct {
	end   *node[T] // linked behind the last node by Close; never part of the list
	items park.Lot
	_     [line]byte
	head  atomic.Pointer[node[T]] // the dummy: the node that left last
	_     [line]byte
	tail  atomic.Pointer[node[T]] // the last node, or the one before it
	_     [line]byte
}

var _ impl.Buffer[int] = (*Buffer[int])(nil)

// New returns an empty buffer.
func New[T any]() *Buffer[T] {
	b := &Buffer[T]{end: new(node[T])}
	dummy := new(node[T])
	b.head.Store(dummy)
	b.tail.Store(dummy)
	return b
}

// Send implements [impl.Sender]. It never waits.
func (b *Buffer[T]) Send(v T) error {
	n := &node[T]{item: v}
	for {
		last := b.tail.Load()
		switch next := last.next.Load(); next {
		case nil:
			n.pos = last.pos + 1
			if last.next.CompareAndSwap(nil, n) {
				b.tail.CompareAndSwap(last, n)
				b.items.Wake()
				return nil
			}
		case b.end:
			return impl.ErrClosed
		default:
			b.tail.CompareAndSwap(last, next)
		}
	}
}

// TrySend implements [impl.TrySender]. It is never refused.
func (b *Buffer[T]) TrySend(v T) error { return b.Send(v) }

// SendContext implements [impl.ContextSender]. It never waits, so the context
// does not matter.
func (b *Buffer[T]) SendContext(_ context.Context, v T) error { return b.Send(v) }

// TryRecv implements [impl.TryReceiver].
func (b *Buffer[T]) TryRecv() (T, error) {
	var zero T
	for {
		first := b.head.Load()
		next := first.next.Load()
		switch next {
		case nil:
			return zero, impl.ErrEmpty
		case b.end:
			return zero, impl.ErrClosed
		}
		if last := b.tail.Load(); first == last {
			b.tail.CompareAndSwap(last, next) // the tail must not fall behind the head
		}
		if b.head.CompareAndSwap(first, next) {
			v := next.item // nobody else looks at it
			next.item = zero
			return v, nil
		}
	}
}

// Recv implements [impl.Receiver].
func (b *Buffer[T]) Recv() (T, error) { return b.RecvContext(context.Background()) }

// RecvContext implements [impl.ContextReceiver]. An item goes before a context
// that is done.
func (b *Buffer[T]) RecvContext(ctx context.Context) (T, error) {
	if v, err := b.TryRecv(); err != impl.ErrEmpty {
		return v, err
	}
	return park.Recv(ctx, &b.items, b.TryRecv)
}

// Close implements [impl.Closer].
func (b *Buffer[T]) Close() error {
	for {
		last := b.tail.Load()
		switch next := last.next.Load(); next {
		case nil:
			if last.next.CompareAndSwap(nil, b.end) {
				b.items.WakeAll()
				return nil
			}
		case b.end:
			return impl.ErrClosed
		default:
			b.tail.CompareAndSwap(last, next)
		}
	}
}

// Len implements [impl.Sizer].
func (b *Buffer[T]) Len() int {
	head := b.head.Load()
	return int(b.tail.Load().pos - head.pos)
}

// Cap implements [impl.Sizer]. It is [impl.NoLimit].
func (b *Buffer[T]) Cap() int { return impl.NoLimit }
