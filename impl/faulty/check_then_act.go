package faulty

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// checkThenAct offers only the forms that do not wait.
type checkThenAct struct {
	mu       sync.RWMutex
	items    []int
	capacity int
}

func (b *checkThenAct) TrySend(v int) error {
	b.mu.RLock()
	full := len(b.items) >= b.capacity
	b.mu.RUnlock()
	if full {
		return impl.ErrFull
	}
	b.mu.Lock() // wrong: it may be full by now
	defer b.mu.Unlock()
	b.items = append(b.items, v)
	return nil
}

func (b *checkThenAct) TryRecv() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.items) == 0 {
		return 0, impl.ErrEmpty
	}
	v := b.items[0]
	b.items = b.items[1:]
	return v, nil
}
