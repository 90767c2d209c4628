package search

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/time"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Where timers are still, who waits for one waits for ever, who sleeps goes on, and timers
// can be stopped.
func TestStillTimers(t *testing.T) {
	exec.Still = true
	defer func() { exec.Still = false }()
	v := explore("sleeps", func(t *sched.T) {
		called := false
		f := time.AfterFunc(1, func() { called = true })
		timer := time.NewTimer(1)
		time.Sleep(1000)
		require.False(t, called)
		require.True(t, f.Stop())
		require.True(t, timer.Reset(1))
		require.True(t, timer.Stop())
		require.False(t, timer.Stop())
	}, Options{NoEarly: true})
	assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
	v = explore("ticks", func(*sched.T) {
		for {
			sched.Select(false, sched.RecvCase(time.NewTicker(1).C, nil, nil), sched.RecvCase(time.After(1), nil, nil))
		}
	}, Options{Steps: 100, NoEarly: true})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, verdict.Deadlock, v.Findings[0].Code)
}
