package faulty

import "github.com/ipccheck/ipccheck/impl"

// ifForWhile offers only the forms that wait.
type ifForWhile struct{ r *ring }

func (b *ifForWhile) Send(v int) error {
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	for b.r.n == b.r.capacity && !b.r.closed {
		b.r.notFull.Wait()
	}
	if b.r.closed {
		return impl.ErrClosed
	}
	b.r.push(v)
	b.r.notEmpty.Broadcast()
	return nil
}

func (b *ifForWhile) Recv() (int, error) {
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	if b.r.n == 0 && !b.r.closed { // wrong: another may have been faster, so it must be for
		b.r.notEmpty.Wait()
	}
	if b.r.closed && b.r.n == 0 {
		return 0, impl.ErrClosed
	}
	v := b.r.items[b.r.head]
	b.r.items[b.r.head] = 0
	b.r.head = (b.r.head + 1) % len(b.r.items)
	b.r.n = max(b.r.n-1, 0)
	b.r.notFull.Broadcast()
	return v, nil
}

func (b *ifForWhile) Close() error { return b.r.Close() }
