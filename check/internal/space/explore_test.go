package space

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// grid is a program with (n+1)² states: two counters that go up to n.
func grid(n uint32) step.Program {
	type S struct{ X, Y uint32 }
	m := step.New[S]("grid")
	m.Process("x", 1).Stmt("up", "x = x+1").
		When(func(s *S, c *step.Ctx) bool { return s.X < n }).
		Do(func(s *S, c *step.Ctx) { s.X++ }).
		Waits("x to shrink")
	m.Process("y", 1).Stmt("up", "y = y+1").
		When(func(s *S, c *step.Ctx) bool { return s.Y < n }).
		Do(func(s *S, c *step.Ctx) { s.Y++ }).
		Waits("y to shrink")
	m.Process("z", 1).Stmt("never", "z").
		When(func(s *S, c *step.Ctx) bool { return s.X > n })
	m.Accept(func(s *S) bool { return n%2 == 0 })
	return m
}

func TestExploreLarge(t *testing.T) {
	const n = 399 // 160,000 states: the table grows several times
	v := Explore(grid(n), Options{Workers: 3})
	require.Equal(t, verdict.Fail, v.Answer)
	require.EqualValues(t, (n+1)*(n+1), v.Counts.Distinct)
	require.EqualValues(t, 2*n*(n+1), v.Counts.Transitions)
	require.Equal(t, 2*n+1, v.Counts.Depth)
	require.EqualValues(t, 1, v.Counts.DeadlockStates)
	require.Len(t, v.Findings, 1)
	f := v.Findings[0]
	require.Equal(t, verdict.Deadlock, f.Code)
	require.Equal(t, "all processes wait forever: x waits for x to shrink; y waits for y to shrink; z waits for \"never\" to become possible", f.Message)
	require.Len(t, f.Trace.Steps, 2*n)
	switches := 0
	for i, s := range f.Trace.Steps[1:] {
		if s.Process != f.Trace.Steps[i].Process {
			switches++
		}
	}
	require.Equal(t, 1, switches, "among the shortest traces the one with the fewest switches")
	require.Equal(t, []string{"z never: z (explore_test.go:25)"}, v.Unreached)
}

func TestExplorePass(t *testing.T) {
	v := Explore(grid(2), Options{})
	require.Equal(t, verdict.Pass, v.Answer)
	require.Empty(t, v.Findings)
	require.Empty(t, v.Reason)
	require.EqualValues(t, 9, v.Counts.Distinct)
}

func TestBoundsAreInconclusive(t *testing.T) {
	for _, tt := range []struct {
		name     string
		o        Options
		reason   string
		distinct uint64
		depth    int
	}{
		{"states", Options{MaxStates: 5}, "the bound of 5 states was reached in level 2", 1, 1},
		{"states, just short", Options{MaxStates: 8}, "the bound of 8 states was reached in level 4", 6, 3},
		{"depth", Options{MaxDepth: 3}, "the bound of 3 levels was reached, and there are more", 6, 3},
		{"depth, just short", Options{MaxDepth: 4}, "the bound of 4 levels was reached, and there are more", 8, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := Explore(grid(2), tt.o)
			require.Equal(t, verdict.Inconclusive, v.Answer)
			require.Equal(t, tt.reason, v.Reason)
			require.Equal(t, tt.distinct, v.Counts.Distinct)
			require.Equal(t, tt.depth, v.Counts.Depth)
			require.Contains(t, v.Coverage, tt.reason)
			require.Empty(t, v.Unreached, "what a part of the states does not reach, the rest may")
		})
	}
	for name, o := range map[string]Options{"states": {MaxStates: 9}, "depth": {MaxDepth: 5}} {
		v := Explore(grid(2), o)
		require.Equal(t, verdict.Pass, v.Answer, "a bound of %s that is not exceeded", name)
	}
}

func TestContextStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	v := Explore(grid(1000), Options{Context: ctx, Progress: func(p Progress) {
		if p.Level == 5 {
			cancel()
		}
	}})
	require.Equal(t, verdict.Inconclusive, v.Answer)
	require.Contains(t, v.Reason, "the search was stopped in level")
}

func TestProgress(t *testing.T) {
	var levels []int
	Explore(grid(2), Options{Progress: func(p Progress) { levels = append(levels, p.Level) }})
	require.Equal(t, []int{1, 2, 3, 4, 5}, levels)
}

func TestReplayErrors(t *testing.T) {
	for moves, msg := range map[string]string{
		"0":               `step 1: "0" is no move: expected process.statement or process.statement.alternative, as in 0.2 or 0.2.1`,
		"0.0,x.y":         `step 2: "x.y" is no move: expected process.statement or process.statement.alternative, as in 0.2 or 0.2.1`,
		"0.0,":            `step 2: "" is no move: expected process.statement or process.statement.alternative, as in 0.2 or 0.2.1`,
		"0.0,9.0":         `step 2: there is no process 9: the model has 3`,
		"0.1":             `step 1: x has no statement 1 where it stands`,
		"0.0,0.0,0.0":     `step 3: x cannot execute "up" here: it waits for x to shrink`,
		"1.1.1":           `step 1: y at "up" has 1 alternative, and none is numbered 1`,
		"1.1.99999999999": `step 1: "1.1.99999999999" is no move: expected process.statement or process.statement.alternative, as in 0.2 or 0.2.1`,
	} {
		_, _, err := Replay(grid(2), nil, moves)
		require.EqualError(t, err, msg)
	}
	tr, end, err := Replay(grid(2), nil, "")
	require.NoError(t, err)
	require.Empty(t, end.Code)
	require.Empty(t, tr.Steps)
}

func FuzzReplay(f *testing.F) {
	for _, s := range []string{"", "0.0", "0.0,1.1.0", "0.0.0.0", "65535.65535.4294967295", "1.1,,"} {
		f.Add(s)
	}
	p := grid(3)
	f.Fuzz(func(t *testing.T, moves string) {
		tr, _, err := Replay(p, nil, moves)
		if err == nil && tr == nil {
			t.Fatal("neither a trace nor an error")
		}
	})
}
