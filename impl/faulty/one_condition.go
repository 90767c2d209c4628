package faulty

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// oneCondition offers only the forms that wait. Producers and consumers wait on
// the same condition variable.
type oneCondition struct {
	r       *ring
	changed *sync.Cond
}

func newOneCondition(n int) *oneCondition {
	r := newRing(n)
	return &oneCondition{r, sync.NewCond(&r.mu)}
}

func (b *oneCondition) Send(v int) error {
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	for b.r.n == b.r.capacity && !b.r.closed {
		b.changed.Wait()
	}
	if b.r.closed {
		return impl.ErrClosed
	}
	b.r.push(v)
	b.changed.Signal() // wrong: may wake a producer; must be Broadcast
	return nil
}

func (b *oneCondition) Recv() (int, error) {
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	for b.r.n == 0 && !b.r.closed {
		b.changed.Wait()
	}
	if b.r.n == 0 {
		return 0, impl.ErrClosed
	}
	v := b.r.pop()
	b.changed.Signal() // wrong: may wake a consumer
	return v, nil
}

func (b *oneCondition) Close() error {
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	if b.r.closed {
		return impl.ErrClosed
	}
	b.r.closed = true
	b.changed.Broadcast()
	return nil
}
