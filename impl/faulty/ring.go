package faulty

import (
	"context"
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// ring is a correct bounded buffer: one mutex, two condition variables. The
// variants embed it.
type ring struct {
	mu       sync.Mutex
	notFull  sync.Cond
	notEmpty sync.Cond
	items    []int // one slot more than the capacity, for variants that overflow
	capacity int
	head, n  int
	closed   bool
}

func newRing(capacity int) *ring {
	r := &ring{items: make([]int, capacity+1), capacity: capacity}
	r.notFull.L = &r.mu
	r.notEmpty.L = &r.mu
	return r
}

// push appends an item. There is room; the mutex is held.
func (r *ring) push(v int) {
	r.items[(r.head+r.n)%len(r.items)] = v
	r.n++
}

// pop removes the oldest item. There is one; the mutex is held.
func (r *ring) pop() int {
	v := r.items[r.head]
	r.head = (r.head + 1) % len(r.items)
	r.n--
	return v
}

// put appends an item or says why it cannot. The mutex is held.
func (r *ring) put(v int) error {
	switch {
	case r.closed:
		return impl.ErrClosed
	case r.n >= r.capacity:
		return impl.ErrFull
	}
	r.push(v)
	r.notEmpty.Signal()
	return nil
}

// get removes the oldest item or says why it cannot. The mutex is held.
func (r *ring) get() (int, error) {
	switch {
	case r.n > 0:
		v := r.pop()
		r.notFull.Signal()
		return v, nil
	case r.closed:
		return 0, impl.ErrClosed
	}
	return 0, impl.ErrEmpty
}

func (r *ring) Send(v int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n >= r.capacity && !r.closed {
		r.notFull.Wait()
	}
	return r.put(v)
}

func (r *ring) Recv() (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n == 0 && !r.closed {
		r.notEmpty.Wait()
	}
	return r.get()
}

func (r *ring) TrySend(v int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.put(v)
}

func (r *ring) TryRecv() (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.get()
}

func (r *ring) SendContext(ctx context.Context, v int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.wakeWhenDone(ctx, &r.notFull)()
	for r.n >= r.capacity && !r.closed {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.notFull.Wait()
	}
	return r.put(v)
}

func (r *ring) RecvContext(ctx context.Context) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.wakeWhenDone(ctx, &r.notEmpty)()
	for r.n == 0 && !r.closed {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		r.notEmpty.Wait()
	}
	return r.get()
}

// wakeWhenDone wakes everybody on the condition variable when the context is
// done. The function it returns ends that.
func (r *ring) wakeWhenDone(ctx context.Context, c *sync.Cond) func() bool {
	return context.AfterFunc(ctx, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		c.Broadcast()
	})
}

func (r *ring) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return impl.ErrClosed
	}
	r.closed = true
	r.notFull.Broadcast()
	r.notEmpty.Broadcast()
	return nil
}

func (r *ring) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}

func (r *ring) Cap() int { return r.capacity }
