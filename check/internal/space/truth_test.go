package space_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/client"
	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/algo"
	"github.com/ipccheck/ipccheck/model/step"
	"github.com/ipccheck/ipccheck/model/step/steptest"
)

// build makes the program of a named model, with the parameters given and the
// defaults for the others.
func build(t require.TestingT, name string, changes step.Args) (step.Entry, step.Args, step.Program) {
	e, args, p, err := steptest.Build(slices.Concat(algo.Entries(), client.Entries()), name, changes)
	require.NoError(t, err)
	return e, args, p
}

// Every row that SPIN, TLC and an independent explorer agree on.
func TestBlockingQueueMeetsOtherTools(t *testing.T) {
	rows, err := steptest.ReadTruth("../../../testdata/truth/blocking_queue.csv")
	require.NoError(t, err)
	require.Len(t, rows, 81)
	for _, r := range rows {
		_, _, p := build(t, "blocking-queue", r.Args)
		v := space.Explore(p, space.Options{})
		c := v.Counts
		assert.Equal(t, r.Counts, steptest.Counts{Distinct: int(c.Distinct), Transitions: int(c.Transitions),
			Deadlocks: int(c.DeadlockStates), Levels: c.Depth, FirstDeadlock: c.FirstDeadlockLevel}, "%v", r)
		if r.Counts.FirstDeadlock == 0 {
			assert.Equal(t, verdict.Pass, v.Answer, "%v", r)
			continue
		}
		require.Len(t, v.Findings, 1, "%v", r)
		assert.Equal(t, verdict.Deadlock, v.Findings[0].Code)
		assert.Len(t, v.Findings[0].Trace.Steps, r.Counts.FirstDeadlock-1, "%v", r)
	}
}

func TestBlockingQueueP4C3K3(t *testing.T) {
	_, _, p := build(t, "blocking-queue", step.Args{"producers": 4, "consumers": 3, "capacity": 3})
	v := space.Explore(p, space.Options{})
	assert.EqualValues(t, 10524, v.Counts.Distinct)
	assert.EqualValues(t, 64, v.Counts.DeadlockStates)
	assert.Len(t, v.Findings[0].Trace.Steps, 46)
	_, _, p = build(t, "blocking-queue", step.Args{"producers": 4, "consumers": 3, "capacity": 3, "notify": 1})
	v = space.Explore(p, space.Options{})
	assert.EqualValues(t, 1600, v.Counts.Distinct)
	assert.Equal(t, verdict.Pass, v.Answer)
}

// With one notification there is a deadlock if and only if P + C > 2K.
func TestBlockingQueueLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(1, 6).Draw(t, "producers")
		c := rapid.IntRange(1, 6).Draw(t, "consumers")
		k := rapid.IntRange(1, 8).Draw(t, "capacity")
		notify := rapid.IntRange(0, 2).Draw(t, "notify")
		_, _, prog := build(t, "blocking-queue", step.Args{"producers": p, "consumers": c, "capacity": k, "notify": notify, "identities": 1})
		v := space.Explore(prog, space.Options{})
		assert.Equal(t, notify == 0 && p+c > 2*k, v.Counts.DeadlockStates > 0)
	})
}

// Every named model gets the verdict it states, and the engine counts on it what
// the reference counts.
func TestEveryModelAgreesWithTheReference(t *testing.T) {
	for _, e := range slices.Concat(algo.Entries(), client.Entries()) {
		t.Run(e.Name, func(t *testing.T) {
			if _, race := record.Races(); race && e.Name == "shm-ring" {
				t.Skip("too long with the race detector, and the others are there")
			}
			small := step.Args{}
			if e.Name == "circular-pipeline" {
				small["items"] = 5
			}
			_, args, p := build(t, e.Name, small)
			v := space.Explore(p, space.Options{})
			want := steptest.Explore(p)
			assert.EqualValues(t, want.Distinct, v.Counts.Distinct)
			assert.EqualValues(t, want.Transitions, v.Counts.Transitions)
			assert.EqualValues(t, want.Deadlocks, v.Counts.DeadlockStates)
			assert.Equal(t, want.Levels, v.Counts.Depth)
			var codes []model.Code
			for _, f := range v.Findings {
				codes = append(codes, model.Code(f.Code))
			}
			assert.Equal(t, e.Expect(args), codes)
		})
	}
}

// Two producers on the textbook queue lose an item in five steps: both pass the
// test, both write the same slot, and the first announces an item that the
// second has overwritten.
func TestShortestLostItem(t *testing.T) {
	_, _, p := build(t, "circular-queue", step.Args{"producers": 2, "items": 3})
	v := space.Explore(p, space.Options{})
	require.Len(t, v.Findings, 1)
	f := v.Findings[0]
	assert.Equal(t, verdict.LostItem, f.Code)
	var labels []string
	for _, s := range f.Trace.Steps {
		labels = append(labels, f.Trace.Processes[s.Process]+" "+s.Label)
	}
	assert.Equal(t, []string{"producer 1 test", "producer 1 write", "producer 2 test", "producer 2 write", "producer 1 advance"}, labels)
}

// The shortest run that shows a write end left open ends with everything written
// and read, and the reader alone waiting for the end of file.
func TestLeftOpenWriteEnd(t *testing.T) {
	_, _, p := build(t, "pipe", step.Args{"variant": 1})
	v := space.Explore(p, space.Options{})
	require.Len(t, v.Findings, 1)
	f := v.Findings[0]
	assert.Equal(t, verdict.Deadlock, f.Code)
	assert.Len(t, f.Trace.Steps, 10) // four writes, four reads, two closes
	assert.Equal(t, "1 of 3 processes wait forever: reader waits for the end of file, "+
		"which never comes: readers hold a write end open", f.Message)
}
