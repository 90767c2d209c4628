package search

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Who comes late to a Once does so in one order: there are as many executions as goroutines that
// may be the first, with every strategy as with the one that tries all.
func TestWhoIsFirstAtAOnce(t *testing.T) {
	body := func(n int, first func(i int)) func(*sched.T) {
		return func(*sched.T) {
			once := sched.New[sync.Once]()
			spawn(n, func(i int) { once.Do(func() { first(i) }) })
		}
	}
	firsts := map[int]bool{}
	v := explore("once", body(12, func(i int) { firsts[i] = true }), Options{Executions: 1000})
	require.Equal(t, verdict.Pass, v.Answer, v.Reason)
	assert.EqualValues(t, 12, v.Counts.Executions)
	assert.Len(t, firsts, 12)

	for name, strategy := range map[string]func() Strategy{"optimal": optimal, "source": source, "naive": naive} {
		firsts := map[int]bool{}
		run := body(3, func(i int) { firsts[i] = true })
		x := exec.New("", func() { run(nil) })
		exploreAll(x, prim.Plan{Steps: 200}, strategy, func(*prim.Execution) bool { return true })
		x.Close()
		assert.Len(t, firsts, 3, name)
	}
}

// A Once whose function comes to it again is never done.
func TestAOnceWithinItself(t *testing.T) {
	v := explore("within", func(*sched.T) {
		once := sched.New[sync.Once]()
		once.Do(func() { once.Do(func() {}) })
	}, Options{})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, verdict.Deadlock, v.Findings[0].Code)
	assert.Contains(t, v.Findings[0].Message, "waiting for once 1 to be done")
}
