package search

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// One goroutine may make more operations than several together, if no bound is
// asked for.
func TestStepsOfOneGoroutine(t *testing.T) {
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
