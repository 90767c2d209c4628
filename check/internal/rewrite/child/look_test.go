package child

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	ours "github.com/ipccheck/ipccheck/check/internal/rt/testing"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/sched/time"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Where there were executions for few early timers only, the test passes with those,
// though random executions, which follow, say nothing.
func TestTheFirstLookPassesWithFewEarlyTimers(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("it takes no notice of the detector")
	}
	was := config
	config = &wire.Config{Seed: 1}
	defer func() { config = was }()
	e := &explorer{name: "x"}
	e.f = func(*ours.T) {
		var n atomic.Int64
		var all sync.WaitGroup
		for i := range 4 {
			all.Add(1)
			sched.Go(func() {
				defer all.Done()
				time.Sleep(time.Duration(i+1) * time.Second)
				n.Add(1)
			})
		}
		all.Wait()
	}
	v, decided := e.firstLook("x", search.Options{Executions: 20_000, Steps: 1000, Context: context.Background()})
	assert.False(t, decided)
	assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
	assert.Contains(t, v.Coverage, "with at most")
	assert.Greater(t, v.Counts.Executions, uint64(firstLook))
}
