package queue

import "sync/atomic"

// Queue is a circular queue for one producer and one consumer, with a count of items.
type Queue struct {
	places  []int
	in, out int          // in is the producer's, out the consumer's
	count   atomic.Int64 // of items
}

// New makes a queue of so many places.
func New(size int) *Queue { return &Queue{places: make([]int, size)} }

// Offer answers false if the queue is full.
func (q *Queue) Offer(v int) bool {
	if q.count.Load() == int64(len(q.places)) {
		return false
	}
	q.places[q.in] = v
	q.in = (q.in + 1) % len(q.places)
	q.count.Add(1)
	return true
}

// Poll answers false if the queue is empty.
func (q *Queue) Poll() (int, bool) {
	if q.count.Load() == 0 {
		return 0, false
	}
	v := q.places[q.out]
	q.out = (q.out + 1) % len(q.places)
	q.count.Add(-1)
	return v, true
}
