//go:build linux && amd64 && !race

package cprog

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A program that writes to the memory it shares with the command has it report that, whatever
// it writes.
func TestForgedLogs(t *testing.T) {
	x := newExecutor(program(t, "buffer.c -DP=2 -DN=1"), Config{})
	defer x.Close()
	p := &prim.Plan{}
	var job *wireJob
	for i, forge := range []func(){
		func() { job.Events = -1 },
		func() { job.Threads = maxThreads + 1 },
		func() { job.Event[0].WakesAt, job.Event[0].Wakes = math.MaxInt32, 1 },
		func() { job.Event[0].Full.Obj = -2 },
		func() { job.Event[0].Full.Obj2 = math.MinInt32 },
		func() {
			job.Event[0].Full.Spin, job.Event[0].Full.NMore = 1, math.MaxInt32
			job.Event[0].Full.More[3] = -7
		},
		func() { job.Event[0].Full.Alert = math.MaxInt32 },
		func() { job.Event[0].After = 5 },
		func() { job.Event[0].Objects = maxObjects },
		func() { job.Event[1].Thread = -1 },
		func() { job.Thread[1].Parent = maxThreads },
		func() { job.Thread[1].SpawnAt = -1 },
		func() { job.Spawn[0] = -1 },
		func() { job.Misfit = 3 },
		func() { job.Where = maxThreads },
		func() { job.End = -1 },
	} {
		_, err := x.Execute(p)
		require.NoError(t, err)
		job = x.child.job
		forge()
		x.Reset()
		x.states, x.met, x.woken = x.states[:0], 0, prim.Set{}
		if err = x.read(p, false); err == nil {
			err = x.end(p)
		}
		assert.ErrorContains(t, err, "contradicts itself", "%d", i)
	}
}
