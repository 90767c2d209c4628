package time

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

// Timer is a time.Timer.
type Timer struct {
	// C gets the time when it fires.
	C <-chan Time

	real *time.Timer
	t    *exec.Timer
	c    chan Time
	f    func() // instead of c
	// late does what it does when it fires, outside of executions.
	late func()
	held *image.Timer // it was set before the executions
}

// set sets it to fire after d: in an execution, or before.
//
//go:norace
func (t *Timer) set(d Duration) {
	if g := exec.Current(); g != nil {
		if t.f != nil {
			t.t = g.FuncTimer(d, t.f)
		} else {
			t.t = g.ChanTimer(d, 0, t.c)
		}
		return
	}
	t.held = image.Hold(func() { t.set(d) }, func() func() bool {
		return time.AfterFunc(d, func() { image.Pass(d); t.late() }).Stop
	})
}

// NewTimer fires after d.
//
//go:norace
func NewTimer(d Duration) *Timer {
	if exec.Current() == nil && !image.Early() {
		r := time.NewTimer(d)
		return &Timer{C: r.C, real: r}
	}
	c := make(chan Time, 1)
	t := &Timer{C: c, c: c, late: func() { offer(c) }}
	t.set(d)
	return t
}

// offer sends the time if there is room.
//
//go:norace
func offer(c chan Time) {
	select {
	case c <- Now():
	default:
	}
}

// After gives a channel that gets the time after d.
//
//go:norace
func After(d Duration) <-chan Time { return NewTimer(d).C }

// AfterFunc calls f in a goroutine of its own after d.
//
//go:norace
func AfterFunc(d Duration, f func()) *Timer {
	if exec.Current() == nil && !image.Early() {
		return &Timer{real: time.AfterFunc(d, f)}
	}
	t := &Timer{f: f, late: f}
	t.set(d)
	return t
}

// Stop prevents it from firing, and reports whether it did. What it has sent and
// nobody has received is withdrawn, and counts as not fired; not so where
// [exec.BufferedTimers] are.
//
//go:norace
func (t *Timer) Stop() bool {
	if t.real != nil {
		return t.real.Stop()
	}
	if t.late == nil {
		panic("time: Stop called on uninitialized Timer")
	}
	g := exec.Current()
	switch {
	case g != nil && t.t != nil:
		return t.t.Stop(g)
	case g == nil && t.held != nil:
		return t.held.Stop() || withdraw(t.c)
	}
	return false
}

// Reset makes it fire after d from now, and reports whether it was going to.
//
//go:norace
func (t *Timer) Reset(d Duration) bool {
	if t.real != nil {
		return t.real.Reset(d)
	}
	if t.late == nil {
		panic("time: Reset called on uninitialized Timer")
	}
	g := exec.Current()
	if g != nil && t.t != nil {
		return t.t.Reset(g, d, 0)
	}
	was := t.Stop()
	t.set(d)
	return was
}

// withdraw takes back, outside of executions, what a timer has sent and nobody has
// received.
//
//go:norace
func withdraw(c chan Time) bool {
	if c == nil || exec.BufferedTimers {
		return false
	}
	select {
	case <-c:
		return true
	default:
		return false
	}
}
