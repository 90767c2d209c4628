package search

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// opposite takes two locks in opposite orders, and complains of one order in which it
// gets through.
func opposite(t *sched.T) {
	var a, b sync.Mutex
	first := ""
	t.Go(func() {
		a.Lock()
		b.Lock()
		first += "1"
		b.Unlock()
		a.Unlock()
	})
	t.Go(func() {
		b.Lock()
		a.Lock()
		first += "2"
		a.Unlock()
		b.Unlock()
	})
	exec.Current().Quiet()
	if first == "21" {
		t.Errorf("the second was first")
	}
}

// A search that goes on after the first execution that fails lists all ends, with as
// many executions as there are; its verdict is the same as without that.
func TestEndsAreListed(t *testing.T) {
	if raceBuild {
		t.Skip("the program has a data race, which is what counts then")
	}
	stops := explore("opposite", opposite, Options{})
	goesOn := explore("opposite", opposite, Options{Further: 1000})
	all := explore("opposite", opposite, Options{All: true})
	require.Equal(t, verdict.Fail, stops.Answer)
	assert.Empty(t, stops.Outcomes)
	for _, v := range []*verdict.Verdict{goesOn, all} {
		require.Equal(t, verdict.Fail, v.Answer)
		assert.Equal(t, stops.Findings[0].Code, v.Findings[0].Code)
		assert.Equal(t, stops.Findings[0].Message, v.Findings[0].Message)
		assert.True(t, v.AllOutcomes)
		codes := map[verdict.Code]uint64{}
		sum := uint64(0)
		for _, o := range v.Outcomes {
			codes[o.Code] += o.Executions
			sum += o.Executions
			w := explore("opposite", opposite, Options{Replay: o.Replay})
			assert.Equal(t, o.Answer, w.Answer, o.Replay)
			if len(w.Findings) > 0 {
				assert.Equal(t, o.Code, w.Findings[0].Code)
			}
		}
		assert.Len(t, codes, 3) // a deadlock, the complaint, and none of them
		assert.Equal(t, all.Counts.Executions, sum)
		f := v.Findings[0]
		assert.Equal(t, codes[f.Code], f.Executions)
		assert.Equal(t, sum, f.Of)
		assert.Equal(t, sum-codes[""], v.Counts.Failing)
		assert.False(t, f.Trace.Unavoidable)
	}
	again := explore("opposite", opposite, Options{Further: 1000})
	again.ElapsedMS = goesOn.ElapsedMS
	one, err := json.Marshal(goesOn)
	require.NoError(t, err)
	two, err := json.Marshal(again)
	require.NoError(t, err)
	assert.Equal(t, string(one), string(two))
}

// Where every execution fails alike, no step is critical. A search that stops before all
// are made does not say so.
func TestUnavoidable(t *testing.T) {
	stuck := func(t *sched.T) {
		var a sync.Mutex
		a.Lock()
		for range 2 {
			t.Go(func() { a.Lock() })
		}
	}
	v := explore("stuck", stuck, Options{Further: 100})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.True(t, v.Findings[0].Trace.Unavoidable)
	for _, s := range v.Findings[0].Trace.Steps {
		assert.False(t, s.Critical)
	}
	always := func(t *sched.T) {
		var n atomic.Int64
		for range 3 {
			t.Go(func() { n.Swap(n.Load() + 1) })
		}
		exec.Current().Quiet()
		t.Errorf("always")
	}
	cut := explore("always", always, Options{Further: 1})
	assert.Len(t, cut.Outcomes, 1)
	assert.False(t, cut.AllOutcomes)
	assert.False(t, cut.Findings[0].Trace.Unavoidable)
}

// Steps say what they change and what they come after; the end says who holds what.
func TestTraceSaysWhatChanges(t *testing.T) {
	v := explore("values", func(t *sched.T) {
		var mu sync.Mutex
		ch := make(chan int, 2)
		t.Go(func() {
			mu.Lock()
			sched.Send(ch, 7)
			mu.Lock()
		})
		sched.Recv(ch)
		sched.Recv(ch)
	}, Options{})
	require.Equal(t, verdict.Fail, v.Answer)
	tr := v.Findings[0].Trace
	require.Len(t, tr.Steps, 3)
	assert.Equal(t, []verdict.Change{{Name: "mutex 1", To: "G1", Object: 1, Field: "owner"}}, tr.Steps[0].Changes)
	assert.Equal(t, []verdict.Change{{Name: "channel 1", From: "[]", To: "[7]", Object: 2, Field: "items", Items: []string{"7"}}}, tr.Steps[1].Changes)
	assert.Equal(t, "7", tr.Steps[2].Value)
	assert.Equal(t, []verdict.Cause{{Step: 2, Kind: "item"}}, tr.Steps[2].After)
	assert.Equal(t, []verdict.Hold{{Process: 1, Object: 1, Since: 1}}, tr.Holds)
	require.Len(t, tr.Waiting, 2)
	assert.Equal(t, 1, *tr.Waiting[1].Holder)
	assert.Equal(t, 3, tr.Waiting[0].Since)
}

// A channel that is sent before anything is done on it has the name that it gets then.
func TestWhatIsSentFirstIsNamed(t *testing.T) {
	v := explore("later", func(*sched.T) {
		requests, reply := make(chan struct{ reply, other chan int }, 1), make(chan int)
		sched.Send(requests, struct{ reply, other chan int }{reply, make(chan int)})
		sched.Recv(reply)
	}, Options{})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, []string{"{channel 2 chan int}"}, v.Findings[0].Trace.Steps[0].Changes[0].Items)
}

// Who waits for the readers of a lock to leave, and is one, has it since it reads.
func TestReaderThatWaitsToWrite(t *testing.T) {
	v := explore("upgrade", func(*sched.T) {
		var mu sync.RWMutex
		mu.RLock()
		mu.Lock()
	}, Options{})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, []verdict.Hold{{Process: 0, Object: 1, Since: 1}}, v.Findings[0].Trace.Holds)
}

// Who reads twice has the lock since the first time, whatever it gives up in between.
func TestReadersHaveALockSinceTheFirstTime(t *testing.T) {
	v := explore("readers", func(*sched.T) {
		var mu sync.RWMutex
		mu.RLock()
		assert.True(t, mu.TryRLock())
		mu.RUnlock()
		sched.Recv(make(chan int))
	}, Options{})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, []verdict.Hold{{Process: 0, Object: 1, Since: 1}}, v.Findings[0].Trace.Holds)
}
