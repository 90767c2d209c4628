package prim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/prim/primtest"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// A primitive that one file describes is executed, explored and reported.
func TestPrimitiveInOneFile(t *testing.T) {
	acquire, release := prim.On(prim.OpAcquire, 0), prim.On(prim.OpRelease, 0)
	explore := func(strategy string, units int32, threads ...[]prim.Op) *verdict.Verdict {
		x := primtest.New(primtest.Program{Threads: threads, Objects: []prim.State{{N: units}}})
		return search.Explore("semaphore", x, search.Options{Strategy: strategy})
	}
	pair := []prim.Op{acquire, release}
	for units, want := range map[int32]uint64{1: 6, 2: 6, 3: 6} { // the orders of three acquires
		v := explore("optimal", units, pair, pair, pair)
		assert.Equal(t, verdict.Pass, v.Answer)
		assert.Equal(t, want, v.Counts.Executions, "%d units", units)
		assert.Equal(t, verdict.Pass, explore("naive", units, pair, pair, pair).Answer)
	}
	v := explore("optimal", 1, pair, []prim.Op{acquire, acquire})
	assert.Equal(t, verdict.Fail, v.Answer)
	assert.Contains(t, v.Findings[0].Message, "goroutine 1 waiting for a unit of credits 1")
}
