package search

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/prim/primtest"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Objects of the toy programs: two registers and two locks.
const (
	r1 = iota
	r2
	m1
	m2
)

func toy(threads ...[]prim.Op) *primtest.Toy {
	return primtest.New(primtest.Program{Threads: threads, Objects: make([]prim.State, 4)})
}

func inTurn(ops ...prim.Op) []prim.Op { return ops }

// crossed is two threads that take two locks in different orders.
func crossed() *primtest.Toy {
	lock, unlock := prim.OpLock, prim.OpUnlock
	return toy(
		inTurn(prim.On(lock, m1), prim.On(lock, m2), prim.On(unlock, m2), prim.On(unlock, m1)),
		inTurn(prim.On(lock, m2), prim.On(lock, m1), prim.On(unlock, m1), prim.On(unlock, m2)),
	)
}

// Every strategy explores what an executor executes that is no goroutine's.
func TestStrategiesExploreAnyExecutor(t *testing.T) {
	for _, k := range Strategies {
		v := Explore("crossed", crossed(), Options{Strategy: k.Name, Preemptions: 2, Executions: 500})
		require.Equal(t, verdict.Fail, v.Answer, k.Name)
		f := v.Findings[0]
		assert.Equal(t, verdict.Deadlock, f.Code, k.Name)
		assert.Equal(t, "0,1", f.Trace.Replay, k.Name)
		again := Explore("crossed", crossed(), Options{Replay: f.Trace.Replay})
		assert.Equal(t, f.Trace.Steps, again.Findings[0].Trace.Steps, k.Name)
	}
	load, store := prim.On(prim.OpLoad, r1), prim.On(prim.OpStore, r1)
	for _, k := range Strategies {
		v := Explore("race free", toy(inTurn(store), inTurn(load), inTurn(load)), Options{Strategy: k.Name, Preemptions: 3, Executions: 500})
		want := verdict.Pass
		if k.Covers != Exhaustive {
			want = verdict.Inconclusive
		}
		assert.Equal(t, want, v.Answer, k.Name)
	}
}

// The counts of optimal DPOR and of all interleavings, by hand.
func TestToyCounts(t *testing.T) {
	load, store := prim.On(prim.OpLoad, r1), prim.On(prim.OpStore, r1)
	other := prim.On(prim.OpStore, r2)
	for _, tt := range []struct {
		name        string
		threads     [][]prim.Op
		traces, all int
	}{
		{"independent", [][]prim.Op{{store}, {other}}, 1, 2},
		{"two loads", [][]prim.Op{{load}, {load}}, 1, 2},
		{"a store and two loads", [][]prim.Op{{store}, {load}, {load}}, 4, 6},
		{"three stores", [][]prim.Op{{store}, {store}, {store}}, 6, 6},
	} {
		assert.Equal(t, tally{executions: tt.traces}, exploreAll(toy(tt.threads...), prim.Plan{}, optimal, nil), tt.name)
		assert.Equal(t, tally{executions: tt.all}, exploreAll(toy(tt.threads...), prim.Plan{}, naive, nil), tt.name)
	}
	assert.Equal(t, tally{executions: 3, deadlocked: 1}, exploreAll(crossed(), prim.Plan{}, optimal, nil))
}

// On random toys the reduced searches see the traces that all interleavings have.
func TestToyDifferential(t *testing.T) {
	ops := []prim.Op{
		prim.On(prim.OpLoad, r1), prim.On(prim.OpStore, r1), prim.On(prim.OpRMW, r1), prim.On(prim.OpLoad, r2), prim.On(prim.OpStore, r2),
		prim.On(prim.OpLock, m1), prim.On(prim.OpUnlock, m1), prim.On(prim.OpTryLock, m1), prim.On(prim.OpLock, m2), prim.On(prim.OpUnlock, m2),
		prim.On(prim.OpRLock, m2), prim.On(prim.OpRUnlock, m2), prim.On(prim.OpTryRLock, m2),
	}
	rapid.Check(t, func(t *rapid.T) {
		threads := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom(ops), 1, 3), 2, 3).Draw(t, "threads")
		for i, list := range threads { // each unlocks only what it has locked
			held := map[prim.Kind]map[int32]int{prim.OpLock: {}, prim.OpRLock: {}}
			locks := map[prim.Kind]prim.Kind{prim.OpUnlock: prim.OpLock, prim.OpRUnlock: prim.OpRLock}
			var kept []prim.Op
			for _, op := range list {
				if of, ok := held[op.Kind]; ok {
					of[op.Obj]++
				}
				if lock, ok := locks[op.Kind]; ok {
					if held[lock][op.Obj] == 0 {
						continue
					}
					held[lock][op.Obj]--
				}
				kept = append(kept, op)
			}
			threads[i] = kept
		}
		var c clocks
		traces := func(s func() Strategy) (all map[string]bool, n tally) {
			all = map[string]bool{}
			n = exploreAll(toy(threads...), prim.Plan{}, s, func(x *prim.Execution) bool {
				if x.End != prim.Stopped {
					all[canonical(&c, x)] = true
				}
				return true
			})
			return all, n
		}
		want, _ := traces(naive)
		got, n := traces(optimal)
		require.Equal(t, want, got)
		require.LessOrEqual(t, n.blocked, n.executions)
		got, _ = traces(source)
		require.Equal(t, want, got)

		// Behind any beginning, too.
		var begin []prim.Choice
		left := rapid.IntRange(0, 20).Draw(t, "run")
		exploreAll(toy(threads...), prim.Plan{}, naive, func(x *prim.Execution) bool {
			begin = choicesOf(x)
			left--
			return left >= 0
		})
		begin = begin[:rapid.IntRange(0, len(begin)).Draw(t, "beginning")]
		want, _ = traces(func() Strategy { return &Naive{Bound: -1, prefix: begin} })
		got, _ = traces(func() Strategy { return &Source{prefix: begin} })
		require.Equal(t, want, got)
	})
}

// broken is an executor that has lost its program.
type broken struct{ *primtest.Toy }

func (broken) Execute(*prim.Plan) (*prim.Execution, error) {
	return nil, errors.New("the child has died")
}

func TestExecutorThatFails(t *testing.T) {
	for _, o := range []Options{{}, {Replay: "0"}} {
		v := Explore("broken", broken{crossed()}, o)
		assert.Equal(t, verdict.Inconclusive, v.Answer)
		assert.Equal(t, "the child has died", v.Reason)
	}
}
