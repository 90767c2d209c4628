package faulty

import "github.com/ipccheck/ipccheck/impl"

type offByOneFull struct{ *ring }

func (b *offByOneFull) Send(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.n > b.capacity && !b.closed { // wrong: must be >=
		b.notFull.Wait()
	}
	return b.put(v)
}

func (b *offByOneFull) TrySend(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.put(v)
}

func (b *offByOneFull) put(v int) error {
	switch {
	case b.closed:
		return impl.ErrClosed
	case b.n > b.capacity: // wrong: must be >=
		return impl.ErrFull
	}
	b.push(v)
	b.notEmpty.Signal()
	return nil
}
