package check_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// counted is a bounded queue that counts its items beside the list.
type counted struct {
	beside bool // it counts after it has left the lock, and not in one step
	mu     sync.Mutex
	items  []int
	max    int
	count  atomic.Int64
}

func (q *counted) offer(v int) bool {
	q.mu.Lock()
	if len(q.items) == q.max {
		q.mu.Unlock()
		return false
	}
	q.items = append(q.items, v)
	if q.beside {
		q.mu.Unlock()
		q.count.Store(q.count.Load() + 1)
		return true
	}
	q.count.Add(1)
	q.mu.Unlock()
	return true
}

func (q *counted) poll() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		return 0, false
	}
	v := q.items[0]
	q.items = q.items[1:]
	q.count.Add(-1)
	return v, true
}

// A length that only concurrent operations make wrong is seen at the end of a scope.
func TestLengthIsAskedAfterwards(t *testing.T) {
	for _, beside := range []bool{false, true} {
		v := check.RunBuffer(func(n int) check.Ops[int] {
			q := &counted{max: n, beside: beside}
			o := check.FromTry(q.offer, q.poll)
			o.Len = func() int { return int(q.count.Load()) }
			return o
		}, check.Promise{Capacities: []int{2}, Producers: 1, Consumers: 1})
		if !beside {
			assert.Equal(t, verdict.Pass, v.Answer, v.Findings)
			continue
		}
		require.Equal(t, verdict.Fail, v.Answer)
		assert.Equal(t, verdict.NotLinearizable, v.Findings[0].Code)
		assert.Contains(t, v.Findings[0].Message, "the length is told as ")
	}
}

// small is a ring whose counters have eight bits, which is right where its size divides
// 256.
type small struct {
	mu         sync.Mutex
	buf        []int
	head, tail uint8
}

func (q *small) offer(v int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if int(q.tail-q.head) == len(q.buf) {
		return false
	}
	q.buf[int(q.tail)%len(q.buf)] = v
	q.tail++
	return true
}

func (q *small) poll() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.tail == q.head {
		return 0, false
	}
	v := q.buf[int(q.head)%len(q.buf)]
	q.head++
	return v, true
}

func TestCountersThatWrapAround(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does many operations")
	}
	for n, want := range map[int]verdict.Answer{2: verdict.Pass, 3: verdict.Fail} {
		v := check.RunBuffer(func(n int) check.Ops[int] {
			q := &small{buf: make([]int, n)}
			return check.FromTry(q.offer, q.poll)
		}, check.Promise{Capacities: []int{n}, Producers: 1, Consumers: 1})
		assert.Equal(t, want, v.Answer, "size %d: %v", n, v.Findings)
		if want == verdict.Fail {
			assert.Equal(t, "sequential", v.Findings[0].Engine)
		}
	}
}

// meeting is a rendezvous of a message and its acknowledgement, which offers nothing but
// operations that wait.
type meeting struct {
	mu   sync.Mutex
	data chan int
	ack  chan bool
}

func newMeeting() *meeting { return &meeting{data: make(chan int), ack: make(chan bool)} }

// Where every operation waits for another one, a suite finds out without waiting forever
// whether the scheduler sees it wait: of native channels it does not.
func TestOperationsThatOnlyWait(t *testing.T) {
	v := check.RunRendezvous(func() check.Ops[int] {
		m := newMeeting()
		return check.FromBlocking(func(v int) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.data <- v
			<-m.ack
		}, func() int {
			v := <-m.data
			m.ack <- true
			return v
		})
	}, check.Promise{})
	assert.Equal(t, verdict.Pass, v.Answer, v.Findings)
	assert.NotContains(t, v.Coverage, "every interleaving")

	v = check.RunRendezvous(func() check.Ops[int] {
		m := newMeeting()
		return check.FromBlocking(func(v int) {
			m.mu.Lock()
			defer m.mu.Unlock()
			sched.Send(m.data, v)
			sched.Recv(m.ack)
		}, func() int {
			v := sched.Recv(m.data)
			sched.Send(m.ack, true)
			return v
		})
	}, check.Promise{})
	assert.Equal(t, verdict.Pass, v.Answer, v.Findings)
	assert.Contains(t, v.Coverage, "every interleaving")
}
