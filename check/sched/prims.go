package sched

// The operations of the primitives. Each announces itself, returns when the
// scheduler lets it go on, and takes effect then.

// Load announces an atomic read; the caller reads when it returns.
func (g *G) Load(h *Handle) bool {
	return g.announce(Op{Kind: OpLoad, Obj: g.x.Object(h), Obj2: -1})
}

// Store announces an atomic write.
func (g *G) Store(h *Handle) bool {
	return g.announce(Op{Kind: OpStore, Obj: g.x.Object(h), Obj2: -1})
}

// RMW announces an atomic read-modify-write. If it changes nothing the caller
// says so with [G.OnlyRead].
func (g *G) RMW(h *Handle) bool {
	return g.announce(Op{Kind: OpRMW, Obj: g.x.Object(h), Obj2: -1})
}

// OnlyRead makes the read-modify-write under way a read.
func (g *G) OnlyRead() { g.x.last().Op.Kind = OpLoad }

// Lock locks a mutex for writing.
func (g *G) Lock(h *Handle) {
	o := g.x.Object(h)
	if g.announce(Op{Kind: OpLock, Obj: o, Obj2: -1}) {
		g.x.objs[o].owner = int32(g.ID) + 1
	}
}

// TryLock locks it if nobody has it.
func (g *G) TryLock(h *Handle) bool {
	id := g.x.Object(h)
	if !g.announce(Op{Kind: OpTryLock, Obj: id, Obj2: -1}) {
		return false
	}
	o := &g.x.objs[id]
	if o.owner != 0 || o.n != 0 {
		g.x.last().Op.Kind = OpTryLockFailed
		return false
	}
	o.owner = int32(g.ID) + 1
	return true
}

// Unlock unlocks it; false if it was not locked.
func (g *G) Unlock(h *Handle) bool {
	id := g.x.Object(h)
	if !g.announce(Op{Kind: OpUnlock, Obj: id, Obj2: -1}) {
		return true
	}
	o := &g.x.objs[id]
	if o.owner == 0 {
		return false
	}
	o.owner = 0
	return true
}

// CondWait joins the wait set of a Cond and unlocks its lock, waits to be woken,
// and locks again.
func (g *G) CondWait(h, lock *Handle) {
	x := g.x
	c, l := x.Object(h), x.Object(lock)
	if !g.announce(Op{Kind: OpCondWait, Obj: c, Obj2: l}) {
		return
	}
	x.objs[c].waiters = append(x.objs[c].waiters, int32(g.ID))
	x.objs[l].owner = 0
	g.ready = false
	if g.announce(Op{Kind: OpCondWake, Obj: l, Obj2: -1}) {
		x.objs[l].owner = int32(g.ID) + 1
	}
}

// Signal wakes one goroutine of the wait set, if there is any.
func (g *G) Signal(h *Handle) {
	x := g.x
	id := x.Object(h)
	if !g.announce(Op{Kind: OpSignal, Obj: id, Obj2: -1}) {
		return
	}
	o := &x.objs[id]
	n := len(o.waiters)
	if n == 0 {
		x.last().Op.Kind = OpSignalNobody
		return
	}
	i := 0
	if x.SignalAny {
		i = x.alt(n)
	}
	w := o.waiters[i]
	o.waiters = append(o.waiters[:i], o.waiters[i+1:]...)
	x.wake(w)
}

// Broadcast wakes all goroutines of the wait set.
func (g *G) Broadcast(h *Handle) {
	x := g.x
	id := x.Object(h)
	if !g.announce(Op{Kind: OpBroadcast, Obj: id, Obj2: -1}) {
		return
	}
	o := &x.objs[id]
	if len(o.waiters) == 0 {
		x.last().Op.Kind = OpSignalNobody
		return
	}
	for _, w := range o.waiters {
		x.wake(w)
	}
	o.waiters = o.waiters[:0]
}

// WGAdd adds to the counter of a WaitGroup; false if it would go negative.
func (g *G) WGAdd(h *Handle, delta int) bool {
	id := g.x.Object(h)
	if !g.announce(Op{Kind: OpWGAdd, Obj: id, Obj2: -1, Arg: int32(delta)}) {
		return true
	}
	o := &g.x.objs[id]
	o.n += int32(delta)
	return o.n >= 0
}

// WGWait waits until the counter is 0.
func (g *G) WGWait(h *Handle) {
	g.announce(Op{Kind: OpWGWait, Obj: g.x.Object(h), Obj2: -1})
}
