package sched_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
)

// A goroutine that is one too many leaves nothing behind: in the next execution, in which
// more may live, each is one that the run knows.
func TestOneGoroutineTooMany(t *testing.T) {
	var n atomic.Int64
	x := exec.New("", func() {
		n.Store(0)
		for range 3 {
			exec.Go(func() {
				for range 100 {
					n.Add(1)
				}
			})
		}
	})
	defer x.Close()
	for _, threads := range []int{3, 10, 3, 10} {
		r, err := x.Execute(&prim.Plan{Steps: 10_000, Threads: threads, Policy: first{}})
		require.NoError(t, err)
		assert.Empty(t, r.Reached)
		if threads == 3 {
			assert.Equal(t, prim.TooManyThreads, r.End)
		} else {
			assert.Equal(t, prim.Done, r.End)
			assert.Equal(t, int64(300), n.Load())
		}
	}
}
