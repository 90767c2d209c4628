package faulty

import "github.com/ipccheck/ipccheck/impl"

type sendOnceMore struct{ *ring }

func (b *sendOnceMore) Send(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return impl.ErrClosed
	}
	for b.n >= b.capacity {
		b.notFull.Wait()
		if b.closed && b.n >= b.capacity { // wrong: closed is closed, though there is room
			return impl.ErrClosed
		}
	}
	b.push(v)
	b.notEmpty.Signal()
	return nil
}
