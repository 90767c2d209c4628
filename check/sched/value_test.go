package sched_test

import (
	"os"
	osexec "os/exec"
	"regexp"
	"strings"
	stdsync "sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
)

// guarded is a struct as programs have them.
type guarded struct {
	sync.Mutex
	n int
}

// set and value copy what vet would not have copied.
func set[T any](to, from *T) { *to = *from }

func value[T any](p *T) T { return *p }

func at[K comparable, T any](m map[K]T, k K) *T { v := m[k]; return &v }

func zero[T any](p *T) { *p = *new(T) }

func must(ok bool) {
	if !ok {
		panic("the lock is taken")
	}
}

func mustNot(ok bool) {
	if ok {
		panic("the lock is free")
	}
}

// Programs that copy, move or overwrite primitives in use. All are legal, if not
// wise; those of the standard library are no more than their bytes, and so are
// ours.
var values = map[string]func(){
	"copy of a locked mutex": func() {
		var a, b guarded
		a.Lock()
		set(&b, &a)
		mustNot(b.TryLock())
		b.Unlock()
		mustNot(a.TryLock())
		a.Unlock()
		must(b.TryLock())
	},
	"unlock a copy of an unlocked mutex": func() {
		var a guarded
		a.Lock()
		b := new(guarded)
		set(b, &a)
		b.Unlock()
		set(b, new(guarded))
		b.Unlock()
	},
	"array of structs assigned": func() {
		var a, b [3]guarded
		a[1].Lock()
		set(&b, &a)
		must(b[0].TryLock())
		mustNot(b[1].TryLock())
		a[1].Unlock()
		mustNot(b[1].TryLock())
	},
	"element of an array of locked ones overwritten": func() {
		var a [2]guarded
		a[0].Lock()
		a[1].Lock()
		zero(&a[1])
		must(a[1].TryLock())
		mustNot(a[0].TryLock())
	},
	"value of a map replaced": func() {
		m := map[string]guarded{}
		v := new(guarded)
		v.Lock()
		m["a"] = value(v)
		v.Unlock()
		var w guarded
		set(&w, at(m, "a"))
		mustNot(w.TryLock())
		m["a"] = guarded{n: 1}
		set(&w, at(m, "a"))
		must(w.TryLock())
	},
	"struct returned by value": func() {
		locked := func() guarded {
			var g guarded
			g.Lock()
			return value(&g)
		}
		g := locked()
		mustNot(g.TryLock())
		g.Unlock()
		g = locked()
		mustNot(g.TryLock())
	},
	"slice that grows while an element is locked": func() {
		s := make([]guarded, 1)
		s[0].Lock()
		old := &s[0]
		for range 9 {
			s = append(s, guarded{})
		}
		mustNot(s[0].TryLock())
		s[0].Unlock()
		mustNot(old.TryLock())
		must(s[0].TryLock())
	},
	"elements moved in a slice": func() {
		s := make([]guarded, 3)
		s[2].Lock()
		copy(s, s[2:])
		mustNot(s[0].TryLock())
		must(s[1].TryLock())
		s[2].Unlock()
		mustNot(s[0].TryLock())
		clear(s)
		must(s[0].TryLock())
	},
	"struct reset under its own lock": func() {
		var g guarded
		g.Lock()
		defer g.Unlock()
		zero(&g)
	},
	"struct reset under its own lock, and locked again": func() {
		var g guarded
		g.Lock()
		zero(&g)
		g.Lock()
		g.n = 1
		g.Unlock()
	},
	"rwmutex with readers copied": func() {
		var a, b sync.RWMutex
		a.RLock()
		a.RLock()
		set(&b, &a)
		a.RUnlock()
		a.RUnlock()
		must(a.TryLock())
		mustNot(b.TryLock())
		b.RUnlock()
		b.RUnlock()
		must(b.TryLock())
		b.Unlock()
		b.RUnlock()
	},
	"rwmutex with a writer copied": func() {
		var a, b sync.RWMutex
		a.Lock()
		set(&b, &a)
		a.Unlock()
		must(a.TryRLock())
		mustNot(b.TryRLock())
		b.Unlock()
		must(b.TryRLock())
		b.RUnlock()
		must(b.TryLock())
	},
	"rwmutex unlocked after a reset": func() {
		var a sync.RWMutex
		a.Lock()
		zero(&a)
		a.Unlock()
	},
	"rwmutex read unlocked after a reset": func() {
		var a sync.RWMutex
		a.RLock()
		zero(&a)
		a.RUnlock()
	},
	"unlock a copy of an rwmutex that nobody has": func() {
		var a, b sync.RWMutex
		a.RLock()
		b.RLock()
		set(&b, &a)
		b.RUnlock()
		b.Unlock()
	},
	"waitgroup reset while it counts": func() {
		var w sync.WaitGroup
		w.Add(3)
		zero(&w)
		w.Wait()
		w.Add(1)
		w.Done()
		w.Wait()
		w.Done()
	},
	"waitgroup copied while it counts": func() {
		var a, b sync.WaitGroup
		a.Add(1)
		set(&b, &a)
		a.Done()
		a.Wait()
		b.Done()
		b.Wait()
		b.Done()
	},
	"once reset": func() {
		var o sync.Once
		n := 0
		o.Do(func() { n++ })
		zero(&o)
		o.Do(func() { n++ })
		o.Do(func() { n++ })
		must(n == 2)
	},
	"once copied when done": func() {
		var a, b sync.Once
		a.Do(func() {})
		set(&b, &a)
		b.Do(func() { panic("done already") })
	},
	"once reset while it is done": func() {
		var a sync.Once
		a.Do(func() { zero(&a) })
	},
	"cond copied": func() {
		a := sync.NewCond(new(sync.Mutex))
		a.Broadcast()
		b := value(a)
		b.Broadcast()
	},
	"cond copied before use": func() {
		a := sync.NewCond(new(sync.Mutex))
		b := value(a)
		a.Signal()
		b.Signal()
	},
	"cond reset": func() {
		a := sync.NewCond(new(sync.Mutex))
		a.Signal()
		l := a.L
		zero(a)
		a.L = l
		a.Signal()
	},
	"cond that moves in a slice": func() {
		s := make([]sync.Cond, 1)
		s[0].L = new(sync.Mutex)
		s[0].Signal()
		s = append(s, sync.Cond{})
		s[0].Signal()
	},
	"lock of a cond reset before it waits": func() {
		var g guarded
		c := sync.NewCond(&g)
		g.Lock()
		zero(&g)
		c.Wait()
	},
	"atomics copied and reset": func() {
		var a, b atomic.Int64
		a.Store(5)
		set(&b, &a)
		a.Add(1)
		must(b.Load() == 5 && a.Load() == 6)
		zero(&a)
		must(a.CompareAndSwap(0, 1))
		var p, q atomic.Pointer[int]
		p.Store(new(int))
		set(&q, &p)
		must(q.Load() == p.Load())
		var v, u atomic.Value
		v.Store("a")
		set(&u, &v)
		v.Store("b")
		must(u.Load() == "a")
		zero(&v)
		must(v.Load() == nil)
	},
	"map copied": func() {
		var a sync.Map
		a.Store(1, "a")
		zero(&a)
		_, ok := a.Load(1)
		mustNot(ok)
		n := 0
		a.Store(2, "b")
		a.Range(func(any, any) bool { n++; return true })
		must(n == 1)
	},
}

// Programs that wait forever: the runtime would not say so in a test.
var stuckValues = map[string]func(){
	"lock a copy of a locked mutex": func() {
		var a guarded
		a.Lock()
		b := value(&a)
		b.Lock()
	},
	"locked struct put over an unlocked one": func() {
		var a, b guarded
		a.Lock()
		must(b.TryLock())
		b.Unlock()
		set(&b, &a)
		b.Lock()
	},
	"wait for a copy of a waitgroup": func() {
		var a, b sync.WaitGroup
		a.Add(1)
		set(&b, &a)
		a.Done()
		b.Wait()
	},
	"once copied while it is done": func() {
		var a, b sync.Once
		a.Do(func() { set(&b, &a) })
		b.Do(func() {})
	},
	"waitgroup of a struct passed by value": func() {
		type job struct{ w sync.WaitGroup }
		j := new(job)
		j.w.Add(1)
		k := value(j)
		sched.Go(func() { k.w.Done() })
		k.w.Wait()
		j.w.Wait()
	},
}

func TestValuesThatBlock(t *testing.T) {
	race(t)
	for name, body := range stuckValues {
		assert.Equal(t, prim.Deadlock, run(body).End, name)
	}
}

// An execution leaves what it has found as it was.
func TestExecutionsLeaveNoValues(t *testing.T) {
	race(t)
	var g guarded
	var rw sync.RWMutex
	var w sync.WaitGroup
	rw.RLock()
	w.Add(2)
	for range 2 {
		assert.Equal(t, prim.Done, run(func() {
			g.Lock()
			rw.RUnlock()
			rw.Lock()
			w.Done()
			w.Done()
			w.Wait()
			w.Add(7)
		}).End)
	}
	must(g.TryLock())
	mustNot(rw.TryLock())
	rw.RUnlock()
	must(rw.TryLock())
	w.Add(-2)
	w.Wait()
}

// ending says in a few words how a body ended.
func ending(x *prim.Execution) string {
	switch x.End {
	case prim.Done:
		return "ends"
	case prim.Panicked:
		if f, ok := x.Panic.(exec.Fatal); ok {
			return f.String()
		}
		s, _ := x.Panic.(string)
		return "panic: " + s
	}
	return "does not end"
}

const valueEnv = "IPCCHECK_TEST_VALUE"

// one execution is under way at a time.
var one stdsync.Mutex

var firstLine = regexp.MustCompile(`(?m)^(fatal error|panic): .*$`)

// What becomes of a program that copies, moves or overwrites primitives is the same
// under control as without.
func TestValuesHaveMemory(t *testing.T) {
	race(t)
	if name := os.Getenv(valueEnv); name != "" {
		values[name]()
		return
	}
	self, err := os.Executable()
	require.NoError(t, err)
	for name, body := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := osexec.Command(self, "-test.run=^TestValuesHaveMemory$")
			cmd.Env = append(os.Environ(), valueEnv+"="+name)
			out, err := cmd.CombinedOutput()
			want := "ends"
			if err != nil {
				want = firstLine.FindString(string(out))
				want = strings.TrimSuffix(want, " [recovered, repanicked]")
			}
			one.Lock()
			defer one.Unlock()
			for range 2 {
				assert.Equal(t, want, ending(run(body)), "%s", out)
			}
		})
	}
}
