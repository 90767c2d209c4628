package suite

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// The text of a run says all that repeats it, whatever the test is called, and nothing
// else is taken for one.
func TestRunsOfSuitesAreReadBack(t *testing.T) {
	exec.Suites = &exec.Host{}
	defer func() { exec.Suites = nil }()
	s := New(Config{Test: "TestX/it's a, b;c#01", Seed: 7})
	s.start("bytes, exhaustive")
	p, err := parsePast(s.replay("2,3;0x3,1.1"))
	require.NoError(t, err)
	assert.Equal(t, &past{test: "TestX/it's a, b;c#01", number: 1, part: "bytes, exhaustive", seed: 7, capacity: 2, nth: 3, choices: "0x3,1.1"}, p)
	assert.True(t, p.scope(2, 3))
	assert.False(t, p.scope(2, 4))
	s.start("waking")
	p, err = parsePast(s.replay(""))
	require.NoError(t, err)
	assert.Equal(t, "waking", p.part)
	assert.NotContains(t, s.replay(""), "'")
	for _, text := range []string{"", "0x3,1", "suite=", "suite=a,1,waking", "suite=a,x,waking,1", "suite=a,1,exhaustive,1,2,3", "suite=a,1,exhaustive,1,2;0x3"} {
		_, err := parsePast(text)
		assert.Error(t, err, text)
	}
}

// Only the suite that a run belongs to is run again.
func TestOtherSuitesAreNotRunAgain(t *testing.T) {
	exec.Suites = &exec.Host{}
	defer func() { exec.Suites = nil }()
	clear(made)
	exec.Suites.Replay = "suite=TestX,2,waking,1"
	assert.False(t, Repeated("TestX"))
	assert.True(t, Repeated("TestX"), "the second")
	assert.False(t, Repeated("TestY"))
	s := New(Config{Test: "TestX"})
	assert.False(t, s.start("sequential"))
	assert.True(t, s.start("waking"))
}

// Who only begins and ends a scope stands behind its processes, and what refers to steps
// and processes goes with them.
func TestTracesOfScopesAreRenumbered(t *testing.T) {
	zero, two := 0, 2
	tr := &verdict.Trace{
		Processes: []string{"main", "producer 1", "consumer 1"},
		Steps:     []verdict.Step{{Process: 0, Label: "add"}, {Process: 1, Label: "lock", Wakes: []int{2}}, {Process: 2, Label: "wait", After: []verdict.Cause{{Step: 2}}}},
		Waiting:   []verdict.Waiting{{Process: 2, Since: 3, Holder: &two}},
		Actors:    []verdict.Actor{{ID: "G0"}, {ID: "G1", Parent: &zero}, {ID: "G2", Ended: 3}},
	}
	one, none := 1, 0
	accesses := []verdict.Access{{Process: &one, Own: 1}, {Process: &none}}
	steps := []told{{step: verdict.Step{Process: 1, Label: "send()"}, was: -1}, {step: tr.Steps[1], was: 1}, {step: tr.Steps[2], was: 2}}
	recount(accesses, tr.Steps, steps)
	renumber(tr, steps)
	assert.Equal(t, 2, tr.Steps[2].After[0].Step)
	assert.Equal(t, 3, tr.Waiting[0].Since)
	mainLast(tr, accesses)
	assert.Equal(t, 0, *accesses[0].Process)
	assert.Equal(t, 2, accesses[0].Own, "behind the call, and the step that it was behind")
	assert.Nil(t, accesses[1].Process)
	assert.Equal(t, []string{"producer 1", "consumer 1"}, tr.Processes)
	assert.Equal(t, []int{1}, tr.Steps[1].Wakes)
	assert.Equal(t, 1, tr.Waiting[0].Process)
	assert.Nil(t, tr.Actors[0].Parent)
}

// Who only begins and ends a scope stays in its trace if it could have gone on.
func TestWhoCouldGoOnStaysInTheTrace(t *testing.T) {
	tr := &verdict.Trace{
		Processes: []string{"main", "producer 1"}, Actors: []verdict.Actor{{ID: "G0"}, {ID: "G1"}},
		Steps: []verdict.Step{{Process: 1}}, Pending: []verdict.Waiting{{Process: 0}},
	}
	mainLast(tr, nil)
	assert.Equal(t, []string{"producer 1", "main"}, tr.Processes)
	assert.Len(t, tr.Actors, 2)
	assert.Equal(t, 1, tr.Pending[0].Process)
}

// The calls of a site end where those of the suite begin that called the object.
func TestCallsOfTheSuiteAreNotShown(t *testing.T) {
	const ours = "github.com/ipccheck/ipccheck/check"
	user := []verdict.Frame{{Func: "sync.(*Mutex).Lock"}, {Func: "m.(*Queue).Put"}, {Func: "m.TestQueue.func1"}}
	all := append(slices.Clone(user), verdict.Frame{Func: ours + "/internal/adapt.Buffer.Perform"}, verdict.Frame{Func: ours + "/internal/suite.perform"})
	assert.Equal(t, user, ofUser(all))
	channel := []verdict.Frame{{Func: "rt.Send"}, {Func: ours + ".FromChan[...].func1"}, {Func: ours + "/internal/suite.perform"}}
	assert.Equal(t, channel[:2], ofUser(channel))
}
