// Package mpmc is a bounded buffer for any number of producers and consumers: a
// ring whose slots carry their own turn, so that the two ends meet only where
// they must (Vyukov, Bounded MPMC queue, 2010).
//
// Any capacity of 1 or more is kept exactly. Vyukov's ring numbers its turns by
// position, and with one slot "filled" and "free again" get the same number; it
// also wants a power of two. Here a slot's turn counts its uses (free, filled,
// free, …), and a position is a lap and a slot.
//
// Progress: TrySend and TryRecv are not lock-free in the strict sense: no
// operation ever waits for another, but one that was preempted between taking
// its slot and filling it lets the others see an empty (or full) buffer until it
// goes on. They wake sleepers under a mutex, if there are any. The forms that
// wait yield the processor a few times and then sleep. Order: first in, first
// out, for all producers together. Refusals and deadlines: weak, for that
// reason; an operation whose context is done still goes on if it can. Memory: an
// array of the capacity, allocated at once, eight bytes a slot besides the item;
// slots are cleared as items leave. Modes: all of [impl.Buffer].
package mpmc

import (
	"context"
	"fmt"
	"math/bits"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/park"
)

// line is the distance that keeps two variables out of each other's cache line,
// and of the line that is fetched with it.
const line = 128

// closedBit marks the position of the next send when no more can be sent.
const closedBit = 1 << 63

// slot holds an item when its turn is odd. In lap l it is free with turn 2l and
// filled with turn 2l+1.
type slot[T any] struct {
	turn atomic.Uint64
	item T
}

// Buffer is a bounded buffer for any number of producers and consumers. Make it
// with [New].
type Buffer[T any] struct {
	slots  []slot[T]
	shift  int         // a position is lap<<shift + slot
	closed atomic.Bool // set after the closed bit, and read by those who do not read that
	room   park.Lot
	items  park.Lot
	_      [line]byte
	in     atomic.Uint64 // position of the next send, and the closed bit
	_      [line]byte
	out    atomic.Uint64 // position of the next receive
	_      [line]byte
}

var _ impl.Buffer[int] = (*Buffer[int])(nil)

// New returns a buffer for as many items as the capacity, which is 1 or more; it
// panics otherwise.
func New[T any](capacity int) *Buffer[T] {
	if capacity < 1 {
		panic(fmt.Sprintf("mpmc: capacity %d, expected 1 or more", capacity))
	}
	return &Buffer[T]{slots: make([]slot[T], capacity), shift: bits.Len(uint(capacity - 1))}
}

// at returns the slot of a position and its lap.
func (b *Buffer[T]) at(pos uint64) (*slot[T], uint64) {
	return &b.slots[pos&(1<<b.shift-1)], pos >> b.shift
}

// after returns the next position.
func (b *Buffer[T]) after(pos uint64) uint64 {
	if int(pos&(1<<b.shift-1)) == len(b.slots)-1 {
		return (pos>>b.shift + 1) << b.shift
	}
	return pos + 1
}

// TrySend implements [impl.TrySender]. It says full while a receive that came
// earlier is still emptying the slot.
func (b *Buffer[T]) TrySend(v T) error {
	for {
		pos := b.in.Load()
		if pos&closedBit != 0 {
			return impl.ErrClosed
		}
		s, lap := b.at(pos)
		turn := s.turn.Load()
		if turn < 2*lap {
			return impl.ErrFull
		}
		if turn == 2*lap && b.in.CompareAndSwap(pos, b.after(pos)) {
			s.item = v
			s.turn.Store(2*lap + 1)
			b.items.Wake()
			return nil
		}
	}
}

// TryRecv implements [impl.TryReceiver]. It says empty while a send that came
// earlier is still filling the slot.
func (b *Buffer[T]) TryRecv() (T, error) {
	var zero T
	for {
		pos := b.out.Load()
		s, lap := b.at(pos)
		turn := s.turn.Load()
		if turn < 2*lap+1 {
			if b.in.Load() == pos|closedBit {
				return zero, impl.ErrClosed
			}
			return zero, impl.ErrEmpty
		}
		if turn == 2*lap+1 && b.out.CompareAndSwap(pos, b.after(pos)) {
			v := s.item
			s.item = zero
			s.turn.Store(2*lap + 2)
			b.room.Wake()
			if b.closed.Load() {
				// A receiver may sleep because a send was under way when the
				// buffer was closed. If that was the last item, nobody else
				// will wake it.
				b.items.WakeAll()
			}
			return v, nil
		}
	}
}

// Send implements [impl.Sender].
func (b *Buffer[T]) Send(v T) error { return b.SendContext(context.Background(), v) }

// SendContext implements [impl.ContextSender]. Room goes before a context that
// is done.
func (b *Buffer[T]) SendContext(ctx context.Context, v T) error {
	if err := b.TrySend(v); err != impl.ErrFull {
		return err
	}
	return park.Send(ctx, &b.room, b.TrySend, v)
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

// Close implements [impl.Closer]. Sends that have taken a slot by then are
// completed, and their items delivered.
func (b *Buffer[T]) Close() error {
	for {
		in := b.in.Load()
		if in&closedBit != 0 {
			return impl.ErrClosed
		}
		if b.in.CompareAndSwap(in, in|closedBit) {
			b.closed.Store(true)
			b.room.WakeAll()
			b.items.WakeAll()
			return nil
		}
	}
}

// Len implements [impl.Sizer].
func (b *Buffer[T]) Len() int {
	out := b.out.Load()
	in := b.in.Load() &^ closedBit
	mask := uint64(1)<<b.shift - 1
	laps := int(in>>b.shift) - int(out>>b.shift)
	n := laps*len(b.slots) + int(in&mask) - int(out&mask)
	return min(n, len(b.slots))
}

// Cap implements [impl.Sizer].
func (b *Buffer[T]) Cap() int { return len(b.slots) }
