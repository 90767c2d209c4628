package mailbox

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl/internal/waitlist"
)

// message is an item with the number of its arrival.
type message[T any] struct {
	item    T
	arrived uint64
}

// fifo is a ring that grows. The zero value is empty.
type fifo[T any] struct {
	ring []message[T]
	head int
	n    int
}

func (q *fifo[T]) push(m message[T]) {
	if q.n == len(q.ring) {
		ring := make([]message[T], max(4, 2*q.n))
		k := copy(ring, q.ring[q.head:])
		copy(ring[k:], q.ring[:q.head])
		q.ring, q.head = ring, 0
	}
	q.ring[(q.head+q.n)&(len(q.ring)-1)] = m // the length is a power of two
	q.n++
}

func (q *fifo[T]) first() message[T] { return q.ring[q.head] }

func (q *fifo[T]) pop() message[T] {
	m := q.ring[q.head]
	q.ring[q.head] = message[T]{}
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.n--
	return m
}

// waiter is an operation that waits.
type waiter[T any] struct {
	waitlist.Links[waiter[T]]
	wake    sync.Cond
	item    T
	peer    int    // the process that it names; of a receive that has ended: the sender
	arrived uint64 // of a send
	ended   bool
	err     error
}

type list[T any] = waitlist.List[waiter[T], *waiter[T]]

// end lets the operation return. The waiter is in no list.
func (p *waiter[T]) end(err error) {
	p.ended, p.err = true, err
	p.wake.Signal()
}
