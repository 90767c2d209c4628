package search

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/prim/primtest"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// ordered is the plan with which a search of the program goes on after it has found
// that a count can go below zero; base if none can.
func ordered(x prim.Executor, base prim.Plan) prim.Plan {
	exploreAll(x, base, func() Strategy { return &watched{Optimal{}, &base.OrderSums} }, nil)
	return base
}

// watched stops when a count can go below zero.
type watched struct {
	Optimal
	below *bool
}

func (w *watched) After(x *prim.Execution) bool {
	more := w.Optimal.After(x)
	*w.below = w.Underflow() != nil
	return more && !*w.below
}

func both(a, b func()) { sched.Go(a); sched.Go(b) }

// Programs in which an order of additions takes a count below zero, though the
// first one does not.
var underflows = map[string]func(){
	"done before add": func() {
		var w sync.WaitGroup
		both(func() { w.Add(1) }, w.Done)
	},
	"task done before it is counted": func() {
		var w sync.WaitGroup
		task := make(chan int, 1)
		sched.Go(func() { sched.Recv(task); w.Done() })
		sched.Send(task, 1)
		w.Add(1)
		w.Wait()
	},
	"two adds for three that are done": func() {
		var w sync.WaitGroup
		w.Add(1)
		for range 2 {
			sched.Go(func() { w.Done() })
		}
		w.Add(1)
		sched.Go(func() { w.Add(1); w.Done() })
	},
	"more taken at once": func() {
		var w sync.WaitGroup
		w.Add(2)
		both(func() { w.Add(1) }, func() { w.Add(-3) })
	},
	"go of one that is done twice": func() {
		var w sync.WaitGroup
		w.Go(func() {})
		w.Add(1)
		sched.Go(func() { w.Done(); w.Done() })
		w.Add(1)
	},
	"reader who leaves twice": func() {
		var mu sync.RWMutex
		both(func() {
			mu.RLock()
			mu.RLock()
			mu.RLocker().Unlock()
		}, mu.RUnlock)
	},
	"reader who leaves for another": func() {
		var mu sync.RWMutex
		both(mu.RLock, mu.RLocker().Unlock)
	},
	"reader who tries and leaves": func() {
		var mu sync.RWMutex
		both(func() { mu.TryRLock() }, mu.RUnlock)
	},
}

// Programs in which none does.
var balanced = map[string]func(){
	"counted one by one": func() {
		var w sync.WaitGroup
		for range 5 {
			w.Add(1)
			sched.Go(w.Done)
		}
		w.Wait()
	},
	"counted by one that is counted": func() {
		var w sync.WaitGroup
		w.Add(1)
		sched.Go(func() {
			for range 3 {
				w.Add(1)
				sched.Go(w.Done)
			}
			w.Done()
		})
		w.Wait()
	},
	// One goroutine knows of both, another of one only, which must be left to it.
	"assigned anew": func() {
		var w sync.WaitGroup
		a, b := make(chan int, 1), make(chan int, 1)
		both(func() { sched.Recv(b); w.Done() }, func() {
			w.Add(1)
			sched.Send(a, 1)
			sched.Send(b, 1)
		})
		w.Add(1)
		sched.Go(func() { sched.Recv(a); w.Done() })
	},
	"readers": func() {
		var mu sync.RWMutex
		for range 4 {
			sched.Go(func() {
				mu.RLock()
				defer mu.RUnlock()
			})
		}
	},
	"one left by another, who was told": func() {
		var mu sync.RWMutex
		in := make(chan int, 1)
		both(func() { mu.RLock(); sched.Send(in, 1) }, func() { sched.Recv(in); mu.RUnlock() })
	},
}

func TestCountsBelowZero(t *testing.T) {
	for name, body := range underflows {
		x := exec.New("", body)
		for _, strategy := range []string{"optimal", "source"} {
			v := Explore(name, x, Options{Strategy: strategy})
			require.Equal(t, verdict.Fail, v.Answer, "%s: %s", name, strategy)
			assert.Equal(t, verdict.Crash, v.Findings[0].Code, name)
			assert.LessOrEqual(t, v.Counts.Executions, uint64(2), "%s: the execution that shows it comes next", name)
			again := Explore(name, x, Options{Replay: v.Findings[0].Trace.Replay})
			assert.Equal(t, v.Findings[0].Message, again.Findings[0].Message, name)
		}
		x.Close()
	}
	for name, body := range balanced {
		x := exec.New("", body)
		assert.False(t, ordered(x, prim.Plan{}).OrderSums, name)
		assert.Equal(t, tally{executions: 1}, exploreAll(x, prim.Plan{}, optimal, nil), name)
		x.Close()
	}
}

// A search that takes additions for independent, and does not ask for their lowest
// sum, misses the panic.
func TestCountsBelowZeroAreNotMetByChance(t *testing.T) {
	for name, body := range underflows {
		x := exec.New("", body)
		panics := 0
		count := func(x *prim.Execution) bool {
			if x.End == prim.Panicked {
				panics++
			}
			return true
		}
		exploreAll(x, prim.Plan{}, optimal, count)
		assert.Zero(t, panics, name)
		exploreAll(x, prim.Plan{OrderSums: true}, optimal, count)
		assert.NotZero(t, panics, name)
		x.Close()
	}
}

// A panic that the program recovers from is no failure, but what it does then is
// explored.
func TestBelowZeroAndOn(t *testing.T) {
	for _, harmful := range []bool{false, true} {
		x := exec.New("", func() {
			var w sync.WaitGroup
			both(func() { w.Add(1) }, func() {
				defer func() {
					if recover() != nil && harmful {
						exec.Current().Exec().Report.Failed = true
					}
				}()
				w.Done()
			})
		})
		v := Explore("", x, Options{})
		if harmful {
			assert.Equal(t, verdict.FailedAssertion, v.Findings[0].Code)
		} else {
			assert.Equal(t, verdict.Pass, v.Answer)
			assert.Equal(t, uint64(2), v.Counts.Executions)
		}
		x.Close()
	}
}

// Whether an order of the events of an execution takes a count below zero is what
// trying all sets of them gives, and the choices lead there.
func TestUnderflowIsExact(t *testing.T) {
	found, none := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		op := rapid.Custom(func(t *rapid.T) prim.Op {
			if rapid.IntRange(0, 3).Draw(t, "sync") == 0 {
				return prim.On(prim.OpRMW, 2)
			}
			op := prim.On(prim.OpWGAdd, int32(rapid.IntRange(0, 1).Draw(t, "count")))
			op.Arg = int32(rapid.SampledFrom([]int{1, 1, 2, 3, -1, -1, -2}).Draw(t, "add"))
			return op
		})
		threads := rapid.SliceOfN(rapid.SliceOfN(op, 1, 4), 2, 3).Draw(t, "threads")
		objects := []prim.State{{N: int32(rapid.IntRange(0, 2).Draw(t, "first"))}, {}, {}}
		toy := primtest.New(primtest.Program{Threads: threads, Objects: objects})
		x, err := toy.Execute(&prim.Plan{})
		require.NoError(t, err)
		var c clocks
		c.compute(x, 0)
		want := lowest(&c) < 0
		choices := new(sum).underflow(&c, 0)
		require.Equal(t, want, choices != nil)
		if choices == nil {
			none++
			return
		}
		found++
		x, err = toy.Execute(&prim.Plan{Choices: choices})
		require.NoError(t, err)
		require.Equal(t, -1, x.Misfit)
		sums := map[int32]int32{0: objects[0].N}
		below := false
		for _, e := range x.Events[:len(choices)] {
			if e.Op.Kind.Adds() {
				sums[e.Op.Obj] += e.Op.Arg
				below = below || sums[e.Op.Obj] < 0
			}
		}
		require.True(t, below)
	})
	t.Logf("%d with, %d without", found, none)
}

// lowest is the lowest that a count is after a set of events and all that happens
// before them.
func lowest(c *clocks) int32 {
	x := c.x
	n := len(x.Events)
	low := int32(0)
sets:
	for set := range 1 << n {
		sums := map[int32]int32{0: x.First[0].N}
		for k := range n {
			if set>>k&1 == 0 {
				continue
			}
			for j := range k {
				if set>>j&1 == 0 && c.before(j, c.ev[k]) {
					continue sets
				}
			}
			if e := &x.Events[k]; e.Op.Kind.Adds() {
				sums[e.Op.Obj] += e.Op.Arg
			}
		}
		for _, s := range sums {
			low = min(low, s)
		}
	}
	return low
}
