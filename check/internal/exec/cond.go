package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// CondWait joins the wait set of a Cond and unlocks its lock, waits to be woken,
// and locks again. rw says that the lock is an RWMutex.
//
//go:norace
func (g *G) CondWait(h, lock *Handle, rw bool, message string) {
	x := g.x
	if rw {
		x.primitive(prim.OpWLock, lock)
	}
	c, l := x.Object(h), x.primitive(prim.OpUnlock, lock)
	if !g.announce(prim.OnBoth(prim.OpCondWait, c, l, 0)) {
		return
	}
	if x.objs[l].Owner == 0 {
		g.die(message)
	}
	x.objs[c].waiters = append(x.objs[c].waiters, int32(g.ID))
	x.apply()
	x.objs[l].version++
	lock.release()
	g.Woken = false
	if g.announce(prim.OnBoth(prim.OpCondWake, l, -1, c)) {
		x.apply()
		if lock.Acquire(); rw {
			lock.acquireAll()
		}
		h.Acquire()
	}
}

// CondJoin joins the wait set of a Cond whose lock is not one of ours; unlock
// it, call [G.CondSleep] and lock it again.
//
//go:norace
func (g *G) CondJoin(h *Handle) {
	x := g.x
	c := x.Object(h)
	if g.announce(prim.On(prim.OpCondWait, c)) {
		x.objs[c].waiters = append(x.objs[c].waiters, int32(g.ID))
		x.apply()
		g.Woken = false
	}
}

// CondSleep waits to be woken.
//
//go:norace
func (g *G) CondSleep(h *Handle) {
	if g.announce(prim.OnBoth(prim.OpCondWake, -1, -1, g.x.Object(h))) {
		h.Acquire()
	}
}

// Signal wakes one goroutine of the wait set, if there is any.
//
//go:norace
func (g *G) Signal(h *Handle) {
	x := g.x
	e := g.perform(prim.OpSignal, h)
	if e == nil || e.Op.Kind == prim.OpSignalNobody {
		return
	}
	o := &x.objs[e.Op.Obj]
	h.Merge()
	i := 0
	if x.plan.SignalAny {
		i = x.alt(len(o.waiters))
	}
	w := o.waiters[i]
	g.keepsAsleep(x.Gs[w])
	o.waiters = extend(o.waiters[:i], o.waiters[i+1:])
	x.wake(w)
}

// Broadcast wakes all goroutines of the wait set.
//
//go:norace
func (g *G) Broadcast(h *Handle) {
	x := g.x
	e := g.perform(prim.OpBroadcast, h)
	if e == nil || e.Op.Kind == prim.OpSignalNobody {
		return
	}
	o := &x.objs[e.Op.Obj]
	h.Merge()
	for _, w := range o.waiters {
		g.keepsAsleep(x.Gs[w])
		x.wake(w)
	}
	o.waiters = o.waiters[:0]
}
