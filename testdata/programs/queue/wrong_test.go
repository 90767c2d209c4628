package queue

import (
	"sync"
	"testing"

	"github.com/ipccheck/ipccheck/check"
)

// hasty is a queue whose Put looks once whether there is room, and then waits: what has
// come in meanwhile it does not see.
type hasty struct {
	mu      sync.Mutex
	changed *sync.Cond
	items   []int
	cap     int
}

func (q *hasty) put(v int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == q.cap {
		q.changed.Wait()
	}
	q.items = append(q.items, v)
	q.changed.Signal()
}

func (q *hasty) get() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.changed.Wait()
	}
	v := q.items[0]
	q.items = q.items[1:]
	q.changed.Signal()
	return v
}

func TestHasty(t *testing.T) {
	check.Buffer(t, func(capacity int) check.Ops[int] {
		q := &hasty{cap: capacity}
		q.changed = sync.NewCond(&q.mu)
		return check.FromBlocking(q.put, q.get)
	}, check.Promise{})
}
