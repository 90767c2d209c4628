package search

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// A search whose time is over before it begins says so.
func TestStoppedBeforeTheFirstExecution(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, k := range Strategies {
		v := explore("stopped", func(*sched.T) {}, Options{Strategy: k.Name, Context: ctx})
		assert.Equal(t, verdict.Inconclusive, v.Answer, k.Name)
		assert.Contains(t, v.Reason, "stopped after 0 executions", k.Name)
	}
}

// hurry is a context whose time is over when the first execution begins.
type hurry struct {
	context.Context
	asked int
}

func (*hurry) Deadline() (time.Time, bool) { return time.Now(), true }

func (h *hurry) Err() error {
	if h.asked++; h.asked == 1 {
		return nil
	}
	return context.DeadlineExceeded
}

// An execution is given up when the time of the search is over.
func TestStoppedInAnExecution(t *testing.T) {
	n := 0
	v := explore("stopped", func(*sched.T) {
		var c atomic.Int64
		for n = range 100_000 {
			c.Add(1)
		}
	}, Options{Context: &hurry{Context: context.Background()}})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Contains(t, v.Reason, "stopped after 0 executions")
	assert.Less(t, n, 2000)
}
