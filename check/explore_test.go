package check_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/suite"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// recorder takes the place of a *testing.T, to see what a failure looks like.
type recorder struct {
	strings.Builder
	failed bool
}

func (r *recorder) Helper()                         {}
func (r *recorder) Name() string                    { return "TestIt" }
func (r *recorder) Logf(format string, args ...any) { fmt.Fprintf(r, format, args...) }
func (r *recorder) Errorf(format string, args ...any) {
	r.failed = true
	fmt.Fprintf(r, format, args...)
}

// textbook is the circular queue of the textbooks, over atomics.
type textbook struct {
	in, out atomic.Int32
	buffer  []atomic.Int32
}

func (q *textbook) put(v int32) {
	n := int32(len(q.buffer))
	in := q.in.Load()
	for (in+1)%n == q.out.Load() {
	}
	q.buffer[in].Store(v)
	q.in.Store((in + 1) % n)
}

func (q *textbook) get() int32 {
	n := int32(len(q.buffer))
	out := q.out.Load()
	for q.in.Load() == out {
	}
	v := q.buffer[out].Load()
	q.out.Store((out + 1) % n)
	return v
}

func exploreTextbook(t check.TB, size, producers, items int) *verdict.Verdict {
	return check.Explore(t, func(t *sched.T) {
		q := &textbook{buffer: make([]atomic.Int32, size)}
		for p := range producers {
			t.Go(func() {
				for i := range items {
					q.put(int32(p*items + i + 1))
				}
			})
		}
		t.Go(func() {
			last := int32(0)
			for range producers * items {
				v := q.get()
				if producers == 1 && v != last+1 {
					t.Errorf("got %d after %d", v, last)
				}
				last = v
			}
		})
	})
}

// With one producer and one consumer it is right, and the exploration ends
// although both spin.
func TestExploreCircularQueue(t *testing.T) {
	for size := 2; size <= 3; size++ {
		v := exploreTextbook(t, size, 1, 3)
		assert.Equal(t, verdict.Pass, v.Answer)
		t.Log(size, v.Counts.Executions)
	}
}

// Two producers lose an item, and then the consumer waits for it forever.
func TestExploreTwoProducers(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("spins, step by step: the race detector takes long and has nothing to see")
	}
	var r recorder
	v := exploreTextbook(&r, 3, 2, 1)
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, verdict.Livelock, v.Findings[0].Code)
	t.Log(r.String())
	again := &recorder{}
	t.Setenv("IPCCHECK_REPLAY", v.Findings[0].Trace.Replay)
	w := exploreTextbook(again, 3, 2, 1)
	for i := range v.Findings { // a replay does not count
		v.Findings[i].Executions, v.Findings[i].Of = 0, 0
	}
	assert.Equal(t, v.Findings, w.Findings)
}

// What an exploration would ignore is refused, in words that say what to do.
func TestExploreRefusesWhatItWouldIgnore(t *testing.T) {
	for want, e := range map[string]check.Exploration{
		`there is no strategy "best": there are optimal, source, naive, preemptions, random, pct and urw`:      {Strategy: "best"},
		`Exploration.Preemptions has no meaning with the strategy "optimal": set Strategy to "preemptions"`:    {Preemptions: 2},
		"Exploration.Preemptions is -1: want 0 or more":                                                        {Strategy: "preemptions", Preemptions: -1},
		`Exploration.Seed has no meaning with the strategy "naive": every seed would give the same executions`: {Strategy: "naive", Seed: 7},
		"Exploration.Strategy has no meaning with Replay: the choices say which execution is made":             {Strategy: "random", Replay: "0"},
		"Exploration.Seed has no meaning with Replay: the choices say which execution is made":                 {Seed: 7, Replay: "0"},
		"Exploration.Preemptions has no meaning with Replay: the choices say which execution is made":          {Preemptions: 7, Replay: "0"},
		"Exploration.Executions has no meaning with Replay: a replay makes one execution":                      {Executions: 7, Replay: "0"},
		"Exploration.Steps is -1: want 0, which is the default, or more":                                       {Steps: -1},
		"Exploration.All has no meaning with Replay: a replay makes one execution":                             {All: true, Replay: "0"},
	} {
		var r recorder
		v := check.Explore(&r, func(*sched.T) { t.Error("the body is executed") }, e)
		assert.Equal(t, verdict.Inconclusive, v.Answer)
		assert.Equal(t, want, v.Reason)
		assert.True(t, r.failed)
	}
	v := check.Explore(new(recorder), func(*sched.T) { t.Error("the body is executed") }, check.Exploration{}, check.Exploration{All: true})
	assert.Equal(t, "Explore takes at most one Exploration, and there are 2", v.Reason)
}

// Where the budget is used up it is said what may help.
func TestExploreSaysWhatMayHelp(t *testing.T) {
	v := check.Explore(new(recorder), func(t *sched.T) {
		var n atomic.Int32
		t.Go(func() { n.Add(1) })
		t.Go(func() { n.Store(0) })
	}, check.Exploration{Executions: 1})
	assert.Regexp(t, `and there are more: more Executions of Exploration, or fewer goroutines and rounds, may decide it$`, v.Reason)
}

// Every strategy that there is can be chosen, and is documented.
func TestEveryStrategyIsDocumented(t *testing.T) {
	source, err := os.ReadFile("explore.go")
	require.NoError(t, err)
	for _, s := range search.Strategies {
		v := check.Explore(new(recorder), func(*sched.T) {}, check.Exploration{Strategy: s.Name, Executions: 3})
		assert.NotContains(t, v.Reason, "no strategy")
		assert.Regexp(t, `//   - .*"`+s.Name+`"`, string(source))
	}
}

// lostWakeup is the bounded buffer with one condition variable and Signal.
func lostWakeup(t *sched.T) {
	var mu sync.Mutex
	changed := sync.NewCond(&mu)
	n := 0
	for range 2 {
		t.Go(func() {
			mu.Lock()
			for n == 1 {
				changed.Wait()
			}
			n++
			changed.Signal()
			mu.Unlock()
		})
		t.Go(func() {
			mu.Lock()
			for n == 0 {
				changed.Wait()
			}
			n--
			changed.Signal()
			mu.Unlock()
		})
	}
}

// What a body does that the scheduler does not see is said, with its place, and what to
// write: it waits for it, or others do.
func TestExploreSaysWhatItDoesNotSee(t *testing.T) {
	defer check.OutsidePatience(20 * time.Millisecond)()
	gate := make(chan bool)
	v := check.Explore(new(recorder), func(t *sched.T) {
		c := make(chan int)
		go func() {
			select {
			case c <- 1:
			case <-gate:
			}
		}()
		sched.Recv(c)
	})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Regexp(t, `^at explore_test.go:\d+ a go statement starts a goroutine, which the scheduler does not see: call t.Go, `, v.Reason)

	v = check.Explore(new(recorder), func(t *sched.T) { <-gate })
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Regexp(t, `^in .* at explore_test.go:\d+ the body waits \(chan receive\) for what the scheduler does not see: call `, v.Reason)
	v = check.RunRendezvous(func() check.Ops[int] { return check.FromChan(make(chan int)) }, check.Promise{})
	assert.Contains(t, v.Reason, "an exploration before this suite has not come to an end: in ")
	v = check.Explore(new(recorder), func(t *sched.T) {})
	assert.Contains(t, v.Reason, "an exploration before this one has not come to an end: in ")
	close(gate)
	for v.Answer != verdict.Pass {
		v = check.Explore(new(recorder), func(t *sched.T) {})
	}
}

// Another test may begin an exploration while one is under way: it waits.
func TestExploreMeanwhile(t *testing.T) {
	goesOn := false
	check.Explore(t, func(t *sched.T) {
		done := make(chan bool)
		go func() {
			defer close(done)
			suite.Escape()
			goesOn = true
		}()
		<-done
	})
	assert.True(t, goesOn)
}

func TestExploreLostWakeup(t *testing.T) {
	for any, want := range map[bool][2]uint64{true: {80, 8}, false: {60, 4}} {
		var r recorder
		v := check.Explore(&r, lostWakeup, check.Exploration{SignalAny: any, All: true})
		assert.Equal(t, verdict.Fail, v.Answer)
		assert.Equal(t, verdict.Deadlock, v.Findings[0].Code)
		assert.Equal(t, want, [2]uint64{v.Counts.Executions, v.Counts.Deadlocked})
		t.Log(r.String())
	}
	for _, s := range []string{"random", "pct", "urw", "preemptions", "naive"} {
		var r recorder
		o := check.Exploration{Strategy: s, Executions: 100000}
		if s == "preemptions" {
			o.Preemptions = 4
		}
		v := check.Explore(&r, lostWakeup, o)
		require.Equal(t, verdict.Fail, v.Answer, s)
		assert.Equal(t, verdict.Deadlock, v.Findings[0].Code)
		t.Log(s, v.Counts.Executions)
	}
}
