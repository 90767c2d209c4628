package search

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Whatever run has been met first, the one that is shown has one switch: what the
// deadlock of two locks needs.
func TestShortestRunIsShown(t *testing.T) {
	look, lock, unlock := prim.On(prim.OpLoad, r1), prim.On(prim.OpLock, m1), prim.On(prim.OpUnlock, m1)
	lock2, unlock2 := prim.On(prim.OpLock, m2), prim.On(prim.OpUnlock, m2)
	met := map[string]bool{}
	for seed := range uint64(30) {
		x := toy(
			inTurn(look, look, look, lock, lock2, unlock2, unlock),
			inTurn(look, look, look, lock2, lock, unlock, unlock2),
		)
		v := Explore("crossed", x, Options{Strategy: "random", Seed: seed, Executions: 10_000})
		require.Equal(t, verdict.Fail, v.Answer)
		assert.Equal(t, "0x4,1x4", v.Findings[0].Trace.Replay)
		plain := Explore("crossed", x, Options{Strategy: "random", Seed: seed, Executions: 10_000, Plain: true})
		met[plain.Findings[0].Trace.Replay] = true
	}
	assert.Greater(t, len(met), 10, "the runs that were met first")
}

// A write that changes nothing is no reason for a loop to read again: no run is
// begun in which it does.
func TestUnchangedWriteWakesNobody(t *testing.T) {
	for _, strategy := range []string{"optimal", "source", "naive"} {
		v := explore("spin", func(t *sched.T) {
			var flag atomic.Int32
			t.Go(func() {
				for flag.Load() == 0 {
				}
			})
			t.Go(func() {
				flag.Swap(0)
				flag.Swap(0)
				flag.Swap(1)
			})
		}, Options{Strategy: strategy})
		assert.Equal(t, verdict.Pass, v.Answer, "%s: %s", strategy, v.Reason)
		assert.Zero(t, v.Counts.Blocked)
	}
}

// A run of very many steps is told without them: they would not get out of the process, and
// nobody reads them.
func TestLongRun(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does all, and takes its time")
	}
	ops := slices.Repeat(inTurn(prim.On(prim.OpStore, r1)), longestTrace)
	ops = append(ops, prim.On(prim.OpLock, m1), prim.On(prim.OpLock, m1))
	v := Explore("long", toy(ops), Options{Strategy: "optimal"})
	require.Equal(t, verdict.Fail, v.Answer)
	trace := v.Findings[0].Trace
	assert.Empty(t, trace.Steps)
	assert.Equal(t, longestTrace+1, trace.LeftOut)
	assert.NotEmpty(t, trace.Replay)
}
