package faulty

import "github.com/ipccheck/ipccheck/impl"

type sendAfterClose struct{ *ring }

func (b *sendAfterClose) TrySend(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n >= b.capacity { // wrong: it may be closed
		return impl.ErrFull
	}
	b.push(v)
	b.notEmpty.Signal()
	return nil
}
