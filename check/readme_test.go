package check_test

import (
	"sync"
	"testing"

	"github.com/ipccheck/ipccheck/check"
)

// myqueue is the object that README checks.
type myqueue struct {
	mu       sync.Mutex
	changed  *sync.Cond
	items    []int
	capacity int
}

func newQueue(capacity int) *myqueue {
	q := &myqueue{capacity: capacity}
	q.changed = sync.NewCond(&q.mu)
	return q
}

func (q *myqueue) Put(v int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == q.capacity {
		q.changed.Wait()
	}
	q.items = append(q.items, v)
	q.changed.Broadcast()
}

func (q *myqueue) Get() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.changed.Wait()
	}
	v := q.items[0]
	q.items = q.items[1:]
	q.changed.Broadcast()
	return v
}

func TestMyQueue(t *testing.T) {
	check.Buffer(t, func(capacity int) check.Ops[int] {
		q := newQueue(capacity)
		return check.FromPutGet(q.Put, q.Get)
	}, check.Promise{})
}
