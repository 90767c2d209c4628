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

// Still says that no timer fires in any run; who sleeps wakes up all the same.
var Still bool

// ChanTimer sends the time on a channel after d, if there is room, and then every
// period, unless that is 0.
//
//go:norace
func (g *G) ChanTimer(d, period time.Duration, ch chan time.Time) *Timer {
	t := &Timer{timer: timer{sleeper: -1, ch: ch, every: int64(period), bubble: g.bubble}}
	g.makes(address(&ch))
	if !BufferedTimers {
		g.x.timerChans.add(uint64(uintptr(address(&ch))))
	}
	switch {
	case g.x.kill:
	case t.atOnce(d): // the channel begins with an item
		g.x.timerSet(&t.timer)
		Hide()
		ch <- g.x.time(g.bubble)
		Show()
	case g.arms():
		t.set(g, d)
	}
	return t
}

// atOnce reports whether the time is sent before anybody can look whether it is: a look
// runs a timer whose time has come. Not so where [BufferedTimers] are, which are run by
// somebody else, sooner or later.
//
//go:norace
func (t *Timer) atOnce(d time.Duration) bool {
	return d <= 0 && t.ch != nil && t.every == 0 && !BufferedTimers && !Still
}

// FuncTimer calls f after d, in a goroutine of its own.
//
//go:norace
func (g *G) FuncTimer(d time.Duration, f func()) *Timer {
	t := &Timer{timer: timer{sleeper: -1, call: f, bubble: g.bubble}}
	if g.arms() {
		t.set(g, d)
	}
	return t
}

//go:norace
func (t *Timer) set(g *G, d time.Duration) {
	if g.x.kill {
		return
	}
	if g.x.plan.Details {
		t.stack = stack()
	}
	if Still {
		t.due = 1 // it can be stopped
		return
	}
	t.when = after(g.x.now, int64(d))
	g.x.set(&t.timer)
}

// Stop prevents it from firing; it reports whether it did. What it has sent and nobody
// has received is taken back, and counts as not fired; not so where [BufferedTimers]
// are.
//
//go:norace
func (t *Timer) Stop(g *G) bool { return t.stop(g, prim.OpStopTimer, false) }

// Reset stops it and has it fire after d from now, and then every period, unless that is
// 0. It reports whether it was going to.
//
//go:norace
func (t *Timer) Reset(g *G, d, period time.Duration) bool {
	t.every = int64(period)
	atOnce := t.atOnce(d)
	was := t.stop(g, prim.OpResetTimer, atOnce)
	switch {
	case g.x.kill:
	case atOnce:
		g.x.timerSet(&t.timer)
		g.x.expire(&t.timer)
	default:
		t.set(g, d)
	}
	return was
}

// stop executes an operation that begins with stopping it: what follows up to the next
// operation belongs to it. sends: it is set for a time that has come.
//
//go:norace
func (t *Timer) stop(g *G, k prim.Kind, sends bool) bool {
	x := g.x
	withdraws := t.ch != nil && !BufferedTimers
	op := prim.On(k, -1)
	if op.Obj2 = x.clockObject(); withdraws {
		op.Obj = channel(x, t.ch)
	} else {
		op.Obj = x.Object(&t.h)
	}
	if !g.announce(op) {
		return false
	}
	if t.bubble > 0 && g.bubble == 0 {
		does := "stop"
		if k == prim.OpResetTimer {
			does = "reset"
		}
		g.die(does + " of synctest timer from outside bubble")
	}
	was := t.due > 0 || t.heap > 0
	if !was && t.overtaken(x) {
		if p := callerOf("(*Timer)."); p != "" && !has(x.InTurn, p) {
			x.InTurn = append(x.InTurn, p)
		}
	}
	if t.heap > 0 {
		x.last().Op.Arg = 1
		x.timers.remove(&t.timer)
	}
	if sends {
		x.last().Op.Arg++
	}
	t.due = 0
	t.stops++
	x.apply()
	if withdraws && len(t.ch) > 0 {
		e := x.last()
		e.Chan = op.Obj
		prim.ApplyCase(&x.objs[op.Obj].State, e)
		x.received(op.Obj, true)
		Hide()
		<-t.ch
		Show()
		was = true
	}
	return was
}

// overtaken reports whether another timer may have fired first, so that this one was still
// set: timers without channel are run by the processors on which they were set, each in its
// own time. Bubbles have one list of timers.
//
//go:norace
func (t *Timer) overtaken(x *Exec) bool {
	return t.fired && t.bubble == 0 && (x.now > t.when || t.beside)
}
