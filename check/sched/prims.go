package sched

import "unsafe"

// The operations of the primitives. Each announces itself, returns when the
// scheduler lets it go on, and takes effect then. In a run that is over they do
// nothing.

// Load announces an atomic read of the object; the caller reads when it returns.
func (g *G) Load(o int32) { g.read(Op{Kind: OpLoad, Obj: o, Obj2: -1}) }

// Store announces an atomic write.
func (g *G) Store(o int32) { g.announce(Op{Kind: OpStore, Obj: o, Obj2: -1}) }

// RMW announces an atomic read-modify-write. If it turns out to be a
// compare-and-swap that fails, the caller says so with [G.OnlyRead]; if it leaves
// the value as it was, with [G.Unchanged].
func (g *G) RMW(o int32) { g.read(Op{Kind: OpRMW, Obj: o, Obj2: -1}) }

// OnlyRead makes the read-modify-write under way a read.
func (g *G) OnlyRead() {
	if !g.x.kill {
		e := g.x.last()
		e.Op.Kind = OpLoad
		g.Unchanged()
	}
}

// Unchanged says that the operation under way left the object as it was: a loop
// around it makes no progress.
func (g *G) Unchanged() {
	if !g.x.kill {
		e := g.x.last()
		e.Same = true
		g.x.objs[e.Op.Obj].version--
		g.stutter(e.Full)
	}
}

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
	if !g.read(Op{Kind: OpTryLock, Obj: id, Obj2: -1}) {
		return false
	}
	o := &g.x.objs[id]
	if o.owner != 0 || o.n != 0 {
		g.x.last().Op.Kind = OpTryLockFailed
		g.Unchanged()
		return false
	}
	o.owner = int32(g.ID) + 1
	return true
}

// Unlock unlocks it. message is what the standard library dies with if it is not
// locked.
func (g *G) Unlock(h *Handle, message string) {
	id := g.x.Object(h)
	if !g.announce(Op{Kind: OpUnlock, Obj: id, Obj2: -1}) {
		return
	}
	o := &g.x.objs[id]
	if o.owner == 0 {
		g.die(message)
	}
	o.owner = 0
}

// RLock locks for reading.
func (g *G) RLock(h *Handle) {
	o := g.x.Object(h)
	if g.announce(Op{Kind: OpRLock, Obj: o, Obj2: -1}) {
		g.x.objs[o].n++
	}
}

// TryRLock locks for reading if no writer has it.
func (g *G) TryRLock(h *Handle) bool {
	id := g.x.Object(h)
	if !g.read(Op{Kind: OpTryRLock, Obj: id, Obj2: -1}) {
		return false
	}
	o := &g.x.objs[id]
	if o.owner != 0 {
		g.x.last().Op.Kind = OpTryRLockFailed
		g.Unchanged()
		return false
	}
	g.x.last().Op.Kind = OpTryRLocked
	o.n++
	return true
}

// RUnlock ends reading.
func (g *G) RUnlock(h *Handle, message string) {
	id := g.x.Object(h)
	if !g.announce(Op{Kind: OpRUnlock, Obj: id, Obj2: -1}) {
		return
	}
	o := &g.x.objs[id]
	if o.n == 0 {
		g.die(message)
	}
	o.n--
}

// CondWait joins the wait set of a Cond and unlocks its lock, waits to be woken,
// and locks again.
func (g *G) CondWait(h, lock *Handle, message string) {
	x := g.x
	c, l := x.Object(h), x.Object(lock)
	if !g.announce(Op{Kind: OpCondWait, Obj: c, Obj2: l}) {
		return
	}
	if x.objs[l].owner == 0 {
		g.die(message)
	}
	x.objs[c].waiters = append(x.objs[c].waiters, int32(g.ID))
	x.objs[l].owner = 0
	x.objs[l].version++
	g.ready = false
	if g.announce(Op{Kind: OpCondWake, Obj: l, Obj2: -1, Arg: c}) {
		x.objs[l].owner = int32(g.ID) + 1
	}
}

// CondJoin joins the wait set of a Cond whose lock is not one of ours; unlock
// it, call [G.CondSleep] and lock it again.
func (g *G) CondJoin(h *Handle) {
	x := g.x
	c := x.Object(h)
	if g.announce(Op{Kind: OpCondWait, Obj: c, Obj2: -1}) {
		x.objs[c].waiters = append(x.objs[c].waiters, int32(g.ID))
		g.ready = false
	}
}

// CondSleep waits to be woken.
func (g *G) CondSleep(h *Handle) {
	g.announce(Op{Kind: OpCondWake, Obj: -1, Obj2: -1, Arg: g.x.Object(h)})
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

// WGAdd adds to the counter of a WaitGroup. It panics if it goes negative.
func (g *G) WGAdd(h *Handle, delta int) {
	id := g.x.Object(h)
	if !g.announce(Op{Kind: OpWGAdd, Obj: id, Obj2: -1, Arg: int32(delta)}) {
		return
	}
	o := &g.x.objs[id]
	o.n += int32(delta)
	if o.n < 0 {
		panic("sync: negative WaitGroup counter")
	}
}

// WGWait waits until the counter is 0.
func (g *G) WGWait(h *Handle) {
	g.announce(Op{Kind: OpWGWait, Obj: g.x.Object(h), Obj2: -1})
}

// At is the number of what lies at the address, in this run. The address stays
// valid for the run.
func (x *Exec) At(p unsafe.Pointer) int32 {
	id, _ := x.at(p)
	return id
}
