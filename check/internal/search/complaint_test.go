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

// After a complaint has been looked at the search goes on with the numbers that
// goroutines had before, though they were first spawned in another order than in the
// execution with the complaint.
func TestComplaintsChangeNoNumbers(t *testing.T) {
	v := explore("impatient", func(t *sched.T) {
		stop, done := make(chan int), make(chan bool)
		sched.Go(func() {
			sched.Select(false, sched.RecvCase(stop, nil, nil), sched.RecvCase(time.After(time.Hour), nil, nil))
		})
		sched.Go(func() {
			sched.Send(stop, 1)
			sched.Send(done, true)
		})
		if sched.Select(false, sched.RecvCase(done, nil, nil), sched.RecvCase(time.After(time.Second), nil, nil)) == 1 {
			t.Error("timed out")
		}
	}, Options{Executions: 3000})
	assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
	assert.NotEmpty(t, v.Assumes)

	v = explore("left behind", func(t *sched.T) {
		var ran atomic.Bool
		sched.Go(func() {
			sched.Go(func() {})
			ran.Store(true)
		})
		time.Sleep(time.Second)
		sched.Go(func() { sched.Recv(make(chan int)) })
		if !ran.Load() {
			t.Error("not yet")
		}
	}, Options{Leaks: LeaksWarn})
	assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
	require.Len(t, v.Findings, 1)
	assert.Contains(t, v.Findings[0].Message, ", in every execution")
	assert.NotEmpty(t, v.Assumes)
}

// A random execution that leaves somebody behind because a timer fires early is shown as
// it was.
func TestLeaksOfRandomExecutionsAreReplayed(t *testing.T) {
	body := func(t *sched.T) {
		c := make(chan int)
		sched.Go(func() { sched.Send(c, 1) })
		sched.Select(false, sched.RecvCase(c, nil, nil), sched.RecvCase(time.After(time.Second), nil, nil))
	}
	v := explore("random", body, Options{Strategy: "random", Leaks: LeaksWarn})
	require.Equal(t, verdict.Fail, v.Answer, v.Reason)
	assert.Contains(t, v.Findings[0].Message, "; it happens only if 1s pass while ")
	v = explore("random", body, Options{Replay: v.Findings[0].Trace.Replay})
	assert.Equal(t, verdict.Fail, v.Answer, v.Reason)
}

// The place of a complaint is that of its first line which begins with one.
func TestPlaceOfAComplaint(t *testing.T) {
	for text, place := range map[string]string{
		"x_test.go:12: got 3":                          "x_test.go:12",
		"no place\n\n    sub/x_test.go:7: a: b.go:8: ": "sub/x_test.go:7",
		"at x_test.go:12: got 3":                       "",
		"x_test.go:12:4: got 3":                        "",
		"x_test.go: got 3":                             "",
		"":                                             "",
	} {
		assert.Equal(t, place, placeOf(text), text)
	}
}

// Ends that differ in numbers only are one.
func TestTextsWithoutNumbers(t *testing.T) {
	assert.Equal(t, "a0b0 0.0é", withoutNumbers("a12b3 456.7é"))
	assert.Equal(t, "", withoutNumbers(""))
}
