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

// That no time passes between looks at the clock is a premise where there are too many moments at
// which it might, and only there.
func TestThatNoTimePassesMayBeAPremise(t *testing.T) {
	looks := func(goroutines int) *verdict.Verdict {
		return explore("looks", func(*sched.T) {
			done := make(chan int)
			for range goroutines {
				exec.Current().Go(func() {
					for range 3 {
						time.Now()
					}
					sched.Send(done, 1)
				})
			}
			for range goroutines {
				sched.Recv(done)
			}
		}, Options{Executions: 20_000})
	}
	v := looks(2)
	require.Equal(t, verdict.Pass, v.Answer, v.Reason)
	assert.Empty(t, v.Assumes)
	assert.Contains(t, v.Coverage, "with time that passes at any moment")
	v = looks(6)
	require.Equal(t, verdict.Pass, v.Answer, v.Reason)
	premises := ""
	for _, a := range v.Assumes {
		premises += a.Premise + "\n"
	}
	assert.Contains(t, premises, "no time passes between looks at the clock, where that makes a difference")
	assert.NotContains(t, v.Coverage, "with time that passes at any moment")
}
