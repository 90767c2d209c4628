package search

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Where an execution ends while an iterator waits, stop lets who called next go on, in its
// place: that one's wait is told all the same, and further executions begin as the first.
func TestIteratorWaitsAtTheEnd(t *testing.T) {
	v := explore("pull", func(*sched.T) {
		c := make(chan int)
		next, stop := iter.Pull(func(yield func(int) bool) {
			for yield(sched.Recv(c)) {
			}
		})
		defer stop()
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 2 {
			wg.Add(1)
			sched.Go(func() {
				defer wg.Done()
				mu.Lock()
				defer mu.Unlock()
				next()
			})
		}
		sched.Send(c, 1)
		wg.Wait()
	}, Options{All: true})
	require.Len(t, v.Findings, 1, v.Reason)
	f := v.Findings[0]
	assert.Equal(t, verdict.Deadlock, f.Code)
	assert.EqualValues(t, 2, v.Counts.Executions)
	assert.EqualValues(t, 2, f.Executions)
	assert.Contains(t, f.Message, "2 goroutines are blocked forever")
}
