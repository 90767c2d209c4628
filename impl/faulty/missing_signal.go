package faulty

import "github.com/ipccheck/ipccheck/impl"

// missingSignal offers only the forms that wait.
type missingSignal struct{ r *ring }

func (b *missingSignal) Send(v int) error { return b.r.Send(v) }

func (b *missingSignal) Recv() (int, error) {
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	for b.r.n == 0 && !b.r.closed {
		b.r.notEmpty.Wait()
	}
	if b.r.n == 0 {
		return 0, impl.ErrClosed
	}
	return b.r.pop(), nil // wrong: notFull.Signal() is missing
}

func (b *missingSignal) Close() error { return b.r.Close() }
