// Package thirdparty holds queues of other people against what they promise. It
// is a module of its own, so that nobody who uses ipccheck depends on them.
package thirdparty

import (
	"context"
	"errors"
	"testing"

	"github.com/enriquebris/goconcurrentqueue"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// status classifies the library's errors, which carry codes instead of being
// values to compare with.
func status(err error) check.Status {
	var q *goconcurrentqueue.QueueError
	switch {
	case err == nil:
		return check.OK
	case errors.Is(err, context.Canceled):
		return check.Deadline
	case errors.As(err, &q) && q.Code() == goconcurrentqueue.QueueErrorCodeEmptyQueue:
		return check.Empty
	case errors.As(err, &q) && q.Code() == goconcurrentqueue.QueueErrorCodeFullCapacity:
		return check.Full
	}
	panic(err)
}

func ops(q goconcurrentqueue.Queue) check.Ops[int] {
	got := func(v any, err error) (int, check.Status) {
		n, _ := v.(int)
		return n, status(err)
	}
	return check.Ops[int]{
		TrySend: func(v int) check.Status { return status(q.Enqueue(v)) },
		TryRecv: func() (int, check.Status) { return got(q.Dequeue()) },
		Recv:    func() (int, check.Status) { return got(q.DequeueOrWaitForNextElement()) },
		RecvContext: func(ctx context.Context) (int, check.Status) {
			return got(q.DequeueOrWaitForNextElementContext(ctx))
		},
		Len: q.GetLen,
	}
}

// Under go test it passes. A receive that has found it empty is handed the next item that
// is sent, though another may have gone in before it stood there: ipccheck test finds that
// (IPC004).
func TestFixedFIFO(t *testing.T) {
	lasts(t)
	check.Buffer(t, func(n int) check.Ops[int] {
		return ops(goconcurrentqueue.NewFixedFIFO(n))
	}, check.Promise{})
}

// Without its waiting receives it is a queue.
func TestFIFO(t *testing.T) {
	check.Buffer(t, func(int) check.Ops[int] {
		o := ops(goconcurrentqueue.NewFIFO())
		o.Recv, o.RecvContext = nil, nil
		return o
	}, check.Promise{Capacity: check.NoLimit, Capacities: []int{0}})
}

// A receive that waits looks at the queue from time to time, and is away from
// the channel on which a send would hand it the item. A send that finds it away
// appends its item; the next one finds it back and hands it a later item first.
func TestFIFOIsOvertaken(t *testing.T) {
	v := check.RunBuffer(func(int) check.Ops[int] {
		return ops(goconcurrentqueue.NewFIFO())
	}, check.Promise{Capacity: check.NoLimit, Capacities: []int{0}})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, verdict.ReorderedItem, v.Findings[0].Code)
}
