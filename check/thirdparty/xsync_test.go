package thirdparty

import (
	"testing"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/ipccheck/ipccheck/check"
)

// The capacity is rounded up to a power of two. TryEnqueue and TryDequeue give
// up when another operation of the same direction wins the race for the slot, so
// of two producers one can be told "full" by an empty queue: refusals are
// spurious, not only weak. With check.Weak and check.Runs(20) the suite finds
// that (IPC014).
func TestMPMCQueue(t *testing.T) {
	lasts(t)
	check.Buffer(t, func(n int) check.Ops[int] {
		q := xsync.NewMPMCQueue[int](n)
		return check.FromTry(q.TryEnqueue, q.TryDequeue)
	}, check.Promise{Capacity: check.PowerOfTwo, Refusals: check.Spurious})
}

// One producer and one consumer; it refuses only when full or empty.
func TestSPSCQueue(t *testing.T) {
	lasts(t)
	check.Buffer(t, func(n int) check.Ops[int] {
		q := xsync.NewSPSCQueue[int](n)
		return check.FromTry(q.TryEnqueue, q.TryDequeue)
	}, check.Promise{Producers: 1, Consumers: 1})
}

// No limit, one consumer, which waits.
func TestUMPSCQueue(t *testing.T) {
	check.Buffer(t, func(int) check.Ops[int] {
		q := xsync.NewUMPSCQueue[int]()
		return check.FromBlocking(q.Enqueue, q.Dequeue)
	}, check.Promise{Capacity: check.NoLimit, Capacities: []int{0}, Consumers: 1})
}
