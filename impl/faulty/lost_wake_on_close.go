package faulty

import "github.com/ipccheck/ipccheck/impl"

type lostWakeOnClose struct{ *ring }

func (b *lostWakeOnClose) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return impl.ErrClosed
	}
	b.closed = true
	b.notFull.Signal() // wrong: every waiting process must see the close
	b.notEmpty.Signal()
	return nil
}
