package search

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/sched"
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
