package search

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/prim/primtest"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// twoLocks takes two locks in different orders.
func twoLocks(t *sched.T) {
	var a, b sync.Mutex
	both := func(x, y *sync.Mutex) {
		x.Lock()
		y.Lock()
		defer x.Unlock()
		y.Unlock()
	}
	t.Go(func() { both(&a, &b) })
	t.Go(func() { both(&b, &a) })
}

func TestReplay(t *testing.T) {
	v := explore("locks", twoLocks, Options{})
	require.Equal(t, verdict.Fail, v.Answer)
	f := v.Findings[0]
	assert.Equal(t, verdict.Deadlock, f.Code)
	assert.Equal(t, "2 goroutines are blocked forever: goroutine 1 waiting for mutex 2, held by goroutine 2; goroutine 2 waiting for mutex 1, held by goroutine 1", f.Message)
	assert.True(t, slices.ContainsFunc(f.Trace.Steps, func(s verdict.Step) bool { return s.Critical }))
	w := explore("locks", twoLocks, Options{Replay: f.Trace.Replay})
	require.Equal(t, verdict.Fail, w.Answer)
	assert.Equal(t, f.Trace.Steps, w.Findings[0].Trace.Steps)
	assert.Equal(t, verdict.Pass, explore("locks", twoLocks, Options{Replay: "1x4,2x4"}).Answer)
	bad := explore("locks", twoLocks, Options{Replay: "1,7"})
	assert.Equal(t, verdict.Inconclusive, bad.Answer)
	assert.Equal(t, "the run no longer fits the program: at step 2 of 2 goroutine 7 cannot go on", bad.Reason)
}

// The critical step is found however much others do that has nothing to do with it.
func TestCriticalAmongMany(t *testing.T) {
	lock, unlock, store := prim.OpLock, prim.OpUnlock, prim.OpStore
	threads := [][]prim.Op{
		inTurn(prim.On(lock, 0), prim.On(lock, 1), prim.On(unlock, 1), prim.On(unlock, 0)),
		inTurn(prim.On(lock, 1), prim.On(lock, 0), prim.On(unlock, 0), prim.On(unlock, 1)),
	}
	for own := range int32(4) {
		threads = append(threads, slices.Repeat(inTurn(prim.On(store, 2+own)), 9))
	}
	x := primtest.New(primtest.Program{Threads: threads, Objects: make([]prim.State, 6)})
	e := &explorer{exec: x, x: new(prim.Execution), base: prim.Plan{Steps: 1000, Threads: 10}}
	run := []prim.Choice{{G: 2}, {G: 0}, {G: 1}}
	for g := range int32(4) {
		run = append(run, slices.Repeat([]prim.Choice{{G: 2 + g}}, 8)...)
	}
	assert.Equal(t, 2, e.critical(verdict.Deadlock, run), "both have one")
}

// Whom a crash keeps from going on might have avoided it.
func TestCriticalStepOfACrash(t *testing.T) {
	v := explore("crash", func(t *sched.T) {
		var x atomic.Int64
		t.Go(func() {
			if x.Load() == 1 {
				panic("one")
			}
		})
		t.Go(func() { x.Store(0) })
		t.Go(func() { x.Store(1) })
	}, Options{Replay: "3,1"})
	require.Equal(t, verdict.Fail, v.Answer)
	steps := v.Findings[0].Trace.Steps
	at := slices.IndexFunc(steps, func(s verdict.Step) bool { return s.Critical })
	require.GreaterOrEqual(t, at, 0)
	assert.Equal(t, "load", steps[at].Op)
}

// The same body gets the same verdict, trace and counts, byte for byte.
func TestExploreTwice(t *testing.T) {
	for _, strategy := range []string{"optimal", "source", "naive", "preemptions", "random", "pct", "urw"} {
		var texts []string
		for range 2 {
			v := explore("locks", twoLocks, Options{Strategy: strategy, Preemptions: 2, Seed: 7, All: true, Executions: 200})
			v.ElapsedMS = 0
			b, err := json.Marshal(v)
			require.NoError(t, err)
			texts = append(texts, string(b))
		}
		assert.Equal(t, texts[0], texts[1], strategy)
		assert.Contains(t, texts[0], "IPC001", strategy)
	}
}

// A run without any operation can be repeated as well, and what testify says is
// cut to the point.
func TestReplayOfNothing(t *testing.T) {
	body := func(t *sched.T) { require.Equal(t, 1, 2) }
	v := explore("nothing", body, Options{})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, "the test fails: Not equal: expected: 1 actual : 2", v.Findings[0].Message)
	assert.Equal(t, verdict.Fail, explore("nothing", body, Options{Replay: v.Findings[0].Trace.Replay}).Answer)
}

// A run names goroutines by the order of their birth in it, whatever the runs before
// it have met: a fresh process makes the same run.
func TestReplayNamesGoroutinesByBirth(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time, and share what they log")
	}
	body := func(t *sched.T) {
		var mu sync.Mutex
		var order []int
		add := func(i int) {
			mu.Lock()
			order = append(order, i)
			mu.Unlock()
		}
		for i := range 3 {
			t.Go(func() {
				add(i)
				t.Go(func() {
					add(10 + i)
					if slices.Equal(order, []int{2, 12, 1, 11}) {
						t.Errorf("the last one's child was the first")
					}
				})
			})
		}
	}
	v := explore("births", body, Options{})
	require.Equal(t, verdict.Fail, v.Answer)
	f := v.Findings[0]
	w := explore("births", body, Options{Replay: f.Trace.Replay})
	require.Equal(t, verdict.Fail, w.Answer, w.Reason)
	assert.Equal(t, f.Message, w.Findings[0].Message)
	assert.Equal(t, f.Trace.Steps, w.Findings[0].Trace.Steps)
	assert.Equal(t, f.Trace.Replay, w.Findings[0].Trace.Replay)
}

func TestExploreBounds(t *testing.T) {
	spin := func(t *sched.T) {
		var mu sync.Mutex
		for n := 0; ; {
			mu.Lock()
			n++
			mu.Unlock()
		}
	}
	v := explore("loop", spin, Options{Steps: 100})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Equal(t, "1 execution was cut short after 100 operations", v.Reason)
	v = explore("locks", twoLocks, Options{Executions: 1})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	crowd := func(n int) func(t *sched.T) {
		return func(t *sched.T) {
			var w sync.WaitGroup
			w.Add(n)
			for range n {
				t.Go(w.Wait)
			}
			for range n {
				w.Done()
			}
		}
	}
	v = explore("crowd", crowd(prim.MaxThreads), Options{})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Equal(t, "more than 1000 goroutines live at once, too many to look at every interleaving: let the test start fewer", v.Reason)
	v = explore("crowd", crowd(prim.MaxThreads), Options{Strategy: "random", Executions: 2})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Equal(t, uint64(2), v.Counts.Executions, v.Reason)
	v = explore("one after another", func(t *sched.T) {
		for range 300 {
			var w sync.WaitGroup
			w.Add(1)
			t.Go(w.Done)
			w.Wait()
		}
	}, Options{})
	assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
	v = explore("locks", twoLocks, Options{Strategy: "best"})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Contains(t, v.Reason, `there is no strategy "best"`)
}

// A body that does not do the same twice is named, not judged.
func TestExploreNondeterministic(t *testing.T) {
	n := 0
	v := explore("chance", func(t *sched.T) {
		var w sync.WaitGroup
		var mu sync.Mutex
		if n++; n == 2 {
			w.Add(1)
			w.Done()
		} else {
			mu.Lock()
			defer mu.Unlock()
		}
		for range 2 {
			t.Go(func() {
				mu.Lock()
				defer mu.Unlock()
			})
		}
	}, Options{})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Contains(t, v.Reason, "the program is not deterministic: at step ")
}

// Schedules can be drawn like other data.
func TestDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := exec.New("", func() { twoLocks(new(sched.T)) })
		defer e.Close()
		x := next(e, &prim.Plan{}, Drawn{func(label string, n int) int {
			return rapid.IntRange(0, n-1).Draw(t, label)
		}})
		assert.Contains(t, []prim.End{prim.Done, prim.Deadlock}, x.End)
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "1", "1x3,2,1.1", "1.2x4", "x", "64", "1x9999999999", "1,,2", "-1", "1.-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		cs, err := decode(s)
		if err != nil {
			assert.Nil(t, cs)
			return
		}
		again, err := decode(encode(cs))
		require.NoError(t, err)
		assert.True(t, slices.Equal(cs, again))
	})
}

// A search whose time is up before it begins has looked at nothing, and says so.
func TestNoTimeAtAll(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	v := explore("late", func(*sched.T) {}, Options{Context: ctx})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Contains(t, v.Reason, "stopped after 0 executions")
}

// A step of a select that could go on with two cases says how many they were, and which
// it took.
func TestAlternativesOfAStep(t *testing.T) {
	v := explore("select", func(t *sched.T) {
		a, b := make(chan int, 1), make(chan int, 1)
		sched.Send(a, 1)
		sched.Send(b, 2)
		if sched.Select(false, sched.RecvCase(a, nil, nil), sched.RecvCase(b, nil, nil)) == 1 {
			t.Error("the second")
		}
	}, Options{})
	require.Len(t, v.Findings, 1)
	steps := v.Findings[0].Trace.Steps
	assert.Equal(t, []int{1, 2}, []int{steps[2].Alt, steps[2].Alternatives})
	assert.Zero(t, steps[0].Alternatives)
}
