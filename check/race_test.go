package check_test

import (
	"os"
	"os/exec"
	"testing"
	stdtime "time"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	engine "github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/context"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// racy are bodies with a data race that only some interleavings show.
var racy = map[string]func(t *sched.T){
	// The flag is set before the item is written: only a consumer that looks in
	// between reads while the producer writes.
	"flag before item": func(t *sched.T) {
		var ready atomic.Bool
		item := 0
		var mu sync.Mutex
		t.Go(func() {
			mu.Lock()
			ready.Store(true)
			mu.Unlock()
			item = 1
			mu.Lock()
			item++
			mu.Unlock()
		})
		mu.Lock()
		seen := ready.Load()
		mu.Unlock()
		if seen {
			_ = item + 1
			sink = item
		}
	},
	"try and go on regardless": func(t *sched.T) {
		var mu sync.Mutex
		n := 0
		t.Go(func() { mu.Lock(); n++; mu.Unlock() })
		if !mu.TryLock() {
			n++
			return
		}
		n++
		mu.Unlock()
	},
	"add beside wait": func(t *sched.T) {
		var wg sync.WaitGroup
		t.Go(func() { wg.Add(1); wg.Done() })
		wg.Wait()
	},
	"one key, two locks": func(t *sched.T) {
		var a, b sync.RWMutex
		n := 0
		t.Go(func() { a.Lock(); n++; a.Unlock() })
		b.RLock()
		sink = n
		b.RUnlock()
	},
}

var sink int

// ordered are bodies without data races: each kind of edge is needed.
var ordered = map[string]func(t *sched.T){
	"mutex": func(t *sched.T) {
		var mu sync.Mutex
		n := 0
		for range 2 {
			t.Go(func() { mu.Lock(); n++; mu.Unlock() })
		}
		if mu.TryLock() {
			n++
			mu.Unlock()
		}
	},
	"rwmutex": func(t *sched.T) {
		var mu sync.RWMutex
		n := 0
		t.Go(func() { mu.Lock(); n++; mu.Unlock() })
		t.Go(func() { mu.RLock(); _ = n; mu.RUnlock() })
		if mu.TryRLock() {
			_ = n
			mu.RUnlock()
		}
		mu.Lock()
		n++
		mu.Unlock()
	},
	"cond": func(t *sched.T) {
		var mu sync.Mutex
		c := sync.NewCond(&mu)
		ok, n := false, 0
		t.Go(func() {
			n = 1
			mu.Lock()
			ok = true
			mu.Unlock()
			c.Broadcast()
		})
		mu.Lock()
		for !ok {
			c.Wait()
		}
		mu.Unlock()
		n++
	},
	"waitgroup and once": func(t *sched.T) {
		var wg sync.WaitGroup
		var once sync.Once
		n, m := 0, make([]int, 2)
		for i := range 2 {
			wg.Go(func() { once.Do(func() { n++ }); m[i] += n })
		}
		wg.Wait()
		n += m[0] + m[1]
	},
	"channels": func(t *sched.T) {
		a, b, done := make(chan *int), make(chan *int, 1), make(chan bool)
		t.Go(func() {
			p := new(int)
			*p = 1
			sched.Send(a, p)
			sched.Send(b, new(int))
			q := sched.Recv(a)
			*q++
			sched.Close(done)
		})
		p := sched.Recv(a)
		*p++
		q := sched.Recv(b)
		*q++
		sched.Send(a, p)
		sched.Recv(done)
		*p++
	},
	"a slot of a buffer": func(t *sched.T) {
		sem := make(chan bool, 1)
		n := 0
		for range 2 {
			t.Go(func() {
				sched.Send(sem, true)
				n++
				sched.Recv(sem)
			})
		}
	},
	"select": func(t *sched.T) {
		a, b := make(chan int), make(chan int)
		n, m := 0, 0
		t.Go(func() { n = 1; sched.Send(a, 1) })
		t.Go(func() { m = 1; sched.Select(false, sched.SendCase(b, 1)) })
		for range 2 {
			switch sched.Select(false, sched.RecvCase(a, nil, nil), sched.RecvCase(b, nil, nil)) {
			case 0:
				n++
			case 1:
				m++
			}
		}
	},
	"atomic": func(t *sched.T) {
		var p atomic.Pointer[int]
		var done atomic.Int32
		t.Go(func() {
			n := new(int)
			*n = 1
			p.Store(n)
			for done.Load() == 0 {
			}
			*n++
		})
		if n := p.Load(); n != nil {
			*n++
		}
		done.Store(1)
	},
	"time and context": func(t *sched.T) {
		n := 0
		timer := time.NewTimer(time.Second)
		n++
		t.Go(func() { sched.Recv(timer.C); n++ })
		k := 1
		time.AfterFunc(stdtime.Hour, func() { k++ })
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		m := 1
		t.Go(func() { m++; cancel() })
		sched.Recv(ctx.Done())
		if ctx.Err() == context.Canceled { // and the deadline has not passed first
			_ = m + 1
		}
	},
	"pool and map": func(t *sched.T) {
		var pool sync.Pool
		var m sync.Map
		t.Go(func() {
			n := new(int)
			*n = 1
			pool.Put(n)
			k := new(int)
			*k = 1
			m.Store(1, k)
		})
		if n, ok := pool.Get().(*int); ok {
			*n++
		}
		if k, ok := m.Load(1); ok {
			*k.(*int)++
		}
	},
}

// TestRacy is run in a process of its own, for a race fails the test in which it
// happens.
func TestRacy(t *testing.T) {
	body, ok := racy[os.Getenv("IPCCHECK_TEST_RACY")]
	if !ok {
		t.Skip("run by TestRaces")
	}
	check.Explore(t, body)
}

func TestRaces(t *testing.T) {
	for name := range racy {
		t.Run(name, func(t *testing.T) {
			c := exec.Command(os.Args[0], "-test.run", "^TestRacy$", "-test.v")
			c.Env = append(os.Environ(), "IPCCHECK_TEST_RACY="+name, "GORACE=")
			out, err := c.CombinedOutput()
			if !engine.Race {
				require.NoError(t, err, "%s", out)
				require.Contains(t, string(out), "PASS TestRacy")
				return
			}
			require.Error(t, err, "%s", out)
			require.Contains(t, string(out), "IPC010")
			require.Regexp(t, `created at:\n(.*\n){1,6}.*race_test\.go`, string(out), "where it was started")
			require.Contains(t, string(out), "go test -race -run '^TestRacy$'")
		})
	}
}

func TestNoFalseRaces(t *testing.T) {
	for name, body := range ordered {
		t.Run(name, func(t *testing.T) {
			check.Explore(t, body)
			x := engine.New(name, func() { body(new(sched.T)) })
			defer x.Close()
			v := search.Explore(name, x, search.Options{Strategy: "random", Executions: 1000})
			require.Empty(t, v.Findings)
		})
	}
}
