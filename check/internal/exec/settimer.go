package exec

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Timer is a timer of a controlled run.
type Timer struct{ timer }

// BufferedTimers says that channels of timers have a buffer that can be seen, and keep
// what has been sent when the timer is stopped or set again: as in programs whose
// main module is for Go 1.22 or older.
var BufferedTimers = func() bool {
	t := time.NewTimer(time.Hour)
	defer t.Stop()
	return cap(t.C) > 0
}()

// ChanTimer sends the time on a channel after d, if there is room, and then every
// period, unless that is 0.
//
//go:norace
func (g *G) ChanTimer(d, period time.Duration, ch chan time.Time) *Timer {
	t := &Timer{timer: timer{sleeper: -1, ch: ch, every: int64(period)}}
	if !BufferedTimers {
		g.x.timerChans.add(uint64(uintptr(address(&ch))))
	}
	t.Set(g, d)
	return t
}

// FuncTimer calls f after d, in a goroutine of its own.
//
//go:norace
func (g *G) FuncTimer(d time.Duration, f func()) *Timer {
	t := &Timer{timer: timer{sleeper: -1, call: f}}
	t.Set(g, d)
	return t
}

// Set sets it, stopped or not set yet, to fire after d from now.
//
//go:norace
func (t *Timer) Set(g *G, d time.Duration) {
	if g.x.kill || !g.arms(&t.timer) {
		return
	}
	t.when = g.x.now + max(int64(d), 0)
	g.x.set(&t.timer)
}

// Stop prevents it from firing; it reports whether it did.
//
//go:norace
func (t *Timer) Stop(g *G) bool {
	x := g.x
	op := prim.On(prim.OpStopTimer, x.Object(&t.h))
	op.Obj2 = x.clockObject()
	if !g.announce(op) {
		return false
	}
	was := t.due > 0 || t.heap > 0
	if t.heap > 0 {
		x.last().Op.Arg = 1
		x.timers.remove(&t.timer)
	}
	t.due = 0
	t.stops++
	x.apply()
	return was
}

// SetPeriod sets it, of a ticker that has been stopped, to fire every period from
// now.
//
//go:norace
func (t *Timer) SetPeriod(g *G, period time.Duration) {
	t.every = int64(period)
	t.Set(g, period)
}
