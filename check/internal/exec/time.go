package exec

import (
	"time"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Time is virtual: it stands still while anybody can go on, and then jumps to
// the next timer; or before that, where the plan says so: see the clock below.

// Epoch is when every controlled run begins: a moment at which nothing is due, on no
// first day of anything.
var Epoch = time.Date(2007, 5, 16, 10, 23, 45, 678_000_000, time.UTC)

// bubbleEpoch is when the bubbles of testing/synctest begin.
var bubbleEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Now is the virtual time. Every look at the clock takes a nanosecond, but in a bubble.
//
//go:norace
func (g *G) Now() time.Time {
	x := g.x
	if g.bubble == 0 {
		aLook.begins(g)
		x.looks++
		aLook.ends(g)
		g.poll()
	}
	return x.time(g.bubble)
}

// aLook is what a look at the clock begins and ends with; see look.go.
var aLook struct{ begins, ends func(*G) }

// time is what the clock shows to goroutines in a bubble, or outside of bubbles: there it
// stands still while only the timers of bubbles fire.
//
//go:norace
func (x *Exec) time(bubble int32) time.Time {
	if bubble != 0 {
		return bubbleEpoch.Add(time.Duration(x.now - x.bubbles.since[max(bubble, 0)]))
	}
	return Epoch.Add(image.Elapsed() + time.Duration(x.now-x.hidden+x.looks))
}

// A goroutine that only looks at the clock, and perhaps reads, again and again waits
// for a moment: it sleeps for a while at each further look, for longer the longer it
// has waited.
const (
	manyLooks   = 1000
	manyInALoop = 16 // that reads the same
)

// lastMoment is when the clock ends: what is to happen later, happens then.
const lastMoment = 1 << 62

// after is the moment after that time, from one on.
//
//go:norace
func after(from, d int64) int64 {
	if d >= lastMoment-from {
		return lastMoment
	}
	return from + max(d, 0)
}

// poll follows a look at the clock.
//
//go:norace
func (g *G) poll() {
	x := g.x
	g.looked = true
	if x.kill || x.cur == x.clock {
		return
	}
	x.mayDiffer()
	x.Differs = len(x.Events)
	if g.looks++; g.looks == 1 && !g.polls {
		g.looksFrom = x.now + x.looks
	}
	limit := manyLooks
	if x.early() || x.plan.LooksInTurn {
		limit = manyInALoop // a look is an operation
	}
	if g.repeated > 1 || x.trial.g == g {
		limit = manyInALoop
	}
	if g.looks <= limit && !g.polls {
		return
	}
	from := g.looksFrom
	g.sleepBetween(x.now + x.looks - from)
	g.polls, g.looksFrom = true, from
}

// sleepBetween sleeps between two looks at the clock, for longer the longer it has
// waited, as long as there is time left; but no longer than until the next thing
// happens, and a moment then.
//
//go:norace
func (g *G) sleepBetween(waited int64) {
	d := max(time.Microsecond, min(time.Duration(waited), time.Duration(lastMoment-g.x.now))/4)
	if g.roused {
		g.roused, d = false, time.Microsecond
	}
	g.sleeps.polls = true
	g.Sleep(d)
	g.sleeps.polls = false
}

// acts notes that the goroutine does something else than read and look at the clock.
//
//go:norace
func (g *G) acts() {
	g.had, g.hadPolled = g.looks, g.polls
	g.dirty, g.looks, g.polls = true, 0, false
}

// onlyRead takes that back for what may do something else, and has not.
//
//go:norace
func (g *G) onlyRead() {
	if g.looks == 0 && !g.polls {
		g.looks, g.polls = g.had, g.hadPolled
	}
	g.had, g.hadPolled = 0, false
}

// Sleep waits until the clock has gone on by d.
//
//go:norace
func (g *G) Sleep(d time.Duration) {
	x := g.x
	if x.kill || d <= 0 || !g.arms() {
		return
	}
	if x.now == lastMoment {
		return
	}
	g.wakeAt = after(x.now, int64(d))
	g.sleeps.when, g.sleeps.sleeper, g.sleeps.bubble = g.wakeAt, int32(g.ID), g.bubble
	x.set(&g.sleeps)
	g.announce(prim.On(prim.OpSleep, -1))
}

// ExactTime has timers fire when nobody can go on, and not before, for the rest of the run.
//
//go:norace
func (x *Exec) ExactTime() {
	x.Exact = true
	x.setClock()
}

// Quiet waits until nobody else can go on, but for the clock. What the others of a
// bubble have done comes before what follows.
//
//go:norace
func (g *G) Quiet() {
	g.announce(prim.On(prim.OpQuiet, -1))
	if g.x.Exact {
		raceAcquire(unsafe.Pointer(&g.x.Exact))
	}
}

// Settle waits until nobody else can go on, however much time passes: nobody sleeps any
// more. An execution that is cut short meanwhile is [Exec.Settling].
//
//go:norace
func (g *G) Settle() {
	x := g.x
	x.Settling = true
	for g.Quiet(); x.timersLeft(); g.Quiet() {
		next := int64(lastMoment)
		for _, t := range x.timers {
			if !t.idle() {
				next = min(next, t.when)
			}
		}
		g.Sleep(time.Duration(next - x.now))
		if x.kill {
			return
		}
	}
	x.Settling = false
}

// settles tells the race detector that a goroutine in a bubble may come to wait here, or
// has ended.
//
//go:norace
func (g *G) settles() {
	if g.x.Exact {
		raceReleaseMerge(unsafe.Pointer(&g.x.Exact))
	}
}

// The clock is a thread without a goroutine. What it does is to let time pass, up to
// the moment of the next timer.
//
// It does so when nobody else can go on: then it jumps. All that others have done
// comes before, and so those jumps, together with the other operations that wait until
// nobody can go on, divide an execution into phases.
//
// A goroutine may be held up for any length of time, and a timer fire meanwhile. Where
// the plan says so (see [prim.Plan] Early) the clock has one operation in a certain phase that
// does not wait for anybody. It is an ordinary operation, that depends on the setting and the
// stopping of timers and on looks at the clock; so in such executions these are
// operations, too.

// early reports whether time may pass in some phase though others can go on.
//
//go:norace
func (x *Exec) early() bool { return len(x.plan.Early) > 0 }

// clockObject is the clock, as an object.
//
//go:norace
func (x *Exec) clockObject() int32 { return x.At(unsafe.Pointer(&x.clock)) }

// arms is called before a new timer is set. It reports false if the run is over.
//
//go:norace
func (g *G) arms() bool {
	x := g.x
	if !x.early() {
		return true
	}
	if !g.announce(prim.On(prim.OpArm, x.clockObject())) {
		return false
	}
	x.timing(x.last())
	return true
}

// timing lets an event take effect on the clock, as an object.
//
//go:norace
func (x *Exec) timing(e *prim.Event) {
	k := e.Op.Kind
	if k == prim.OpExpire {
		k = prim.OpExpired
	}
	prim.Apply(k, &x.objs[x.clockObject()].State, e)
}

// free reports whether the clock need not wait for anybody now.
//
//go:norace
func (x *Exec) free() bool {
	return !x.Exact && x.advanced < len(x.plan.Early) && x.phase == x.plan.Early[x.advanced]
}

// setClock sets what the clock does next.
//
//go:norace
func (x *Exec) setClock() {
	switch {
	case x.clock == nil:
	case x.free():
		x.clock.Op = prim.On(prim.OpAdvance, x.clockObject())
	default:
		x.clock.Op = prim.On(prim.OpTick, x.clockObject())
	}
}

// passes reports whether the clock can let time pass though others can go on.
//
//go:norace
func (x *Exec) passes() bool {
	return x.clock != nil && len(x.timers) > 0 && x.free() && x.objs[x.clockObject()].Owner == 0
}

// endPhase is called when an operation has been executed that waited until nobody
// could go on.
//
//go:norace
func (x *Exec) endPhase() {
	x.phase++
	if !x.bodyOver() {
		x.Phases = int32(x.phase)
	}
	x.setClock()
}

// timersLeft reports whether a timer is yet to fire that does something.
//
//go:norace
func (x *Exec) timersLeft() bool {
	for _, t := range x.timers {
		if !t.idle() {
			return true
		}
	}
	return false
}

// dueAt is when the next timer fires that does something.
//
//go:norace
func (x *Exec) dueAt() int64 {
	moment := int64(lastMoment)
	for _, t := range x.timers {
		if !t.idle() {
			moment = min(moment, t.when)
		}
	}
	return moment
}

// mostEarly is how often timers fire early in an execution that is not told in which
// phases they may.
const mostEarly = 4

// soon is how long it is until the next timer, if a plan without phases lets it fire
// while somebody can go on; else -1. In bubbles it does not.
//
//go:norace
func (x *Exec) soon() int64 {
	if x.plan.Delay == 0 || x.Exact || len(x.Held) == mostEarly || x.clock == nil || len(x.timers) == 0 || x.timers[0].idle() {
		return -1
	}
	wait := max(x.timers[0].when-x.now, 0)
	if x.tooLate(x.timers[0].when) || x.held+wait > int64(x.plan.Delay) {
		return -1
	}
	return wait
}

// set sets a timer.
//
//go:norace
func (x *Exec) set(t *timer) {
	if x.clock == nil {
		if x.full() {
			x.End = prim.TooManyThreads
			x.cur.stop()
		}
		x.clock = &G{x: x, state: pending, act: ticks, Thread: prim.Thread{Parent: -1, Clock: true}}
		x.number(x.clock)
		x.setClock()
	}
	t.hidden = x.hidden
	x.timerSet(t)
	if g := x.cur; g != x.clock {
		g.timers++
		t.by, t.seq = g.ID, g.timers
	}
	x.timers.add(t)
}

// ticks is the operation of the clock. It is set by tick.go, for what happens when a
// timer fires needs all the rest of the package.
var ticks func(clock *G)

// stalled reports whether time stands still in a bubble, for one of it waits for what
// those in it may not bring about. Nobody can go on.
//
//go:norace
func (x *Exec) stalled(bubble int32) bool {
	if bubble <= 0 {
		return false
	}
	for _, g := range x.Gs {
		if g.state == pending && g.bubble == bubble && !g.durably() {
			return true
		}
	}
	return false
}

// stall notes who waits in bubbles where time stands still.
//
//go:norace
func (x *Exec) stall() {
	for _, g := range x.Gs {
		g.Stalled = g.state == pending && x.stalled(g.bubble)
	}
}

// durably reports whether a goroutine that waits is what package synctest calls durably
// blocked.
//
//go:norace
func (g *G) durably() bool {
	x := g.x
	switch k := g.Op.Kind; {
	case g.Op.Spin, k.Info().Lock, k == prim.OpOnceWait, k >= prim.OpStreamRead && k <= prim.OpListenerShut:
		return false
	case k == prim.OpCondWake:
		return !g.Woken
	case k == prim.OpWGWait:
		return x.objs[g.Op.Obj].bubble == g.bubble
	case k == prim.OpSend, k == prim.OpRecv, k == prim.OpAwait, k == prim.OpParked, k == prim.OpSelectGo:
		for _, id := range g.Op.Reads() {
			if x.bubbles.of(x.objs[id].p, g.bubble) != g.bubble {
				return false
			}
		}
	}
	return true
}

// frozen reports whether there is no timer but in bubbles where time stands still.
//
//go:norace
func (x *Exec) frozen() bool {
	if x.bubbles.n == 0 {
		return false
	}
	for _, t := range x.timers {
		if !t.idle() && !x.stalled(t.bubble) {
			return false
		}
	}
	return true
}

// What is left behind when the body has ended is looked at for as long as go test lets
// the tests of a package take, and for so many jumps of the clock.
const (
	ticksAfter = 16
	timeAfter  = int64(10 * time.Minute)
)

// livesOn reports whether what is left behind goes on for longer than it is looked at,
// now that the body has ended and the clock is to go on to a moment.
//
//go:norace
func (x *Exec) livesOn(moment int64) bool {
	x.ticks++
	return x.ticks > ticksAfter || x.tooLate(moment)
}

// tooLate reports whether a moment is one at which go test has ended the program: the
// body has ended long before.
//
//go:norace
func (x *Exec) tooLate(moment int64) bool {
	if !x.bodyOver() {
		return false
	}
	if x.endedAt < 0 {
		x.endedAt = x.now
	}
	return moment-x.endedAt > timeAfter
}
