package faulty

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// falseFull is the circular queue that tells full from empty by a free slot. It
// offers only the forms that do not wait.
type falseFull struct {
	mu      sync.Mutex
	slots   []int // wrong: must be one more than the capacity
	in, out int
}

func (b *falseFull) TrySend(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if (b.in+1)%len(b.slots) == b.out {
		return impl.ErrFull
	}
	b.slots[b.in] = v
	b.in = (b.in + 1) % len(b.slots)
	return nil
}

func (b *falseFull) TryRecv() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.in == b.out {
		return 0, impl.ErrEmpty
	}
	v := b.slots[b.out]
	b.out = (b.out + 1) % len(b.slots)
	return v, nil
}
