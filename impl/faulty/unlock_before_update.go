package faulty

import "github.com/ipccheck/ipccheck/impl"

type unlockBeforeUpdate struct{ *ring }

func (b *unlockBeforeUpdate) Recv() (int, error) {
	b.mu.Lock()
	for b.n == 0 && !b.closed {
		b.notEmpty.Wait()
	}
	return b.finish()
}

func (b *unlockBeforeUpdate) TryRecv() (int, error) {
	b.mu.Lock()
	if b.n == 0 && !b.closed {
		b.mu.Unlock()
		return 0, impl.ErrEmpty
	}
	return b.finish()
}

// finish ends a receive. The mutex is held, and is not any more afterwards.
func (b *unlockBeforeUpdate) finish() (int, error) {
	if b.n == 0 {
		b.mu.Unlock()
		return 0, impl.ErrClosed
	}
	v := b.items[b.head]
	b.mu.Unlock() // wrong: the item is still in the ring
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n > 0 {
		b.pop()
	}
	b.notFull.Signal()
	return v, nil
}
