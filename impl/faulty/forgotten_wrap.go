package faulty

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// forgottenWrap offers only the forms that do not wait.
type forgottenWrap struct {
	mu      sync.Mutex
	slots   []int
	in, out int // slots
	n       int
}

func (b *forgottenWrap) TrySend(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n == len(b.slots) {
		return impl.ErrFull
	}
	b.slots[b.in] = v
	b.in++ // wrong: after the last slot comes the first
	b.n++
	return nil
}

func (b *forgottenWrap) TryRecv() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n == 0 {
		return 0, impl.ErrEmpty
	}
	v := b.slots[b.out]
	b.out = (b.out + 1) % len(b.slots)
	b.n--
	return v, nil
}
