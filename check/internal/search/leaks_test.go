package search

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/time"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func leaveOne(t *sched.T) {
	c := make(chan int)
	sched.Go(func() { sched.Send(c, 1) })
}

func leaveSometimes(t *sched.T) {
	var late atomic.Bool
	c := make(chan int)
	sched.Go(func() { late.Store(true) })
	sched.Go(func() {
		if late.Load() {
			sched.Send(c, 1)
		}
	})
}

// What every execution leaves behind is a warning; what only some do is a failure,
// whichever come first.
func TestLeaksAreCompared(t *testing.T) {
	v := explore("always", leaveOne, Options{Leaks: LeaksWarn})
	assert.Equal(t, verdict.Pass, v.Answer)
	require.Len(t, v.Findings, 1)
	assert.Equal(t, verdict.Warning, v.Findings[0].Severity)
	assert.Regexp(t, `^left behind when the test is over: goroutine 1, started at leaks_test.go:\d+, .* at leaks_test.go:\d+, in every execution$`, v.Findings[0].Message)

	v = explore("sometimes", leaveSometimes, Options{Leaks: LeaksWarn})
	assert.Equal(t, verdict.Fail, v.Answer)
	require.Len(t, v.Findings, 1)
	assert.Equal(t, verdict.Leak, v.Findings[0].Code)
	assert.Contains(t, v.Findings[0].Message, ", in some executions and not in others")
	assert.Empty(t, v.Findings[0].Severity)

	v = explore("strict", leaveOne, Options{})
	assert.Equal(t, verdict.Fail, v.Answer)
}

// Which goroutines of a kind are left behind does not matter, nor how many; what they wait
// for does, though one go statement has started them.
func TestLeaksAreComparedByKind(t *testing.T) {
	first := func(*sched.T) {
		c := make(chan int)
		for range 3 {
			sched.Go(func() { sched.Send(c, 1) })
		}
		sched.Recv(c)
	}
	some := func(*sched.T) {
		c := make(chan int)
		for range 3 {
			sched.Go(func() { sched.Send(c, 1) })
		}
		sched.Recv(c)
		sched.Select(true, sched.RecvCase(c, nil, nil))
	}
	start := func(f func()) { sched.Go(func() { f() }) }
	another := func(*sched.T) {
		stop, c := make(chan int), make(chan int)
		start(func() { sched.Recv(stop) })
		for range 2 {
			start(func() { sched.Send(c, 1) })
		}
		sched.Recv(c)
		sched.Select(true, sched.RecvCase(c, nil, nil))
	}
	for _, strategy := range []string{"", "source", "random"} {
		for name, body := range map[string]func(*sched.T){"first": first, "some": some} {
			v := explore(name, body, Options{Strategy: strategy, Executions: 100, Leaks: LeaksWarn})
			require.Len(t, v.Findings, 1, name)
			assert.Equal(t, verdict.Warning, v.Findings[0].Severity, name)
			assert.Regexp(t, `, in every execution, though not always as many, or the same$`, v.Findings[0].Message, name)
		}
		v := explore("another", another, Options{Strategy: strategy, Executions: 100, Leaks: LeaksWarn})
		assert.Equal(t, verdict.Fail, v.Answer)
	}
	// Nor that there are more where timers fire early.
	retry := func(*sched.T) {
		c, done := make(chan int), make(chan int, 1)
		sched.Go(func() { sched.Send(done, 1) })
		for range 2 {
			sched.Go(func() { sched.Send(c, 1) })
			if i := sched.Select(false, sched.RecvCase(done, nil, nil), sched.RecvCase(time.After(time.Second), nil, nil)); i == 0 {
				return
			}
		}
	}
	v := explore("retry", retry, Options{Leaks: LeaksWarn})
	assert.NotEqual(t, verdict.Fail, v.Answer, v.Findings)
	v = explore("first", first, Options{Leaks: LeaksWarn})
	assert.Equal(t, verdict.Pass, v.Answer)
	assert.Equal(t, explore("first", first, Options{Leaks: LeaksWarn, Strategy: "naive"}).Answer, v.Answer)
}

// What all executions leave behind in which no timer fires early is no more than a warning,
// though in some of the others it does not stay: also where they are random. The ends of
// these are shown as they were.
func TestEarlyTimersDoNotExcuse(t *testing.T) {
	fetch := func(*sched.T) {
		c := make(chan int)
		sched.Go(func() {
			time.Sleep(2 * time.Second)
			sched.Send(c, 1)
		})
		sched.Select(false, sched.RecvCase(c, nil, nil), sched.RecvCase(time.After(time.Second), nil, nil))
	}
	for _, strategy := range []string{"", "random"} {
		v := explore("fetch", fetch, Options{Strategy: strategy, Executions: 200, Leaks: LeaksWarn})
		assert.NotEqual(t, verdict.Fail, v.Answer, "%s %v", strategy, v.Findings)
		require.Len(t, v.Findings, 1)
		assert.Equal(t, verdict.Warning, v.Findings[0].Severity)
	}
	v := explore("fetch", fetch, Options{Strategy: "random", Executions: 200, Further: 100})
	require.Len(t, v.Outcomes, 2)
	again := explore("fetch", fetch, Options{Replay: v.Outcomes[1].Replay})
	assert.Equal(t, verdict.Pass, again.Answer, v.Outcomes[1].Replay)
}

// What happens so late that go test would have ended the program does not happen.
func TestNothingHappensAnHourAfterTheEnd(t *testing.T) {
	after := func(d time.Duration) func(*sched.T) {
		return func(t *sched.T) {
			sched.Go(func() {
				time.Sleep(d)
				panic("late")
			})
		}
	}
	assert.Equal(t, verdict.Fail, explore("a second", after(time.Second), Options{Leaks: LeaksWarn}).Answer)
	v := explore("an hour", after(time.Hour), Options{Leaks: LeaksWarn})
	assert.Equal(t, verdict.Pass, v.Answer, v)
	require.Len(t, v.Findings, 1)
	assert.Contains(t, v.Findings[0].Message, "left behind")
}

// That it does not happen behind the end leaves out no order in which it comes before.
func TestWhatIsLateMayBeEarly(t *testing.T) {
	v := explore("a week", func(*sched.T) {
		found := make(chan bool)
		sched.Go(func() { sched.Send(found, true) })
		sched.Select(false, sched.RecvCase(found, nil, nil), sched.RecvCase(time.After(7*24*time.Hour), nil, nil))
	}, Options{Leaks: LeaksWarn, Timeouts: TimeoutsStrict})
	assert.Equal(t, verdict.Fail, v.Answer, v)
}
