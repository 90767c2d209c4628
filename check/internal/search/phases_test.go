package search

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/time"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// spy notes in which phases plans let timers fire early.
type spy struct {
	*exec.Exec
	seen map[string]bool
}

func (s *spy) Execute(p *prim.Plan) (*prim.Execution, error) {
	s.seen[fmt.Sprint(p.Early)] = true
	return s.Exec.Execute(p)
}

// A timer may fire early in every phase, and not in the first one only.
func TestTimersFireEarlyInEveryPhase(t *testing.T) {
	s := &spy{exec.New("sleeps", func() {
		for range 3 {
			time.Sleep(time.Millisecond)
		}
	}), map[string]bool{}}
	defer s.Close()
	v := Explore("sleeps", s, Options{})
	require.Equal(t, verdict.Pass, v.Answer, v.Reason)
	for _, phases := range []string{"[]", "[0]", "[1]", "[2]", "[0 0]", "[0 1]", "[1 0]", "[1 1]", "[0 0 0]"} {
		assert.Contains(t, s.seen, phases)
	}
	assert.Contains(t, v.Coverage, "with timers that fire at any time")
}

// Several goroutines may set one timer again at once.
func TestTimersAreResetAtOnce(t *testing.T) {
	v := explore("resets", func(t *sched.T) {
		timer := time.NewTimer(time.Second)
		for i := range 3 {
			t.Go(func() { timer.Reset(time.Duration(i+1) * time.Millisecond) })
		}
		sched.Recv(timer.C)
	}, Options{Executions: 20_000})
	assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
}
