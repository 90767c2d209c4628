package faulty

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// lifo offers only the forms that do not wait.
type lifo struct {
	mu       sync.Mutex
	items    []int
	capacity int
}

func (b *lifo) TrySend(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.items) == b.capacity {
		return impl.ErrFull
	}
	b.items = append(b.items, v)
	return nil
}

func (b *lifo) TryRecv() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.items) == 0 {
		return 0, impl.ErrEmpty
	}
	last := len(b.items) - 1
	v := b.items[last] // wrong: the oldest is the first
	b.items = b.items[:last]
	return v, nil
}
