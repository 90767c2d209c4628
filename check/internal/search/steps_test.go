package search

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// One goroutine may make more operations than several together, if no bound is
// asked for.
func TestStepsOfOneGoroutine(t *testing.T) {
	oneRunsAtATime(t)
	count := func(n int) func(*sched.T) {
		return func(*sched.T) {
			var c atomic.Int64
			for range n {
				c.Add(1)
			}
		}
	}
	for _, tt := range []struct {
		name   string
		body   func(*sched.T)
		steps  int
		reason string
	}{
		{"alone", count(20_000), 0, ""},
		{"a bound", count(20_000), 10_000, "1 execution was cut short after 10000 operations"},
		{"without end", count(600_000), 0, "1 execution was cut short after 500000 operations"},
		{"two", func(t *sched.T) { t.Go(func() { count(20_000)(t) }) }, 0, "1 execution was cut short after 10000 operations"},
	} {
		v := explore(tt.name, tt.body, Options{Steps: tt.steps})
		assert.Equal(t, tt.reason, v.Reason, tt.name)
		assert.Equal(t, tt.reason == "", v.Answer == verdict.Pass, tt.name)
	}
}

// A random execution of a crowd may be longer, too: it would end before they have begun.
func TestStepsOfACrowd(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does all, and takes its time")
	}
	v := explore("crowd", func(t *sched.T) {
		var c atomic.Int64
		for range prim.MaxThreads + 1 {
			t.Go(func() {
				for range 10 {
					c.Add(1)
				}
			})
		}
	}, Options{Strategy: "random", Executions: 2})
	assert.Equal(t, "2 executions were made, and there are more", v.Reason)
	assert.Greater(t, v.Counts.Depth, 10*prim.MaxThreads)
}

// Where many executions are cut short that are much longer than those that end, the others
// are cut short earlier, unless somebody has said when.
func TestStepsOfManyCutShort(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does all, and takes its time")
	}
	body := func(t *sched.T) {
		var last, c atomic.Int64
		var done sync.WaitGroup
		done.Add(4)
		for i := range 4 {
			t.Go(func() {
				last.Store(int64(i))
				done.Done()
			})
		}
		done.Wait()
		for range 20_000 * last.Load() {
			c.Add(1)
		}
	}
	for _, tt := range []struct {
		steps, bound int
	}{
		{0, 1000},
		{2000, 2000},
	} {
		v := explore("cut short", body, Options{Steps: tt.steps})
		assert.Equal(t, fmt.Sprintf("18 executions were cut short after %d operations", tt.bound), v.Reason)
		assert.EqualValues(t, 18, v.Counts.Cut)
		assert.EqualValues(t, 24, v.Counts.Executions)
	}
	v := explore("cut short", body, Options{Executions: 12})
	assert.Equal(t, "12 executions were made, and there are more; 10 executions were cut short after 1000 operations", v.Reason)
}
