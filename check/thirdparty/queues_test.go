package thirdparty

import (
	"errors"
	"testing"
	"time"

	"code.cloudfoundry.org/go-diodes"
	"github.com/Workiva/go-datastructures/queue"
	"github.com/bytedance/gopkg/collection/lscq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// lasts says that a test takes more than ten seconds.
func lasts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes four seconds and more: not with -short")
	}
}

var workivaErrors = check.Errors{{Err: queue.ErrDisposed, Status: check.Closed}}

func got(v any, err error) (int, check.Status) {
	n, _ := v.(int)
	return n, workivaErrors.Status(err)
}

func TestWorkivaQueue(t *testing.T) {
	check.Buffer(t, func(int) check.Ops[int] {
		q := queue.New(8)
		return check.Ops[int]{
			Send: func(v int) check.Status { return workivaErrors.Status(q.Put(v)) },
			Recv: func() (int, check.Status) {
				vs, err := q.Get(1)
				if len(vs) == 0 {
					return got(nil, errors.Join(err, errors.New("nothing")))
				}
				return got(vs[0], err)
			},
			Len: func() int { return int(q.Len()) },
		}
	}, check.Promise{Capacities: []int{1}, Capacity: check.NoLimit})
}

// It waits by spinning.
func TestWorkivaRingBuffer(t *testing.T) {
	lasts(t)
	check.Buffer(t, func(n int) check.Ops[int] {
		q := queue.NewRingBuffer(uint64(n))
		return check.Ops[int]{
			Send: func(v int) check.Status { return workivaErrors.Status(q.Put(v)) },
			TrySend: func(v int) check.Status {
				ok, err := q.Offer(v)
				if err == nil && !ok {
					return check.Full
				}
				return workivaErrors.Status(err)
			},
			Recv: func() (int, check.Status) { return got(q.Get()) },
			Len:  func() int { return int(q.Len()) },
		}
	}, check.Promise{Capacities: []int{2}, Capacity: check.PowerOfTwo, Spins: true, Refusals: check.Abortable})
}

func TestLSCQ(t *testing.T) {
	check.Buffer(t, func(int) check.Ops[int] {
		q := lscq.NewUint64()
		return check.FromTry(func(v int) bool { return q.Enqueue(uint64(v)) }, func() (int, bool) {
			v, ok := q.Dequeue()
			return int(v), ok
		})
	}, check.Promise{Capacities: []int{1}, Capacity: check.NoLimit})
}

// A writer that has lapped its reader makes him lose all that he had not read, not
// only the oldest: that is what diodes are documented to do, and more than a buffer that
// drops the oldest loses.
func TestDiodesLoseMoreThanTheOldest(t *testing.T) {
	v := check.RunBuffer(func(n int) check.Ops[int] {
		d := diodes.NewOneToOne(n, diodes.AlertFunc(func(int) {}))
		return check.Ops[int]{
			TrySend: func(v int) check.Status { d.Set(diodes.GenericDataType(&v)); return check.OK },
			TryRecv: func() (int, check.Status) {
				p, ok := d.TryNext()
				if !ok {
					return 0, check.Empty
				}
				return *(*int)(p), check.OK
			},
		}
	}, check.Promise{Producers: 1, Consumers: 1, Loss: check.DropOldest, Capacities: []int{2, 4}}, check.Patience(100*time.Millisecond))
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, verdict.LostItem, v.Findings[0].Code)
}
