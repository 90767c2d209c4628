package check_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// odd is a buffer with a mutex, with a switch for what it does otherwise than most,
// by promise or by mistake.
type odd struct {
	mu     sync.Mutex
	got    sync.Cond
	items  []int
	n      int
	closed bool
	how    oddity
}

type oddity int

const (
	sendPanics    oddity = iota // Send panics after close, and so does a second Close
	indexPanics                 // Send panics after close, by mistake
	sendIgnored                 // Send drops its item after close, without an error
	sendDelivered               // Send goes on after close
	dropsOldest                 // Send on a full buffer overwrites the oldest
	dropsNewest                 // Send on a full buffer drops its item
	dropsEarly                  // Send drops its item when there is room for one more
	lenBehind                   // Len counts in pairs
	lenNegative                 // Len is below zero when it is empty
	denies                      // TryRecv answers empty for the last item
)

func (q *odd) Send(v int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		switch q.how {
		case sendPanics:
			panic("send on closed queue")
		case indexPanics:
			_ = q.items[len(q.items)+v]
		case sendIgnored:
			return nil
		case sendDelivered:
		default:
			return errClosed
		}
	}
	switch full := len(q.items) >= q.n; {
	case q.how == dropsOldest && full:
		q.items = q.items[1:]
	case q.how == dropsNewest && full, q.how == dropsEarly && len(q.items) >= q.n-1:
		return nil
	}
	q.items = append(q.items, v)
	q.got.Signal()
	return nil
}

func (q *odd) Recv() (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.got.Wait()
	}
	return q.take()
}

func (q *odd) TryRecv() (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.how == denies && len(q.items) == 1 && !q.closed {
		return 0, errEmpty
	}
	return q.take()
}

func (q *odd) take() (int, error) {
	if len(q.items) == 0 {
		if q.closed {
			return 0, errClosed
		}
		return 0, errEmpty
	}
	v := q.items[0]
	q.items = q.items[1:]
	return v, nil
}

func (q *odd) Close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		if q.how == sendPanics {
			panic("close of closed queue")
		}
		return errClosed
	}
	q.closed = true
	q.got.Broadcast()
	return nil
}

func (q *odd) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.how == lenBehind:
		return len(q.items) / 2 * 2
	case q.how == lenNegative && len(q.items) == 0:
		return -1
	}
	return len(q.items)
}

// oddly builds such a buffer; the lossy ones have the capacity n.
func oddly(how oddity) func(n int) check.Ops[int] {
	return func(n int) check.Ops[int] {
		q := &odd{how: how, n: n}
		q.got.L = &q.mu
		return check.From[int](q, table)
	}
}

// semaphores is the textbook buffer of counting semaphores, which are channels. A
// receive that finds no item gives back what it had taken.
type semaphores struct {
	slots, items, mutex chan struct{}
	buf                 []int
	alone               bool // a mistake: refuses now and then though nobody else is there
	refused             int
}

func newSemaphores(n int, alone bool) *semaphores {
	s := &semaphores{slots: make(chan struct{}, n), items: make(chan struct{}, n), mutex: make(chan struct{}, 1), alone: alone}
	s.mutex <- struct{}{}
	for range n {
		s.slots <- struct{}{}
	}
	return s
}

func (s *semaphores) TrySend(v int) error {
	select {
	case <-s.mutex:
	default:
		return errFull
	}
	defer func() { s.mutex <- struct{}{} }()
	select {
	case <-s.slots:
	default:
		return errFull
	}
	s.buf = append(s.buf, v)
	s.items <- struct{}{}
	return nil
}

func (s *semaphores) TryRecv() (int, error) {
	select {
	case <-s.mutex:
	default:
		return 0, errEmpty
	}
	defer func() { s.mutex <- struct{}{} }()
	if s.refused++; s.alone && s.refused%3 == 0 {
		return 0, errEmpty
	}
	select {
	case <-s.items:
	default:
		return 0, errEmpty
	}
	v := s.buf[0]
	s.buf = s.buf[1:]
	s.slots <- struct{}{}
	return v, nil
}

func abortable(alone bool) func(n int) check.Ops[int] {
	return func(n int) check.Ops[int] { return check.From[int](newSemaphores(n, alone), table) }
}

// pumped is an unbounded channel: a goroutine that holds what has not been received.
// If it forgets, it drops what it holds when it is closed.
func pumped(forgets bool) func(int) check.Ops[int] {
	return func(int) check.Ops[int] {
		in, out, over := make(chan int), make(chan int), make(chan struct{})
		go func() {
			defer close(out)
			var held []int
			for in := in; in != nil || len(held) > 0 && !forgets; {
				next, to := 0, out
				if len(held) == 0 {
					to = nil
				} else {
					next = held[0]
				}
				select {
				case v, ok := <-in:
					if !ok {
						in = nil
						break
					}
					held = append(held, v)
				case to <- next:
					held = held[1:]
				case <-over:
					return
				}
			}
		}()
		var once sync.Once
		o := check.FromChans(in, out, func() { once.Do(func() { close(in) }) })
		o.Dispose = func() { close(over) }
		return o
	}
}

// declared are the promises: an object that keeps one, and passes with it only; one
// that breaks it; and what is said of the first without it.
var declared = []struct {
	name          string
	keeps, breaks func(int) check.Ops[int]
	promise       check.Promise
	without       func(*check.Promise)
	code          verdict.Code // of what breaks it
	suggests      string
}{
	{"send after close panics", oddly(sendPanics), oddly(indexPanics),
		check.Promise{Capacity: check.NoLimit, SendAfterClose: check.Panics},
		func(p *check.Promise) { p.SendAfterClose = check.AnswersClosed }, verdict.Crash, "SendAfterClose: check.Panics"},
	{"send after close is ignored", oddly(sendIgnored), oddly(sendDelivered),
		check.Promise{Capacity: check.NoLimit, SendAfterClose: check.Ignored},
		func(p *check.Promise) { p.SendAfterClose = check.AnswersClosed }, verdict.BrokenBoundary, "SendAfterClose: check.Ignored"},
	{"drops the oldest", oddly(dropsOldest), oddly(dropsNewest),
		check.Promise{Loss: check.DropOldest},
		func(p *check.Promise) { p.Loss = check.Lossless }, verdict.LostItem, "Loss: check.DropOldest"},
	{"drops the newest", oddly(dropsNewest), oddly(dropsEarly),
		check.Promise{Loss: check.DropNewest, Capacities: []int{2, 3}},
		func(p *check.Promise) { p.Loss = check.Lossless }, verdict.LostItem, "Loss: check.DropNewest"},
	{"refuses while any other is at it", abortable(false), abortable(true),
		check.Promise{Refusals: check.Abortable},
		func(p *check.Promise) { p.Refusals = check.Weak }, verdict.FalseRefusal, "Refusals: check.Abortable"},
	{"length is approximate", oddly(lenBehind), oddly(lenNegative),
		check.Promise{Capacity: check.NoLimit, ApproximateLen: true},
		func(p *check.Promise) { p.ApproximateLen = false }, verdict.NotLinearizable, "ApproximateLen: true"},
	{"unbounded channel", pumped(false), pumped(true),
		check.Promise{Capacity: check.NoLimit, Refusals: check.Spurious, IdempotentClose: true},
		func(p *check.Promise) { p.Refusals = check.Strict }, verdict.LostItem, "Refusals: check."}, // which one is least depends on the run
}

func TestWhatIsDeclaredIsNoFault(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("promises are no matter of races")
	}
	for _, d := range declared {
		t.Run(d.name, func(t *testing.T) {
			d.promise.Name = d.name
			if d.promise.Capacities == nil {
				d.promise.Capacities = []int{2}
			}
			v := check.RunBuffer(d.keeps, d.promise)
			assert.Equal(t, verdict.Pass, v.Answer, "%v %v", v.Findings, v.Reason)
			t.Log(v.ElapsedMS, "ms")

			v = check.RunBuffer(d.breaks, d.promise, check.Patience(50*time.Millisecond))
			assert.Equal(t, verdict.Fail, v.Answer)
			assert.Contains(t, codesOf(v), d.code, "%v", v.Findings)
			for _, f := range v.Findings {
				t.Log("broken:", f.Engine, f.Code, f.Message)
			}
			t.Log(v.ElapsedMS, "ms")

			d.without(&d.promise)
			for seed := uint64(1); seed <= mostSeeds; seed++ { // some need that operations overlap
				v = check.RunBuffer(d.keeps, d.promise, check.Patience(100*time.Millisecond), check.Seed(seed))
				if v.Answer == verdict.Fail {
					break
				}
			}
			require.Equal(t, verdict.Fail, v.Answer)
			for _, f := range v.Findings {
				t.Log("not declared:", f.Engine, f.Code, f.Message)
			}
			assert.Contains(t, v.Findings[0].Message, d.suggests)
			t.Log(v.ElapsedMS, "ms")
		})
	}
}

// swept is a buffer with a janitor, a goroutine that outlives the close; it ends at the
// latest when the test is over.
func swept(over chan struct{}, disposes, ends bool) func(int) check.Ops[int] {
	return func(n int) check.Ops[int] {
		o := oddly(sendPanics)(n)
		stop := make(chan struct{})
		go func() {
			select {
			case <-stop:
			case <-over:
			}
		}()
		if disposes {
			o.Dispose = func() {
				if ends {
					close(stop)
				}
			}
		}
		return o
	}
}

// An item that the object holds, by the length that it tells, and does not give out, is
// not lost.
func TestItemsThatAreDeniedAreNotLost(t *testing.T) {
	v := check.RunBuffer(oddly(denies), check.Promise{Name: "denies", Capacity: check.NoLimit})
	assert.Equal(t, []verdict.Code{verdict.FalseRefusal}, codesOf(v), "%v", v.Findings)
	assert.Contains(t, v.Findings[0].Message, "answered empty, and goes on to, while the length is told as 1")
}

// The call with which a run ends, because it panicked or answered nonsense, is told so:
// it has returned.
func TestCallsThatCrashAreToldSo(t *testing.T) {
	last := func(build func(int) check.Ops[int]) string {
		v := check.RunBuffer(build, check.Promise{Name: "crashes", Capacity: check.NoLimit})
		require.Equal(t, verdict.Fail, v.Answer)
		steps := v.Findings[0].Trace.Steps
		return steps[len(steps)-1].Note
	}
	assert.Equal(t, "panics", last(oddly(indexPanics)))
	assert.Equal(t, `-> an error of type *errors.errorString, "other"`, last(func(n int) check.Ops[int] {
		o := oddly(denies + 1)(n)
		send := o.Send
		o.Send = func(v int) check.Status {
			if s := send(v); s != check.Closed {
				return s
			}
			return table.Status(errors.New("other"))
		}
		return o
	}))
}

// Goroutines that the object itself ends are not left behind.
func TestWhatIsDisposedOfIsNotLeftBehind(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("promises are no matter of races")
	}
	over := make(chan struct{})
	defer close(over)
	p := check.Promise{Name: "swept", Capacity: check.NoLimit, Capacities: []int{1}, SendAfterClose: check.Panics}
	run := func(build func(int) check.Ops[int]) *verdict.Verdict {
		return check.RunBuffer(build, p, check.Patience(50*time.Millisecond))
	}
	v := run(swept(over, true, true))
	assert.Equal(t, verdict.Pass, v.Answer, "%v %v", v.Findings, v.Reason)
	for build, says := range map[*func(int) check.Ops[int]]string{
		new(swept(over, true, false)):  "left behind after the object was disposed of",
		new(swept(over, false, false)): "give its Ops a Dispose that ends them",
	} {
		v := run(*build)
		require.Equal(t, verdict.Fail, v.Answer)
		assert.Equal(t, verdict.Leak, v.Findings[0].Code)
		assert.Contains(t, v.Findings[0].Message, says)
	}
	v = run(func(n int) check.Ops[int] {
		o := oddly(sendPanics)(n)
		o.Dispose = func() { panic("no session") }
		return o
	})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, verdict.Crash, v.Findings[0].Code)
	assert.Contains(t, v.Findings[0].Message, "no session")
}

func codesOf(v *verdict.Verdict) []verdict.Code {
	var out []verdict.Code
	for _, f := range v.Findings {
		out = append(out, f.Code)
	}
	return out
}

// An object that waits by spinning is given up at once: what else there is to try would
// take its time and tell the same.
func TestSpinnersAreGivenUpAtOnce(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("spins")
	}
	v := check.RunBuffer(func(n int) check.Ops[int] {
		q := newSemaphores(n, false)
		o := check.From[int](q, table)
		return check.FromBlocking(func(v int) {
			for o.TrySend(v) != check.OK {
			}
		}, func() int {
			for {
				if v, s := o.TryRecv(); s == check.OK {
					return v
				}
			}
		})
	}, check.Promise{Name: "spinner", Capacities: []int{1, 2}}, check.Patience(100*time.Millisecond))
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, []verdict.Code{verdict.BusyWaiting}, codesOf(v))
	assert.Contains(t, v.Coverage, "1 scenes")
	assert.Contains(t, v.Unchecked, "further scenes of processes that wait: they wait by spinning")
}

// A promise that no object can keep is no fault of the object: nothing is executed.
func TestInvalidPromise(t *testing.T) {
	for want, p := range map[string]check.Promise{
		"-1 Producers: want 0, which is any number, or more":                                      {Producers: -1},
		"-2 Consumers: want 0, which is any number, or more":                                      {Consumers: -2},
		"7 as SendAfterClose: want AnswersClosed, Panics or Ignored":                              {SendAfterClose: 7},
		"order 9: want fifo, per-producer or bag":                                                 {Order: 9},
		"a capacity of 0 that drops the oldest: want 1 or more, since a rendezvous holds nothing": {Loss: check.DropOldest, Capacities: []int{0}},
	} {
		v := check.RunBuffer(func(int) check.Ops[int] {
			t.Error("it is made")
			return check.Ops[int]{}
		}, p)
		assert.Equal(t, verdict.Inconclusive, v.Answer)
		assert.Equal(t, "the promise is not valid: "+want, v.Reason)
	}
}
