package time

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

// Ticker is a time.Ticker.
type Ticker struct {
	// C gets the time at every tick, if there is room.
	C <-chan Time

	real *time.Ticker
	t    *exec.Timer
	c    chan Time
	d    Duration
	held *image.Timer // it was set before the executions
}

// NewTicker ticks every d. It panics if d is not positive.
//
//go:norace
func NewTicker(d Duration) *Ticker {
	if d <= 0 {
		panic("non-positive interval for NewTicker")
	}
	if exec.Current() == nil && !image.Early() {
		r := time.NewTicker(d)
		return &Ticker{C: r.C, real: r}
	}
	c := make(chan Time, 1)
	t := &Ticker{C: c, c: c, d: d}
	t.set()
	return t
}

// set begins the ticks: in an execution, or before.
//
//go:norace
func (t *Ticker) set() {
	if g := exec.Current(); g != nil {
		t.t = g.ChanTimer(t.d, t.d, t.c)
		return
	}
	t.held = image.Hold(t.set, func() func() bool {
		var r *time.Timer
		r = time.AfterFunc(t.d, func() {
			image.Pass(t.d)
			offer(t.c)
			r.Reset(t.d)
		})
		return func() bool { r.Stop(); return true }
	})
}

// Stop ends the ticks.
//
//go:norace
func (t *Ticker) Stop() {
	if t.real != nil {
		t.real.Stop()
		return
	}
	if g := exec.Current(); g == nil && t.held != nil {
		t.held.Stop()
		withdraw(t.c)
	} else if g != nil && t.t != nil {
		t.t.Stop(g)
	}
}

// Reset ticks every d from now.
//
//go:norace
func (t *Ticker) Reset(d Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	if t.real != nil {
		t.real.Reset(d)
		return
	}
	if t.c == nil {
		panic("time: Reset called on uninitialized Ticker")
	}
	g := exec.Current()
	if g != nil && t.t != nil {
		t.d = d
		t.t.Reset(g, d, d)
		return
	}
	t.Stop()
	t.d = d
	t.set()
}

// Tick is the channel of a ticker that is never stopped; nil if d is not
// positive.
//
//go:norace
func Tick(d Duration) <-chan Time {
	if d <= 0 {
		return nil
	}
	return NewTicker(d).C
}
