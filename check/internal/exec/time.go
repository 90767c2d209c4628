package exec

import (
	"sort"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Time is virtual: it stands still while anybody can go on, and then jumps to
// the next timer. All timers of that moment fire together.

// timer is something that happens at a moment.
type timer struct {
	when int64
	seq  int
	fire func()
	live bool
}

// Epoch is when every controlled run begins: a moment at which nothing is due, on no
// first day of anything.
var Epoch = time.Date(2007, 5, 16, 10, 23, 45, 678_000_000, time.UTC)

// bubbleEpoch is when the bubbles of testing/synctest begin.
var bubbleEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Now is the virtual time. Every look at the clock takes a nanosecond, unless the
// run says that time is exact.
//
//go:norace
func (g *G) Now() time.Time {
	if !g.x.exact {
		g.x.looks++
		g.poll()
	}
	return g.x.epoch.Add(image.Elapsed() + time.Duration(g.x.now+g.x.looks))
}

// A goroutine that only looks at the clock, and perhaps reads, again and again waits
// for a moment: it sleeps for a while at each further look, for longer the longer it
// has waited.
const (
	manyLooks   = 1000
	manyInALoop = 16 // that reads the same
)

// poll follows a look at the clock.
//
//go:norace
func (g *G) poll() {
	x := g.x
	g.looked = true
	if x.kill {
		return
	}
	if g.looks++; g.looks == 1 && !g.polls {
		g.looksFrom = x.now + x.looks
	}
	limit := manyLooks
	if g.repeated > 1 || x.trial.g == g {
		limit = manyInALoop
	}
	if g.looks <= limit && !g.polls {
		return
	}
	from := g.looksFrom
	g.Sleep(max(time.Microsecond, time.Duration(x.now+x.looks-from)/4))
	g.polls, g.looksFrom = true, from
}

// acts notes that the goroutine does something else than read and look at the clock.
//
//go:norace
func (g *G) acts() { g.dirty, g.looks, g.polls = true, 0, false }

// Sleep waits until the clock has gone on by d.
//
//go:norace
func (g *G) Sleep(d time.Duration) {
	x := g.x
	if x.kill {
		return
	}
	if d <= 0 {
		return
	}
	g.wakeAt = x.now + int64(d)
	x.add(&timer{when: g.wakeAt})
	g.announce(prim.On(prim.OpSleep, -1))
}

// Timer is a timer of a controlled run.
type Timer struct {
	t *timer
	h Handle
}

// NewTimer lets fire happen after d. It is called by the scheduler and must not
// wait.
//
//go:norace
func (g *G) NewTimer(d time.Duration, fire func()) *Timer {
	t := &Timer{}
	t.set(g, d, fire)
	return t
}

//go:norace
func (t *Timer) set(g *G, d time.Duration, fire func()) {
	t.t = &timer{when: g.x.now + max(int64(d), 0), fire: fire}
	g.x.add(t.t)
}

// Stop prevents it from firing; it reports whether it did.
//
//go:norace
func (t *Timer) Stop(g *G) bool {
	if !g.announce(prim.On(prim.OpRMW, g.x.Object(&t.h))) {
		return false
	}
	was := t.t.live
	t.t.live = false
	return was
}

// Reset makes it fire after d from now; it reports whether it had been going to.
//
//go:norace
func (t *Timer) Reset(g *G, d time.Duration) bool {
	was := t.Stop(g)
	if !g.x.kill {
		t.set(g, d, t.t.fire)
	}
	return was
}

// add arms a timer.
//
//go:norace
func (x *Exec) add(t *timer) {
	if x.clock == nil {
		x.clock = &G{x: x, state: pending, Thread: prim.Thread{Parent: -1, Op: prim.On(prim.OpTick, -1)}}
		if !x.number(x.clock) {
			x.clock = nil
			x.End = prim.TooManyThreads
			x.cur.stop()
		}
	}
	x.timerSet()
	t.live = true
	t.seq = len(x.timers)
	x.timers = append(x.timers, t)
}

// timersLeft reports whether a timer is yet to fire.
//
//go:norace
func (x *Exec) timersLeft() bool {
	for _, t := range x.timers {
		if t.live {
			return true
		}
	}
	return false
}

// early is how long it is until the next timer, if it may fire while somebody can
// go on; else -1.
//
//go:norace
func (x *Exec) early() int64 {
	if x.plan.Delay == 0 || x.clock == nil {
		return -1
	}
	next := int64(-1)
	for _, t := range x.timers {
		if t.live && (next < 0 || t.when < next) {
			next = t.when
		}
	}
	wait := max(next-x.now, 0)
	if next < 0 || x.held+wait > int64(x.plan.Delay) {
		return -1
	}
	return wait
}

// tick is the clock's operation: it jumps to the next moment.
//
//go:norace
func (x *Exec) tick() {
	c := x.clock
	x.Append(&c.Thread, &c.Op)
	var due []*timer
	for _, t := range x.timers {
		switch {
		case !t.live:
		case len(due) == 0 || t.when < due[0].when:
			due = append(due[:0], t)
		case t.when == due[0].when:
			due = append(due, t)
		}
	}
	sort.Slice(due, func(i, j int) bool { return due[i].seq < due[j].seq })
	x.now = max(x.now, due[0].when)
	x.ticked = len(x.Events)
	was := x.cur
	x.cur = c
	for _, t := range due {
		t.live = false
		if t.fire != nil {
			t.fire()
		}
	}
	x.cur = was
}

// TickGo starts a goroutine on behalf of the clock.
//
//go:norace
func (x *Exec) TickGo(fn func()) {
	if g := x.newG(fn); g != nil {
		g.ticked()
		x.start(g)
	} else {
		x.End = prim.TooManyThreads
	}
}

// lateTick is a timer that goes on when somebody has received from a channel.
type lateTick struct {
	ch   int32
	t    *Timer
	wait int64
}

// resume arms the timers that have waited for a receive.
//
//go:norace
func (x *Exec) resume(ch int32) {
	n := 0
	for _, l := range x.late {
		if l.ch != ch {
			x.late[n] = l
			n++
			continue
		}
		l.t.t = &timer{when: x.now + l.wait, fire: l.t.t.fire}
		x.add(l.t.t)
	}
	x.late = x.late[:n]
}

// Again makes a timer that is firing fire once more after d.
//
//go:norace
func (t *Timer) Again(g *G, d time.Duration) { t.set(g, d, t.t.fire) }

// ExactTime makes looking at the clock take no time, and the clock show the time at
// which bubbles begin, for the rest of the run.
//
//go:norace
func (x *Exec) ExactTime() {
	x.exact = true
	x.epoch = bubbleEpoch.Add(-image.Elapsed() - time.Duration(x.now+x.looks))
}

// Quiet waits until nobody else can go on, but for the clock.
//
//go:norace
func (g *G) Quiet() { g.announce(prim.On(prim.OpQuiet, -1)) }
