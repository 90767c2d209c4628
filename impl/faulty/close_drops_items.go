package faulty

import "github.com/ipccheck/ipccheck/impl"

type closeDropsItems struct{ *ring }

func (b *closeDropsItems) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return impl.ErrClosed
	}
	b.closed = true
	b.n = 0 // wrong: what was accepted must still come out
	b.notFull.Broadcast()
	b.notEmpty.Broadcast()
	return nil
}
