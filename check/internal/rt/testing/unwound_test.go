package testing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	ours "github.com/ipccheck/ipccheck/check/internal/rt/testing"
	"github.com/ipccheck/ipccheck/check/sched"
)

// What a test defers is called where it waits for ever, too; but it would not come there,
// and neither logs anything nor is skipped.
func TestUnwoundSaysNothing(t *testing.T) {
	run := &ours.Run{T: new(sched.T)}
	x := exec.New("", func() {
		ours.Controlled(run, "Test", t, func(t *ours.T) {
			defer t.Skip("skipped")
			defer t.Log("logged")
			exec.Recv(make(chan int))
		})
	})
	defer x.Close()
	_, err := x.Execute(&prim.Plan{})
	require.NoError(t, err)
	assert.Equal(t, prim.Deadlock, x.End)
	assert.Empty(t, x.Report.Log)
	assert.Empty(t, run.Skipped)
}
