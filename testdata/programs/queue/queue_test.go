package queue

import (
	"testing"

	"github.com/ipccheck/ipccheck/check"
)

func TestMyQueue(t *testing.T) {
	check.Buffer(t, func(capacity int) check.Ops[int] {
		q := newQueue(capacity)
		return check.FromBlocking(q.Put, q.Get)
	}, check.Promise{})
}

// Ordinary tests stand beside suites.
func TestHandOver(t *testing.T) {
	q := newQueue(1)
	go q.Put(1)
	if v := q.Get(); v != 1 {
		t.Errorf("got %d", v)
	}
}
