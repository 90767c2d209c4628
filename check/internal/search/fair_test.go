package search

import (
	"slices"
	"strings"
	"testing"
	stdtime "time"

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

// A loop that locks, looks and unlocks until somebody else has got on: it lets the
// others go on, whatever it writes meanwhile, and the verdict says so.
func TestLoopsThatWaitAndWrite(t *testing.T) {
	if raceBuild {
		t.Skip("long loops of one goroutine after another")
	}
	wait := func(mu *sync.Mutex, done func() bool) {
		for {
			exec.Loop()
			mu.Lock()
			d := done()
			mu.Unlock()
			if d {
				return
			}
		}
	}
	for name, body := range map[string]func(t *sched.T){
		"another goroutine": func(t *sched.T) {
			var mu sync.Mutex
			done := false
			t.Go(func() { mu.Lock(); done = true; mu.Unlock() })
			wait(&mu, func() bool { return done })
		},
		"a timer": func(t *sched.T) {
			var mu sync.Mutex
			done := false
			time.AfterFunc(time.Second, func() { mu.Lock(); done = true; mu.Unlock() })
			wait(&mu, func() bool { return done })
		},
		"one another": func(t *sched.T) {
			var mu sync.Mutex
			turn := 0
			for me := range 2 {
				t.Go(func() {
					wait(&mu, func() bool {
						mine := turn == me
						if mine {
							turn++
						}
						return mine
					})
				})
			}
		},
		"a deadline": func(t *sched.T) {
			var mu sync.Mutex
			until := time.Now().Add(time.Second)
			wait(&mu, func() bool { return time.Now().After(until) })
		},
		"the end of who has woken it": func(t *sched.T) {
			base := exec.NumGoroutine()
			done := make(chan int)
			exec.Current().Go(func() { sched.Send(done, 1) })
			sched.Recv(done)
			for exec.NumGoroutine() > base {
				exec.Loop()
				exec.Gosched()
			}
		},
		"nobody, when the test is over": func(t *sched.T) {
			var mu sync.Mutex
			exec.Current().Go(func() { wait(&mu, func() bool { return false }) })
		},
	} {
		v := explore(name, body, Options{})
		if name == "nobody, when the test is over" {
			require.Equal(t, verdict.Fail, v.Answer)
			assert.Equal(t, verdict.Leak, v.Findings[0].Code)
			continue
		}
		assert.Equal(t, verdict.Pass, v.Answer, "%s: %s %v", name, v.Reason, v.Findings)
		if name == "the end of who has woken it" { // it only reads, how many there are
			assert.Empty(t, v.Assumes, name)
			continue
		}
		v.Assumes = slices.DeleteFunc(v.Assumes, func(a verdict.Assumption) bool { return strings.HasPrefix(a.Premise, verdict.EarlyTimers) })
		require.Len(t, v.Assumes, 1, name)
		assert.Regexp(t, `^a loop that goes round more than 3 times lets the others go on first`, v.Assumes[0].Premise, name)
		assert.Regexp(t, `^fair_test.go:\d+$`, v.Assumes[0].Position, name)
	}
}

// What such a loop does in its first turns is in any order with what others do; and
// the run that is found says which loops wait, so that a fresh process makes it too.
func TestLoopsThatWaitAreReplayed(t *testing.T) {
	body := func(t *sched.T) {
		var mu sync.Mutex
		rounds, done := 0, false
		t.Go(func() { mu.Lock(); done = true; mu.Unlock() })
		for {
			exec.Loop()
			mu.Lock()
			d := done
			mu.Unlock()
			if d {
				break
			}
			rounds++
		}
		if rounds == prim.FreeTurns {
			t.Errorf("it was the last turn")
		}
	}
	v := explore("rounds", body, Options{})
	require.Equal(t, verdict.Fail, v.Answer, v.Reason)
	w := explore("rounds", body, Options{Replay: v.Findings[0].Trace.Replay})
	require.Equal(t, verdict.Fail, w.Answer, w.Reason)
	assert.Equal(t, v.Findings[0].Trace, w.Findings[0].Trace)
}

// Who only looks at the clock waits for a moment: a thousand looks and some sleeps are
// enough, however far off it is.
func TestLoopsThatLookAtTheClock(t *testing.T) {
	if raceBuild {
		t.Skip("long loops of one goroutine after another")
	}
	for _, d := range []stdtime.Duration{time.Microsecond, time.Second, 1000 * time.Hour} {
		var passed stdtime.Duration
		v := explore("poll", func(t *sched.T) {
			begin := time.Now()
			for time.Since(begin) < d {
				exec.Loop()
			}
			passed = time.Since(begin)
		}, Options{NoEarly: true}) // which would pass two hours somewhere
		assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
		assert.Less(t, v.Counts.Depth, 600)
		assert.Less(t, passed, 2*d+10*time.Microsecond)
	}
	var late bool
	v := explore("flag", func(t *sched.T) {
		var f atomic.Bool
		until := time.Now().Add(time.Hour)
		for !f.Load() && time.Now().Before(until) {
			exec.Loop()
		}
		late = time.Now().After(until)
	}, Options{})
	assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
	assert.True(t, late)
}

// The first execution shows how many operations the others may make, unless that was
// asked for.
func TestBoundFollowsFromTheFirstExecution(t *testing.T) {
	body := func(t *sched.T) {
		var n atomic.Int32
		for range 20_000 {
			n.Add(1)
		}
	}
	assert.Equal(t, verdict.Pass, explore("long", body, Options{}).Answer)
	v := explore("long", body, Options{Steps: 10_000})
	assert.Equal(t, "1 execution was cut short after 10000 operations", v.Reason)
}

// A loop that counts what it tries is no spin, up to 100,000 times.
func TestLoopsThatGiveUp(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does all, and takes its time")
	}
	for _, n := range []int{3, 17, 1000, 25_000, 50_000} {
		v := explore("tries", func(t *sched.T) {
			var f atomic.Int32
			i := 0
			for i < n && !f.CompareAndSwap(1, 2) {
				i++
			}
			if i != n {
				t.Errorf("%d", i)
			}
		}, Options{})
		assert.Equal(t, verdict.Pass, v.Answer, "%d: %s %v", n, v.Reason, v.Findings)
	}
}

// What a deferred function says of an execution that was cut short does not count.
func TestCutShortIsNoFailure(t *testing.T) {
	v := explore("cut", func(t *sched.T) {
		var n atomic.Int32
		defer func() {
			if n.Load() != 0 {
				t.Errorf("not zero")
			}
		}()
		for range 200 {
			n.Add(1)
		}
		n.Store(0)
	}, Options{Steps: 100})
	assert.Equal(t, verdict.Inconclusive, v.Answer, "%v", v.Findings)
}
