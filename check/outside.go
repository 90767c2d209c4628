package check

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/relay"
	"github.com/ipccheck/ipccheck/check/internal/suite"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// outsidePatience is how long a body waits for what the scheduler does not see, at least,
// before that is said: twice as long at most.
var outsidePatience = 10 * time.Second

// stuck is why nothing can be explored in this process: an exploration before has not come
// to an end.
var stuck atomic.Pointer[string]

// watched is the verdict of an exploration, in which the body may have done what the
// scheduler does not see: then that is what the verdict says. An exploration that waits for
// it is left behind.
func watched(name string, explore func() *verdict.Verdict) *verdict.Verdict {
	if suite.Commanded() { // what runs is rewritten: nothing is outside
		return explore()
	}
	outside := harness.LookOutside()
	done := make(chan *verdict.Verdict, 1)
	var all relay.Group
	all.Go(func() {
		defer close(done)
		defer stuck.Store(nil)
		done <- explore()
	})
	tick := time.NewTicker(outsidePatience)
	defer tick.Stop()
	for last := (harness.Goroutine{}); ; {
		select {
		case v := <-done:
			all.Wait()
			return beside(v, outside)
		case <-tick.C:
		}
		g, waits := outside.Waits()
		if waits && g.Same(last) {
			why := fmt.Sprintf("in %s the body waits (%s) for what the scheduler does not see: call the functions of package sched for channels, and the packages below check/sched instead of sync, time and context", g.Top(), g.State)
			stuck.Store(&why)
			return refuse(name, "search", why)
		}
		last = g
	}
}

// beside is the verdict of an exploration, unless goroutines have been started that the
// scheduler does not see: then others may wait for them, and operations on what they
// share are not those of the run.
func beside(v *verdict.Verdict, outside *harness.Outside) *verdict.Verdict {
	g, some := outside.Started()
	if !some || !g.Calls() && !waits(v) {
		return v
	}
	return refuse(v.Subject, v.Engine, fmt.Sprintf("at %s a go statement starts a goroutine, which the scheduler does not see: call t.Go, sched.Go or WaitGroup.Go of check/sched/sync", g.Started()))
}

// waits reports whether what was found is that somebody waits.
func waits(v *verdict.Verdict) bool {
	return slices.ContainsFunc(v.Findings, func(f verdict.Finding) bool {
		return slices.Contains([]verdict.Code{verdict.Deadlock, verdict.LostWakeup, verdict.Livelock, verdict.Leak}, f.Code)
	})
}
