package search

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
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
