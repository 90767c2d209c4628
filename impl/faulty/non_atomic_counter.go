package faulty

import (
	"sync"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
)

// nonAtomicCounter is a ring with a lock for each end and a common counter. It
// offers only the forms that do not wait. Slots are atomic, so that the fault is
// not a data race.
type nonAtomicCounter struct {
	slots   []atomic.Int64
	n       atomic.Int64
	sending sync.Mutex
	in      int
	recving sync.Mutex
	out     int
}

func (b *nonAtomicCounter) TrySend(v int) error {
	b.sending.Lock()
	defer b.sending.Unlock()
	if b.n.Load() >= int64(len(b.slots)) {
		return impl.ErrFull
	}
	b.slots[b.in].Store(int64(v))
	b.in = (b.in + 1) % len(b.slots)
	b.n.Add(1)
	return nil
}

func (b *nonAtomicCounter) TryRecv() (int, error) {
	b.recving.Lock()
	defer b.recving.Unlock()
	n := b.n.Load()
	if n == 0 {
		return 0, impl.ErrEmpty
	}
	v := b.slots[b.out].Load()
	b.out = (b.out + 1) % len(b.slots)
	b.n.Store(n - 1) // wrong: forgets what was sent since; must be Add(-1)
	return int(v), nil
}
