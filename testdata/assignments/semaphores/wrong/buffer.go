package buffer

import (
	"context"
	"sync"
)

// Buffer is a bounded buffer; free and used are counting semaphores.
type Buffer struct {
	free chan struct{} // a token for each item inside or about to be
	used chan struct{} // a token for each item that may be taken
	mu   sync.Mutex
	ring []int
	in   int
	out  int
	n    int
}

// New makes a buffer for capacity items.
func New(capacity int) *Buffer {
	return &Buffer{
		free: make(chan struct{}, capacity),
		used: make(chan struct{}, capacity),
		ring: make([]int, capacity),
	}
}

func (b *Buffer) insert(v int) {
	b.mu.Lock()
	b.ring[b.in] = v
	b.in = (b.in + 1) % len(b.ring)
	b.n++
	b.mu.Unlock()
	b.used <- struct{}{}
}

func (b *Buffer) remove() int {
	v := b.ring[b.out]
	b.out = (b.out + 1) % len(b.ring)
	b.n--
	<-b.free
	return v
}

// Put waits while the buffer is full, at most until ctx is done.
func (b *Buffer) Put(ctx context.Context, v int) error {
	select {
	case b.free <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	b.insert(v)
	return nil
}

// Get waits while the buffer is empty, at most until ctx is done.
func (b *Buffer) Get(ctx context.Context) (int, error) {
	select {
	case <-b.used:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	return b.remove(), nil
}

// TryPut does not wait.
func (b *Buffer) TryPut(v int) bool {
	select {
	case b.free <- struct{}{}:
	default:
		return false
	}
	b.insert(v)
	return true
}

// TryGet does not wait.
func (b *Buffer) TryGet() (int, bool) {
	select {
	case <-b.used:
	default:
		return 0, false
	}
	return b.remove(), true
}

// Len is the number of items inside.
func (b *Buffer) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n
}
