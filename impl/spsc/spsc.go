// Package spsc is a bounded buffer for one producer and one consumer: a ring
// with two indices, each written by one side only (Lamport, Proving the
// correctness of multiprocess programs, 1977). Each side keeps a copy of the
// other's index and looks at the original only when the copy says full or empty.
//
// Progress: TrySend and TryRecv are wait-free as long as nobody sleeps, and
// then wake a sleeper under a mutex. The forms that wait yield the processor a
// few times and then sleep. Order: first in, first out. Refusals and deadlines:
// strict; an operation whose context is done still goes on if it can. Memory: an
// array of the capacity, allocated at once, and about four cache lines; slots
// are cleared as items leave. Modes: all of [impl.Buffer].
//
// At most one goroutine may send and at most one receive at any time; either
// side may pass to another goroutine if the two are synchronised. Close, Len and
// Cap are for everybody.
package spsc

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/park"
)

// line is the distance that keeps two variables out of each other's cache line,
// and of the line that is fetched with it.
const line = 128

// closedBit marks the index of sent items when no more can be sent. The close is
// part of the index, so that publishing an item and closing exclude each other.
const closedBit = 1 << 63

// Buffer is a bounded buffer for one producer and one consumer. Make it with
// [New].
type Buffer[T any] struct {
	slots []T
	room  park.Lot
	items park.Lot
	_     [line]byte

	// The producer's. Others read sent.
	sent     atomic.Uint64 // items sent, and the closed bit
	_        [line]byte
	mine     uint64 // sent without the bit
	in       int    // slot of the next item
	received uint64 // got, as last seen
	_        [line]byte

	// The consumer's. Others read got.
	got  atomic.Uint64 // items received
	_    [line]byte
	his  uint64 // the same, to read without an atomic
	out  int    // slot of the next item
	seen uint64 // sent, as last seen, without the bit
	_    [line]byte
}

var _ impl.Buffer[int] = (*Buffer[int])(nil)

// New returns a buffer for as many items as the capacity, which is 1 or more; it
// panics otherwise.
func New[T any](capacity int) *Buffer[T] {
	if capacity < 1 {
		panic(fmt.Sprintf("spsc: capacity %d, expected 1 or more", capacity))
	}
	return &Buffer[T]{slots: make([]T, capacity)}
}

// TrySend implements [impl.TrySender]. For the producer.
func (b *Buffer[T]) TrySend(v T) error {
	if b.mine-b.received == uint64(len(b.slots)) {
		b.received = b.got.Load()
		if b.mine-b.received == uint64(len(b.slots)) {
			if b.sent.Load()&closedBit != 0 {
				return impl.ErrClosed
			}
			return impl.ErrFull
		}
	}
	b.slots[b.in] = v
	if !b.sent.CompareAndSwap(b.mine, b.mine+1) { // only Close interferes
		var zero T
		b.slots[b.in] = zero
		return impl.ErrClosed
	}
	b.mine++
	if b.in++; b.in == len(b.slots) {
		b.in = 0
	}
	b.items.Wake()
	return nil
}

// TryRecv implements [impl.TryReceiver]. For the consumer.
func (b *Buffer[T]) TryRecv() (T, error) {
	var zero T
	if b.his == b.seen {
		sent := b.sent.Load()
		b.seen = sent &^ closedBit
		if b.his == b.seen {
			if sent&closedBit != 0 {
				return zero, impl.ErrClosed
			}
			return zero, impl.ErrEmpty
		}
	}
	v := b.slots[b.out]
	b.slots[b.out] = zero
	if b.out++; b.out == len(b.slots) {
		b.out = 0
	}
	b.his++
	b.got.Store(b.his)
	b.room.Wake()
	return v, nil
}

// Send implements [impl.Sender]. For the producer.
func (b *Buffer[T]) Send(v T) error { return b.SendContext(context.Background(), v) }

// SendContext implements [impl.ContextSender]. Room goes before a context that
// is done. For the producer.
func (b *Buffer[T]) SendContext(ctx context.Context, v T) error {
	if err := b.TrySend(v); err != impl.ErrFull {
		return err
	}
	return park.Send(ctx, &b.room, b.TrySend, v)
}

// Recv implements [impl.Receiver]. For the consumer.
func (b *Buffer[T]) Recv() (T, error) { return b.RecvContext(context.Background()) }

// RecvContext implements [impl.ContextReceiver]. An item goes before a context
// that is done. For the consumer.
func (b *Buffer[T]) RecvContext(ctx context.Context) (T, error) {
	if v, err := b.TryRecv(); err != impl.ErrEmpty {
		return v, err
	}
	return park.Recv(ctx, &b.items, b.TryRecv)
}

// Close implements [impl.Closer]. For everybody.
func (b *Buffer[T]) Close() error {
	for {
		sent := b.sent.Load()
		if sent&closedBit != 0 {
			return impl.ErrClosed
		}
		if b.sent.CompareAndSwap(sent, sent|closedBit) {
			b.room.WakeAll()
			b.items.WakeAll()
			return nil
		}
	}
}

// Len implements [impl.Sizer].
func (b *Buffer[T]) Len() int {
	got := b.got.Load()
	return min(int(b.sent.Load()&^closedBit-got), len(b.slots))
}

// Cap implements [impl.Sizer].
func (b *Buffer[T]) Cap() int { return len(b.slots) }
