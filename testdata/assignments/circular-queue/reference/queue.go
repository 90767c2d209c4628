package queue

import "sync/atomic"

// Queue is a circular queue for one producer and one consumer. One place stays free.
type Queue struct {
	places  []int
	in, out atomic.Int64 // in is the producer's, out the consumer's; the other one reads it
}

// New makes a queue of so many places.
func New(size int) *Queue { return &Queue{places: make([]int, size)} }

func (q *Queue) next(i int64) int64 { return (i + 1) % int64(len(q.places)) }

// Offer answers false if the queue is full.
func (q *Queue) Offer(v int) bool {
	in := q.in.Load()
	if q.next(in) == q.out.Load() {
		return false
	}
	q.places[in] = v
	q.in.Store(q.next(in)) // now the consumer may look
	return true
}

// Poll answers false if the queue is empty.
func (q *Queue) Poll() (int, bool) {
	out := q.out.Load()
	if out == q.in.Load() {
		return 0, false
	}
	v := q.places[out]
	q.out.Store(q.next(out)) // now the place is free
	return v, true
}
