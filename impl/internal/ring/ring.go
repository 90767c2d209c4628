// Package ring is a queue in an array of fixed length, for one goroutine at a time.
package ring

// Ring holds items in the order in which they came. Make it with [New].
type Ring[T any] struct {
	slots   []T
	head, n int
}

// New returns an empty ring for up to that many items.
func New[T any](capacity int) Ring[T] { return Ring[T]{slots: make([]T, capacity)} }

// Len is the number of items in the ring.
func (r *Ring[T]) Len() int { return r.n }

// Cap is the number of items that it can hold.
func (r *Ring[T]) Cap() int { return len(r.slots) }

// Full reports whether it holds no more.
func (r *Ring[T]) Full() bool { return r.n == len(r.slots) }

// Push appends an item. The ring must not be full.
func (r *Ring[T]) Push(v T) {
	at := r.head + r.n
	if at >= len(r.slots) {
		at -= len(r.slots)
	}
	r.slots[at] = v
	r.n++
}

// Pop removes the oldest item, and clears its slot. The ring must not be empty.
func (r *Ring[T]) Pop() T {
	var zero T
	v := r.slots[r.head]
	r.slots[r.head] = zero
	if r.head++; r.head == len(r.slots) {
		r.head = 0
	}
	r.n--
	return v
}
