package sync_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched/sync"
)

// A function that panics is not done: nobody who waits for it goes on.
func TestGoThatPanics(t *testing.T) {
	x := exec.New("", func() {
		var wg sync.WaitGroup
		wg.Go(func() { panic("lost") })
		wg.Wait()
	})
	defer x.Close()
	_, err := x.Execute(&prim.Plan{})
	require.NoError(t, err)
	assert.Equal(t, prim.Panicked, x.End)
	assert.Equal(t, "lost", x.Panic)
	require.Len(t, x.Events, 1)
	assert.Equal(t, prim.OpWGAdd, x.Events[0].Op.Kind)
}
