package harness

import (
	"maps"
	"runtime"
	"time"
)

// Leftovers are the goroutines that the processes created, directly or through
// others that still exist, and that do not end though every process is done. Those
// that run, or change their state, are given time. No goroutine of another test is
// ever among them, since each names its creator; but one may be missed, if as many
// others have ended in the meantime.
func (x *Execution) Leftovers() []Goroutine {
	family := x.goroutineIDs()
	look := func() (left []Goroutine, busy bool, states map[int64]string) {
		states = map[int64]string{}
		left = descendants(goroutines(), family)
		for _, g := range left {
			states[g.id] = g.State
			busy = busy || g.busy()
		}
		return left, busy, states
	}
	// Counting is cheap, a dump of all stacks is not.
	for range 50 {
		if runtime.NumGoroutine() <= x.goroutines {
			return nil
		}
		Yield(20)
	}
	var last map[int64]string
	begin := time.Now()
	since := begin
	for {
		left, busy, states := look()
		now := time.Now()
		switch {
		case len(left) == 0:
			return nil
		case busy || !maps.Equal(states, last):
			last, since = states, now
		case now.Sub(since) >= x.Patience:
			return left
		}
		if now.Sub(begin) > 20*x.Patience {
			return left
		}
		time.Sleep(sample)
	}
}
