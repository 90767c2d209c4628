package queue_test

import (
	"testing"

	"example.edu/queue"
	"github.com/ipccheck/ipccheck/check"
)

func TestSuite(t *testing.T) {
	check.Buffer(t, func(size int) check.Ops[int] {
		q := queue.New(size)
		return check.FromTry(q.Offer, q.Poll)
	}, check.Promise{Capacities: []int{2, 3, 4, 7}, Capacity: check.OneLess, Producers: 1, Consumers: 1})
}
