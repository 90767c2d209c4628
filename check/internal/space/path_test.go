package space_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

type flags struct {
	PC         [2]uint8
	Open, Done uint8
}

// movers are the processes that move in the trace of the only finding, in order.
func movers(t *testing.T, v *verdict.Verdict) []int {
	t.Helper()
	require.Len(t, v.Findings, 1)
	var pids []int
	for _, s := range v.Findings[0].Trace.Steps {
		pids = append(pids, s.Process)
	}
	return pids
}

// Of two shortest runs the trace is the one with fewer switches, not the first in
// the order of moves: that one starts the runner, switches to the opener and back.
func TestTraceHasTheFewestSwitches(t *testing.T) {
	m := step.New[flags]("gate")
	m.PC(func(s *flags, pid int) *uint8 { return &s.PC[pid] })
	runner := m.Process("runner", 1)
	runner.Stmt("start", "start")
	runner.Stmt("pass", "pass the gate").When(func(s *flags, _ *step.Ctx) bool { return s.Open == 1 }).Do(func(s *flags, _ *step.Ctx) { s.Done = 1 })
	m.Process("opener", 1).Stmt("open", "open the gate").Do(func(s *flags, _ *step.Ctx) { s.Open = 1 })
	m.Invariant(model.FailedAssertion, "nobody passes", func(s *flags) bool { return s.Done == 0 }, nil)
	assert.Equal(t, []int{1, 0, 0}, movers(t, space.Explore(m, space.Options{})))
}

// Of the states at one level that break a property the least is reported, not the
// one that a worker happens to reach first.
func TestFindingDoesNotDependOnTheOrderOfWork(t *testing.T) {
	m := step.New[flags]("race")
	m.PC(func(s *flags, pid int) *uint8 { return &s.PC[pid] })
	m.Process("large", 1).Stmt("set", "done = 2").Do(func(s *flags, _ *step.Ctx) { s.Done = 2 })
	m.Process("small", 1).Stmt("set", "done = 1").Do(func(s *flags, _ *step.Ctx) { s.Done = 1 })
	m.Invariant(model.FailedAssertion, "nothing is done", func(s *flags) bool { return s.Done == 0 }, nil)
	assert.Equal(t, []int{1}, movers(t, space.Explore(m, space.Options{Workers: 1})))
}
