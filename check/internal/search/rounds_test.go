package search

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/sched/time"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// A loop that waits is cut short. What that may hide is assumed: nothing where its
// rounds leave nothing behind, and else how often it goes round beyond what was tried.
func TestHowOftenALoopGoesRound(t *testing.T) {
	for _, tt := range []struct {
		name    string
		turn    func()
		assumes string
		rounds  []int // that must be met
	}{
		{"counts", func() { exec.Counts("a.go:1") }, "what follows a loop that waits is the same whether it has gone round more than 3 times or not", []int{0, 1, 2, 3, 4}},
		{"idle", exec.Loop, "", []int{0}},
		{"not rewritten", func() {}, "what follows a loop that waits is the same however often it has gone round", []int{0}},
	} {
		met := map[int]bool{}
		x := exec.New("", func() {
			var ready atomic.Bool
			sched.Go(func() { ready.Store(true) })
			n := 0
			for !ready.Load() {
				tt.turn()
				n++
			}
			met[n] = true
		})
		v := Explore("", x, Options{})
		x.Close()
		require.Equal(t, verdict.Pass, v.Answer, tt.name)
		for _, n := range tt.rounds {
			assert.True(t, met[n], "%s: %d rounds", tt.name, n)
		}
		var premises []string
		for _, a := range v.Assumes {
			premises = append(premises, a.Premise)
		}
		if tt.assumes == "" {
			assert.Empty(t, premises, tt.name)
		} else {
			assert.Equal(t, []string{tt.assumes}, premises, tt.name)
		}
	}
}

// The same for ever is a livelock, unless something in a round may go otherwise.
func TestTheSameForEver(t *testing.T) {
	oneRunsAtATime(t)
	var n, delay uint64
	jitter := func() { time.Sleep(time.Duration(1 + n*n%7)) }
	for _, tt := range []struct {
		name string
		turn func()
		wait func(mu *sync.Mutex)
		want verdict.Answer
	}{
		{"backs off up to a limit", func() { exec.Counts("a.go:1", delay) }, func(*sync.Mutex) { time.Sleep(time.Duration(delay)); delay = min(2*delay, 4) }, verdict.Fail},
		{"backs off with jitter", func() { exec.Counts("a.go:1", delay) }, func(*sync.Mutex) { jitter() }, verdict.Fail},
		{"goes over items", exec.Loop, func(mu *sync.Mutex) {
			time.Sleep(1)
			for i := range uint64(2) {
				exec.Items("a.go:2", i)
				mu.TryLock()
			}
		}, verdict.Fail},
		{"counts words", func() { exec.Counts("a.go:1", n) }, func(*sync.Mutex) { time.Sleep(1) }, verdict.Inconclusive},
		{"goes over many items", func() { exec.Items("a.go:1", n) }, func(*sync.Mutex) { time.Sleep(1) }, verdict.Inconclusive},
		{"recursion", func() {}, func(*sync.Mutex) { time.Sleep(1) }, verdict.Inconclusive},
		{"locks", exec.Loop, func(mu *sync.Mutex) { mu.Lock(); defer mu.Unlock() }, verdict.Fail},
		{"sleeps", exec.Loop, func(*sync.Mutex) { time.Sleep(1) }, verdict.Fail},
		{"counts", func() { exec.Counts("a.go:1") }, func(mu *sync.Mutex) { mu.Lock(); defer mu.Unlock() }, verdict.Inconclusive},
		{"looks at the clock", exec.Loop, func(*sync.Mutex) { time.Sleep(1); time.Now() }, verdict.Inconclusive},
	} {
		x := exec.New("", func() {
			var mu sync.Mutex
			for n, delay = 0, 1; ; n++ {
				tt.turn()
				tt.wait(&mu)
			}
		})
		v := Explore("", x, Options{Steps: 5000})
		x.Close()
		require.Equal(t, tt.want, v.Answer, "%s: %s", tt.name, v.Reason)
		if tt.want == verdict.Fail {
			assert.Equal(t, verdict.Livelock, v.Findings[0].Code, tt.name)
			assert.Less(t, len(v.Findings[0].Trace.Steps), 20, tt.name)
		}
	}
}

// Loops over two variables announce the same, whatever commutes.
func TestLoopsOverTwoVariables(t *testing.T) {
	x := exec.New("", func() {
		var a, b, c atomic.Int32
		sched.Go(func() {
			for a.Load()+b.Load()+c.Load() < 3 {
				exec.Loop()
			}
			a.Store(0)
		})
		sched.Go(func() { a.Store(1); c.Store(1) })
		sched.Go(func() { b.Store(1) })
	})
	defer x.Close()
	v := Explore("", x, Options{})
	require.Equal(t, verdict.Pass, v.Answer, v.Reason)
	n := exploreAll(x, prim.Plan{}, source, nil)
	assert.Equal(t, v.Counts.Executions, uint64(n.executions-n.blocked))
}
