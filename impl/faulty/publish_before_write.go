package faulty

import (
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
)

// publishBeforeWrite is a ring for one producer and one consumer. It offers only
// the forms that do not wait. Slots are atomic, so that the fault is not a data
// race.
type publishBeforeWrite struct {
	slots   []atomic.Int64
	in, out atomic.Int64 // items sent and received
}

func (b *publishBeforeWrite) TrySend(v int) error {
	in := b.in.Load()
	if in-b.out.Load() == int64(len(b.slots)) {
		return impl.ErrFull
	}
	b.in.Store(in + 1) // wrong: the consumer may look into the slot now
	b.slots[in%int64(len(b.slots))].Store(int64(v))
	return nil
}

func (b *publishBeforeWrite) TryRecv() (int, error) {
	out := b.out.Load()
	if out == b.in.Load() {
		return 0, impl.ErrEmpty
	}
	v := b.slots[out%int64(len(b.slots))].Swap(0)
	b.out.Store(out + 1)
	return int(v), nil
}
