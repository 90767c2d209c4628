package faulty

import (
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
)

// twoProducers is a ring for one producer and one consumer that claims to be for
// any number of producers. It offers only the forms that do not wait. Slots are
// atomic, so that the fault is not a data race.
type twoProducers struct {
	slots   []atomic.Int64
	in, out atomic.Int64 // items sent and received
}

func (b *twoProducers) TrySend(v int) error {
	in := b.in.Load()
	if in-b.out.Load() == int64(len(b.slots)) {
		return impl.ErrFull
	}
	b.slots[in%int64(len(b.slots))].Store(int64(v)) // wrong: another producer may use this slot, too
	b.in.Store(in + 1)
	return nil
}

func (b *twoProducers) TryRecv() (int, error) {
	out := b.out.Load()
	if out >= b.in.Load() {
		return 0, impl.ErrEmpty
	}
	v := b.slots[out%int64(len(b.slots))].Load()
	b.out.Store(out + 1)
	return int(v), nil
}
