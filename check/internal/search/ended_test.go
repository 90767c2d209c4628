package search

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
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

// Where a goroutine's panic ends the program, and is no fault, what the others might have done
// before is not looked at in every order, but by naive search.
func TestWhereTheProgramDiesNotAllIsLookedAt(t *testing.T) {
	body := func(*sched.T) {
		var mu sync.Mutex
		done := make(chan int)
		sched.Go(func() { mu.Unlock(); sched.Send(done, 1) })
		sched.Go(func() { mu.Lock(); sched.Send(done, 1) })
		sched.Recv(done)
		sched.Recv(done)
	}
	anything := func(*prim.Execution) (verdict.Code, string, bool) { return "", "", true }
	v := explore("dies", body, Options{Judge: anything})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Contains(t, v.Reason, "-strategy naive")
	assert.Equal(t, "1 execution", v.Coverage)
	v = explore("dies", body, Options{Judge: anything, Strategy: naiveName})
	assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
	assert.Greater(t, v.Counts.Executions, uint64(1))
}

// What says that the budget is used up is known for it, and nothing else is.
func TestUsedUp(t *testing.T) {
	for n := range uint64(3) {
		assert.True(t, UsedUp(made(n)), made(n))
	}
	assert.False(t, UsedUp("goroutine 1 loops without an operation on anything shared, at a.go:3: stopped"))
	assert.False(t, UsedUp("stopped after 3 executions: interrupted"))
	assert.False(t, UsedUp(made(3)+"; 1 execution was cut short after 1000 operations"))
}
