package faulty

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// wrongModulo offers only the forms that do not wait.
type wrongModulo struct {
	mu      sync.Mutex
	slots   []int
	in, out int // items sent and received
}

// slot is right only where the capacity is a power of two.
func (b *wrongModulo) slot(i int) int { return i & (len(b.slots) - 1) } // wrong: must be i % len(b.slots)

func (b *wrongModulo) TrySend(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.in-b.out == len(b.slots) {
		return impl.ErrFull
	}
	b.slots[b.slot(b.in)] = v
	b.in++
	return nil
}

func (b *wrongModulo) TryRecv() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.in == b.out {
		return 0, impl.ErrEmpty
	}
	v := b.slots[b.slot(b.out)]
	b.out++
	return v, nil
}
