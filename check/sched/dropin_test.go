package sched_test

import (
	stdcontext "context"
	"errors"
	"reflect"
	"runtime"
	"testing"
	stdtime "time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/context"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// first always lets the first goroutine go on that can.
type first struct{}

func (first) Begin() {}
func (first) Pick(x *prim.Execution, enabled prim.Set) int {
	for g := range enabled.All() {
		return g
	}
	return -1
}
func (first) Alt(*prim.Execution, int) int { return 0 }

// run executes the body once.
func run(body func()) *prim.Execution {
	x := exec.New("", body)
	defer x.Close()
	r, err := x.Execute(&prim.Plan{Steps: 10_000, Policy: first{}})
	if err != nil {
		panic(err)
	}
	return r
}

const nilPointer = "runtime error: invalid memory address or nil pointer dereference"

// What the standard library dies or panics with, the drop-ins do.
func TestMisuse(t *testing.T) {
	race(t)
	for name, tt := range map[string]struct {
		body func()
		want any
	}{
		"unlock":          {func() { new(sync.Mutex).Unlock() }, exec.Fatal("sync: unlock of unlocked mutex")},
		"rwmutex unlock":  {func() { new(sync.RWMutex).Unlock() }, exec.Fatal("sync: Unlock of unlocked RWMutex")},
		"rwmutex runlock": {func() { new(sync.RWMutex).RUnlock() }, exec.Fatal("sync: RUnlock of unlocked RWMutex")},
		"waitgroup":       {func() { new(sync.WaitGroup).Done() }, "sync: negative WaitGroup counter"},
		"cond": {func() {
			c := sync.NewCond(new(sync.Mutex))
			c.Signal()
			var d sync.Cond
			reflect.ValueOf(&d).Elem().Set(reflect.ValueOf(c).Elem()) // a copy that vet does not see
			d.Signal()
		}, "sync.Cond is copied"},
		"panic": {func() { panic("mine") }, "mine"},
	} {
		t.Run(name, func(t *testing.T) {
			x := run(tt.body)
			assert.Equal(t, prim.Panicked, x.End)
			assert.Equal(t, tt.want, x.Panic)
		})
	}
	for name, tt := range map[string]struct {
		body func()
		want string
	}{
		"send":      {func() { c := make(chan int, 1); sched.Close(c); sched.Send(c, 1) }, "send on closed channel"},
		"send none": {func() { c := make(chan int); sched.Close(c); sched.Send(c, 1) }, "send on closed channel"},
		"parked": {func() {
			c := make(chan int)
			sched.Go(func() { sched.Send(c, 1) })
			new(sync.Mutex).Lock()
			sched.Close(c)
		}, "send on closed channel"},
		"select":      {func() { c := make(chan int, 1); sched.Close(c); sched.Select(false, sched.SendCase(c, 1)) }, "send on closed channel"},
		"close twice": {func() { c := make(chan int); sched.Close(c); sched.Close(c) }, "close of closed channel"},
		"close nil":   {func() { var c chan int; sched.Close(c) }, "close of nil channel"},
		"nil mutex":   {func() { var m *sync.Mutex; m.Lock() }, nilPointer},
		"nil rwmutex": {func() { var m *sync.RWMutex; m.RLock() }, nilPointer},
		"nil mutex after an atomic": {func() {
			func() {
				defer func() { _ = recover() }()
				var n *atomic.Int64
				n.Load()
			}()
			var m *sync.Mutex
			m.Lock()
		}, nilPointer},
	} {
		t.Run(name, func(t *testing.T) {
			x := run(tt.body)
			require.Equal(t, prim.Panicked, x.End)
			err, ok := x.Panic.(error)
			require.True(t, ok)
			assert.Equal(t, tt.want, err.Error())
		})
	}
}

func TestNilChannelsBlock(t *testing.T) {
	var c chan int
	for name, body := range map[string]func(){
		"send": func() { sched.Send(c, 1) }, "receive": func() { sched.Recv(c) },
		"select": func() { sched.Select(false, sched.RecvCase(c, nil, nil)) }, "empty select": func() { sched.Select(false) },
	} {
		assert.Equal(t, prim.Deadlock, run(body).End, name)
	}
	x := run(func() { assert.Equal(t, -1, sched.Select(true, sched.RecvCase(c, nil, nil))) })
	assert.Equal(t, prim.Done, x.End)
}

func TestGoexitAndDefer(t *testing.T) {
	race(t)
	var order []string
	x := run(func() {
		var mu sync.Mutex
		sched.Go(func() {
			defer func() { order = append(order, "deferred") }()
			mu.Lock()
			defer mu.Unlock()
			runtime.Goexit()
		})
		var w sync.WaitGroup
		w.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, "locked")
		})
		w.Wait()
	})
	assert.Equal(t, prim.Done, x.End)
	assert.ElementsMatch(t, []string{"deferred", "locked"}, order)
}

// Time jumps to the next timer when nobody can go on.
func TestVirtualTime(t *testing.T) {
	race(t)
	begin := stdtime.Now()
	var log []string
	x := run(func() {
		start := time.Now()
		sched.Go(func() { time.Sleep(time.Hour); log = append(log, "hour") })
		time.AfterFunc(time.Minute, func() { log = append(log, "minute") })
		stopped := time.NewTimer(time.Second)
		assert.True(t, stopped.Stop())
		<-recv(time.After(2 * time.Hour))
		assert.Equal(t, 2*time.Hour, time.Since(start).Truncate(time.Microsecond))
		tick := time.NewTicker(time.Second)
		for range 3 {
			sched.Recv(tick.C)
		}
		tick.Stop()
		assert.Equal(t, 2*time.Hour+3*time.Second, time.Since(start).Truncate(time.Microsecond))
	})
	assert.Equal(t, prim.Done, x.End)
	assert.Equal(t, []string{"minute", "hour"}, log)
	assert.Less(t, stdtime.Since(begin), stdtime.Minute)
}

// recv receives under control, and gives a channel that has one item.
func recv[T any](c <-chan T) <-chan T {
	out := make(chan T, 1)
	out <- sched.Recv(c)
	return out
}

func TestContext(t *testing.T) {
	race(t)
	cause := errors.New("cause")
	x := run(func() {
		parent, cancel := context.WithCancelCause(context.Background())
		child, stop := context.WithTimeout(context.WithValue(parent, "k", "v"), time.Hour)
		defer stop()
		called := false
		context.AfterFunc(child, func() { called = true })
		var w sync.WaitGroup
		w.Go(func() { sched.Recv(child.Done()) })
		cancel(cause)
		w.Wait()
		assert.Equal(t, stdcontext.Canceled, child.Err())
		assert.Equal(t, cause, context.Cause(child))
		assert.Equal(t, "v", child.Value("k"))
		time.Sleep(time.Second)
		assert.True(t, called)
		late, stop := context.WithDeadline(context.Background(), time.Now().Add(time.Minute))
		defer stop()
		sched.Recv(late.Done())
		assert.Equal(t, stdcontext.DeadlineExceeded, late.Err())
	})
	assert.Equal(t, prim.Done, x.End, x.Panic)
}

// Outside a controlled run the drop-ins are the real thing.
func TestOutside(t *testing.T) {
	var mu sync.Mutex
	var w sync.WaitGroup
	var n atomic.Int64
	var once sync.Once
	c := make(chan int)
	for range 8 {
		w.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			n.Add(1)
			once.Do(func() { n.Add(100) })
		})
	}
	w.Go(func() { sched.Send(c, 7) })
	var v int
	assert.Equal(t, 1, sched.Select(false, sched.RecvCase[int](nil, nil, nil), sched.RecvCase(c, &v, nil)))
	assert.Equal(t, 7, v)
	w.Wait()
	assert.Equal(t, int64(108), n.Load())
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	sched.Recv(ctx.Done())
	assert.Error(t, ctx.Err())
	sched.Recv(time.After(1))
}

func TestOnceMapPool(t *testing.T) {
	x := run(func() {
		calls := 0
		get := sync.OnceValue(func() int { calls++; return 5 })
		var w sync.WaitGroup
		for range 3 {
			w.Go(func() { assert.Equal(t, 5, get()) })
		}
		w.Wait()
		assert.Equal(t, 1, calls)
		var m sync.Map
		m.Store("a", 1)
		m.Store("b", 2)
		var keys []any
		m.Range(func(k, _ any) bool { keys = append(keys, k); return true })
		assert.Equal(t, []any{"a", "b"}, keys)
		p := sync.Pool{New: func() any { return "new" }}
		assert.Equal(t, "new", p.Get())
		p.Put("old")
		assert.Equal(t, "old", p.Get())
	})
	assert.Equal(t, prim.Done, x.End, x.Panic)
}

// race skips a test whose bodies have data races.
func race(t *testing.T) {
	if exec.Race {
		t.Skip("the detector would report the bodies")
	}
}
