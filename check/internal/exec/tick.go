package exec

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

//go:norace
func init() { ticks = tick }

// tick is the clock's operation: it goes on to the next moment.
//
//go:norace
func tick(c *G) {
	x := c.x
	before := x.now
	if x.plan.Details {
		looks(x)
	}
	x.Append(&c.Thread, &c.Op)
	free := c.Op.Kind == prim.OpAdvance
	elapses := free && x.plan.Elapses
	next := x.timers[0].when
	if elapses {
		next = after(x.now, int64(elapsing))
	}
	if free && x.tooLate(next) {
		x.advanced = len(x.plan.Early) // and no timer fires: what it races with may come behind it instead
		x.setClock()
		return
	}
	var due []*timer
	if elapses {
		x.now = next
	} else {
		due = x.fall(free)
		x.now = max(x.now, due[0].when)
		x.hidden = hiddenAfter(x.hidden+x.now-before, due)
	}
	if x.plan.Details {
		x.last().Detail = &prim.Detail{Time: x.now}
	}
	x.ticked = len(x.Events)
	if free || !x.others.Empty() {
		x.held += x.now - before
		x.Held = append(x.Held, prim.Hold{Event: int32(len(x.Events) - 1), For: time.Duration(x.now - before), Threads: x.heldUp()})
	}
	if !free && x.others.Empty() && x.bubbles.n == 0 {
		x.Waited += time.Duration(x.now - before)
	}
	if s := x.yielding(); !s.Empty() {
		x.Overtaken = append(x.Overtaken, prim.Hold{Event: int32(len(x.Events) - 1), For: time.Duration(x.now - before), Threads: s})
	}
	was := x.cur
	x.cur = c
	set, sends := 0, 0
	for _, t := range due {
		if t.every > 0 {
			t.when = after(t.when, t.every)
			x.set(t)
			set++
		}
		switch {
		case t.sleeper >= 0 && free:
			x.Causes(t.sleeper)
		case t.sleeper >= 0:
		case t.call != nil:
			c.bubble = t.bubble // and so is what it starts
			x.starts(t)
			t.beside = len(due) > 1
		case len(due) == 1 && !free:
			x.expire(t)
		default:
			x.expires(t)
			sends++
		}
	}
	x.cur = was
	e := x.last()
	e.Op.Arg = prim.Fired(len(due)-set, sends)
	x.timing(e)
	if free {
		x.advanced++
		x.Advanced, x.phase = x.advanced, 0
		if !x.bodyOver() {
			x.Phases = 0
		}
		x.setClock()
		return
	}
	x.endPhase()
}

// hiddenAfter is how much of the time is in bubbles only, if so much is when nothing that is due
// is outside of them.
//
//go:norace
func hiddenAfter(hidden int64, due []*timer) int64 {
	for _, t := range due {
		if t.bubble == 0 {
			hidden = min(hidden, t.hidden)
		}
	}
	return hidden
}

// heldUp are those who could go on when the clock did not wait for them; or, if there
// was nobody, who might have come to wait a moment later.
//
//go:norace
func (x *Exec) heldUp() prim.Set {
	if !x.others.Empty() {
		return x.others
	}
	s := prim.RoomFor(len(x.Gs))
	for i, g := range x.Gs {
		if g.state == pending && !g.Clock && g.Op.Kind != prim.OpSleep {
			s.Put(i)
		}
	}
	return s
}

// yielding are those who go round loops and let the others go on.
//
//go:norace
func (x *Exec) yielding() (s prim.Set) {
	for i, g := range x.Gs {
		if g.state == pending && g.Op.Kind == prim.OpYield {
			s.Add(i)
		}
	}
	return s
}

// fall takes the timers of the next moment; unless all is said, not those which do
// nothing.
//
//go:norace
func (x *Exec) fall(all bool) []*timer {
	x.due, x.idle = x.due[:0], x.idle[:0]
	for len(x.timers) > 0 {
		t := x.timers[0]
		if len(x.due) > 0 && t.when > x.due[0].when {
			break
		}
		x.timers.remove(t)
		if !all && t.idle() {
			x.idle = append(x.idle, t)
			continue
		}
		x.due = append(x.due, t)
	}
	for _, t := range x.idle {
		// Its ticks have been in vain.
		if n := x.due[0].when - t.when; n >= 0 {
			t.when += (n/t.every + 1) * t.every
		}
		x.timers.add(t)
	}
	x.rouse()
	return x.due
}

// rouse ends the sleep of those who look at the clock again and again, if something
// else happens than that one of them looks: the time that they see is no later then than
// they could have seen it.
//
//go:norace
func (x *Exec) rouse() {
	others := false
	for _, t := range x.due {
		others = others || !t.polls
	}
	if !others {
		return
	}
	for i := 0; i < len(x.timers); {
		if t := x.timers[i]; t.polls {
			x.timers.remove(t)
			x.due = append(x.due, t)
			i = 0
		} else {
			i++
		}
	}
	for _, t := range x.due {
		if t.polls {
			g := x.Gs[t.sleeper]
			g.wakeAt, g.roused = x.due[0].when, true
		}
	}
}

// expires has what a timer sends be an operation of a thread of its own.
//
//go:norace
func (x *Exec) expires(t *timer) {
	if x.full() {
		x.End = prim.TooManyThreads
		return
	}
	op := prim.On(prim.OpExpire, channel(x, t.ch))
	op.Obj2 = x.clockObject()
	t.due++
	g := &G{x: x, state: pending, act: send, fires: t, stops: t.stops, Thread: prim.Thread{Parent: int32(x.clock.ID), Clock: true, Op: op}}
	x.number(g)
}

// send is the operation of such a thread.
//
//go:norace
func send(g *G) {
	x, t := g.x, g.fires
	if x.plan.Details {
		looks(x)
		g.Detail = &prim.Detail{Time: x.now}
	}
	x.timing(x.Append(&g.Thread, &g.Op))
	if t.stops == g.stops {
		t.due--
		x.expire(t)
	}
	g.state, g.Ended = finished, true
	x.live--
}

// expire sends on the channel of a timer, if there is room.
//
//go:norace
func (x *Exec) expire(t *timer) {
	id := channel(x, t.ch)
	o := &x.objs[id]
	if o.Closed || o.N == o.Size {
		return
	}
	x.sent(id)
	o.N++
	x.last().TimerSends = append(x.last().TimerSends, id)
	o.version++
	Hide()
	t.ch <- x.time(t.bubble)
	Show()
}

// starts has a timer call its function, in a goroutine of its own.
//
//go:norace
func (x *Exec) starts(t *timer) {
	g := x.newG(t.call)
	if g == nil {
		x.End = prim.TooManyThreads
		return
	}
	t.fired = true
	g.ticked(t)
	x.start(g)
	g.Stack = t.stack
}
