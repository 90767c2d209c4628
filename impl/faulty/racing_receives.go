package faulty

import (
	"sync"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
)

// racingReceives offers only the forms that do not wait. Slots are atomic, so
// that the fault is not a data race.
type racingReceives struct {
	slots   []atomic.Int64
	sending sync.Mutex
	in, out atomic.Int64 // items sent and received
}

func (b *racingReceives) TrySend(v int) error {
	b.sending.Lock()
	defer b.sending.Unlock()
	in := b.in.Load()
	if in-b.out.Load() >= int64(len(b.slots)) {
		return impl.ErrFull
	}
	b.slots[in%int64(len(b.slots))].Store(int64(v))
	b.in.Store(in + 1)
	return nil
}

func (b *racingReceives) TryRecv() (int, error) {
	out := b.out.Load()
	if out >= b.in.Load() {
		return 0, impl.ErrEmpty
	}
	v := b.slots[out%int64(len(b.slots))].Load()
	b.out.Store(out + 1) // wrong: another may have it already; must be CompareAndSwap
	return int(v), nil
}
