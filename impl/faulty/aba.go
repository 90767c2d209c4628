package faulty

import (
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
)

// aba keeps its free slots in a lock-free stack (Treiber) without a version. It
// offers only the forms that do not wait. Slots are atomic, so that the fault is
// not a data race.
type aba struct {
	slots  []atomic.Int64
	below  []atomic.Int32 // in the stack: the slot under this one, -1 for none
	top    atomic.Int32
	filled chan int32
}

func newABA(n int) *aba {
	b := &aba{slots: make([]atomic.Int64, n), below: make([]atomic.Int32, n), filled: make(chan int32, 2*n)}
	b.top.Store(-1)
	for i := range n {
		b.free(int32(i))
	}
	return b
}

func (b *aba) free(i int32) {
	for {
		top := b.top.Load()
		b.below[i].Store(top)
		if b.top.CompareAndSwap(top, i) {
			return
		}
	}
}

func (b *aba) take() (int32, bool) {
	for {
		top := b.top.Load()
		if top < 0 {
			return 0, false
		}
		below := b.below[top].Load()
		if b.top.CompareAndSwap(top, below) { // wrong: top may have left and come back, on another stack
			return top, true
		}
	}
}

func (b *aba) TrySend(v int) error {
	i, ok := b.take()
	if !ok {
		return impl.ErrFull
	}
	b.slots[i].Store(int64(v))
	b.filled <- i
	return nil
}

func (b *aba) TryRecv() (int, error) {
	select {
	case i := <-b.filled:
		v := b.slots[i].Load()
		b.free(i)
		return int(v), nil
	default:
		return 0, impl.ErrEmpty
	}
}
