package faulty

import "github.com/ipccheck/ipccheck/impl"

// leaky has a goroutine of its own that wakes receivers, so that a send need not.
type leaky struct {
	*ring
	sent chan struct{}
}

func newLeaky(n int) *leaky {
	b := &leaky{newRing(n), make(chan struct{}, 1)}
	go func() {
		for range b.sent { // wrong: nobody ends it
			b.mu.Lock()
			b.notEmpty.Broadcast()
			b.mu.Unlock()
		}
	}()
	return b
}

func (b *leaky) TrySend(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return impl.ErrClosed
	case b.n == b.capacity:
		return impl.ErrFull
	}
	b.push(v)
	select {
	case b.sent <- struct{}{}:
	default: // it will wake them all anyway
	}
	return nil
}
