package check

import (
	"fmt"
	"maps"
	"runtime"
	"time"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// leftovers are the goroutines that the run's processes created, directly or
// through others that still exist, and that do not end though everybody is done.
// Those that run, or change, are given time. No goroutine of another test is ever
// among them, since each names its creator; but one may hide, if as many others
// have ended in the meantime.
func (r *run) leftovers() []goroutine {
	family := r.family()
	look := func() (left []goroutine, busy bool, states map[int64]string) {
		states = map[int64]string{}
		left = descendants(goroutines(), family)
		for _, g := range left {
			states[g.id] = g.state
			busy = busy || g.busy()
		}
		return left, busy, states
	}
	// Counting is cheap, a dump of all stacks is not.
	for range 50 {
		if runtime.NumGoroutine() <= r.goroutines {
			return nil
		}
		yield(20)
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
		case now.Sub(since) >= r.patience:
			return left
		}
		if now.Sub(begin) > 20*r.patience {
			return left
		}
		time.Sleep(sample)
	}
}

// leaks is the fault of goroutines left behind by an object that is closed and
// empty.
func (r *run) leaks() []finding {
	left := r.leftovers()
	if len(left) == 0 {
		return nil
	}
	return []finding{{code: verdict.Leak, message: fmt.Sprintf(
		"%s left behind after the object was closed and emptied and every operation had returned: %s in %s",
		plural(len(left), "goroutine is", "goroutines are"), left[0].state, left[0].top())}}
}
