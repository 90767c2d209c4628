package image

import "time"

// Before the executions time is virtual, too: a look at the clock takes a moment,
// and more the more looks there are, and a sleep takes its time. So initialisers
// that look at the clock see the same in every process, and the executions begin
// when these have ended.

// elapsed is how much time has passed before the executions, and looks how often
// the clock was looked at.
var (
	elapsed time.Duration
	looks   int64
)

// Look is called for a look at the clock, outside of executions. It reports how
// much time has passed, and false if there are no executions and time is real.
//
//go:norace
func Look() (since time.Duration, virtual bool) {
	if !early || !available {
		return 0, false
	}
	lock.Lock()
	defer lock.Unlock()
	looks++
	elapsed += time.Duration(1 + looks/1000)
	return elapsed, true
}

// Pass lets time pass.
//
//go:norace
func Pass(d time.Duration) {
	lock.Lock()
	defer lock.Unlock()
	elapsed += max(d, 0)
}

// Elapsed is how much time has passed before the executions.
//
//go:norace
func Elapsed() time.Duration { return elapsed }

// Timer is a timer that was set before the executions. It is set again at the
// beginning of each; should something wait before that, it runs.
type Timer struct {
	begin  func()
	native func() (stop func() bool)
	stop   func() bool // it runs
	off    bool
	place  string // where it was set
}

var timers []*Timer

// Early reports whether executions are to come, or under way.
//
//go:norace
func Early() bool { return early && available }

// Hold sets a timer before the executions. begin sets it in one; native lets it run
// outside, and returns what stops it, which reports whether it was still to fire.
func Hold(begin func(), native func() (stop func() bool)) *Timer {
	lock.Lock()
	defer lock.Unlock()
	t := &Timer{begin: begin, native: native, place: caller()}
	timers = append(timers, t)
	return t
}

// Stop stops it, outside of executions.
func (t *Timer) Stop() bool {
	lock.Lock()
	defer lock.Unlock()
	live := !t.off
	t.off = true
	if t.stop != nil {
		return t.stop() && live
	}
	return live
}

// run lets the timers run. lock is locked.
func run() {
	for _, t := range timers {
		if !t.off && t.stop == nil {
			t.stop = t.native()
			starts(t.place)
		}
	}
}

// hold ends that, but for those that have fired. lock is locked.
func hold() {
	left := timers[:0]
	for _, t := range timers {
		if t.stop != nil && !t.stop() {
			t.off = true
		}
		if t.stop = nil; !t.off {
			left = append(left, t)
		}
	}
	timers = left
}
