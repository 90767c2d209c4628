package buffer

import (
	"errors"
	"sync"
)

var (
	ErrEmpty  = errors.New("buffer is empty")
	ErrClosed = errors.New("buffer is closed")
)

// Buffer is an unbounded buffer for any number of goroutines.
type Buffer struct {
	mu     sync.Mutex
	more   *sync.Cond
	items  []int
	closed bool
}

// New makes an empty buffer.
func New() *Buffer {
	b := &Buffer{}
	b.more = sync.NewCond(&b.mu)
	return b
}

// Put never waits.
func (b *Buffer) Put(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return ErrClosed
	}
	b.items = append(b.items, v)
	b.more.Signal()
	return nil
}

// Get waits while the buffer is empty.
func (b *Buffer) Get() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 && !b.closed {
		b.more.Wait()
	}
	return b.first()
}

// TryGet does not wait.
func (b *Buffer) TryGet() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.first()
}

// first takes the first item out.
func (b *Buffer) first() (int, error) {
	if len(b.items) == 0 {
		if b.closed {
			return 0, ErrClosed
		}
		return 0, ErrEmpty
	}
	v := b.items[0]
	b.items = b.items[1:]
	return v, nil
}

// Len is the number of items held.
func (b *Buffer) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.items)
}

// Close lets everybody who waits go on.
func (b *Buffer) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.more.Broadcast()
}
