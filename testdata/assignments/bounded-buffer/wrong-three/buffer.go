package buffer

import (
	"errors"
	"sync"
)

// ErrClosed is what Put and Get answer after Close.
var ErrClosed = errors.New("buffer closed")

// Buffer is a bounded buffer for any number of goroutines.
type Buffer struct {
	mu       sync.Mutex
	notFull  *sync.Cond
	notEmpty *sync.Cond
	items    []int
	in, out  int
	count    int
	closed   bool
}

// New makes a buffer that holds capacity items.
func New(capacity int) *Buffer {
	b := &Buffer{items: make([]int, capacity)}
	b.notFull = sync.NewCond(&b.mu)
	b.notEmpty = sync.NewCond(&b.mu)
	return b
}

// Put waits while the buffer is full.
func (b *Buffer) Put(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.count == len(b.items) && !b.closed {
		b.notFull.Wait()
	}
	if b.closed {
		return ErrClosed
	}
	b.items[b.in] = v
	b.in = (b.in + 1) % len(b.items)
	b.count++
	b.notEmpty.Signal()
	return nil
}

// Get waits while the buffer is empty.
func (b *Buffer) Get() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.count == 0 && !b.closed {
		b.notEmpty.Wait()
	}
	if b.count == 0 {
		return 0, ErrClosed
	}
	v := b.items[b.out]
	b.out = (b.out + 1) % len(b.items)
	b.count--
	b.notFull.Signal()
	return v, nil
}

// Len is the number of items held.
func (b *Buffer) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count
}

// Close lets everybody who waits go on.
func (b *Buffer) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.notFull.Broadcast()
	b.notEmpty.Signal()
	b.notEmpty.Signal()
}
