package faulty

import (
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
)

// vyukovOneSlot is the ring for many producers and many consumers whose slots
// carry sequence numbers (Vyukov). It offers only the forms that do not wait.
//
// A slot filled at position p has number p+1, and one that is free for the next
// lap p+n. With one slot these are the same.
type vyukovOneSlot struct {
	slots   []numbered // wrong: must be at least two
	in, out atomic.Int64
}

type numbered struct{ number, item atomic.Int64 }

func newVyukovOneSlot(n int) *vyukovOneSlot {
	b := &vyukovOneSlot{slots: make([]numbered, n)}
	for i := range b.slots {
		b.slots[i].number.Store(int64(i))
	}
	return b
}

func (b *vyukovOneSlot) TrySend(v int) error {
	for {
		p := b.in.Load()
		s := &b.slots[p%int64(len(b.slots))]
		switch n := s.number.Load(); {
		case n < p:
			return impl.ErrFull
		case n == p && b.in.CompareAndSwap(p, p+1):
			s.item.Store(int64(v))
			s.number.Store(p + 1)
			return nil
		}
	}
}

func (b *vyukovOneSlot) TryRecv() (int, error) {
	for {
		p := b.out.Load()
		s := &b.slots[p%int64(len(b.slots))]
		switch n := s.number.Load(); {
		case n < p+1:
			return 0, impl.ErrEmpty
		case n == p+1 && b.out.CompareAndSwap(p, p+1):
			v := s.item.Load()
			s.number.Store(p + int64(len(b.slots)))
			return int(v), nil
		case n > p+1 && len(b.slots) == 1:
			return 0, impl.ErrEmpty // out of step for good
		}
	}
}
