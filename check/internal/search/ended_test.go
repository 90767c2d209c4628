package search

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/sched"
)

// A goroutine that has ended has a step at which it has, though it makes none.
func TestWhoMakesNoStepHasEnded(t *testing.T) {
	v := explore("alone", func(t *sched.T) {
		sched.Go(func() {})
		sched.Recv(make(chan int))
	}, Options{})
	require.Len(t, v.Findings, 1)
	actors := v.Findings[0].Trace.Actors
	require.Len(t, actors, 2)
	assert.Zero(t, actors[0].Ended)
	assert.Equal(t, 1, actors[1].Ended)
}
