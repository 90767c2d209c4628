package exec

import "unsafe"

// The operations of the primitives. Each announces itself, returns when the
// scheduler lets it go on, and takes effect then. In a run that is over they do
// nothing.

// Load announces an atomic read of the object; the caller reads when it returns.
//
//go:norace
func (g *G) Load(o int32) { g.read(Op{Kind: OpLoad, Obj: o, Obj2: -1}) }

// Look is Load, where a loop reads again and again and comes to an end.
//
//go:norace
func (g *G) Look(o int32) { g.announce(Op{Kind: OpLoad, Obj: o, Obj2: -1}) }

// Store announces an atomic write.
//
//go:norace
func (g *G) Store(o int32) { g.announce(Op{Kind: OpStore, Obj: o, Obj2: -1}) }

// RMW announces an atomic read-modify-write. If it turns out to be a
// compare-and-swap that fails, the caller says so with [G.OnlyRead]; if it leaves
// the value as it was, with [G.Unchanged].
//
//go:norace
func (g *G) RMW(o int32) { g.read(Op{Kind: OpRMW, Obj: o, Obj2: -1}) }

// OnlyRead makes the read-modify-write under way a read.
//
//go:norace
func (g *G) OnlyRead() {
	if !g.x.kill {
		e := g.x.last()
		e.Op.Kind = OpLoad
		g.Unchanged()
	}
}

// Unchanged says that the operation under way left the object as it was: a loop
// around it makes no progress.
//
//go:norace
func (g *G) Unchanged() {
	if !g.x.kill {
		e := g.x.last()
		e.Same = true
		g.x.objs[e.Op.Obj].version--
		g.stutter(e.Full)
	}
}

// Lock locks a mutex for writing.
//
//go:norace
func (g *G) Lock(h *Handle) {
	o := g.x.Object(h)
	if g.announce(Op{Kind: OpLock, Obj: o, Obj2: -1}) {
		g.x.objs[o].owner = int32(g.ID) + 1
		h.Acquire()
	}
}

// WLock locks an RWMutex for writing: a writer that waits keeps new readers out.
//
//go:norace
func (g *G) WLock(h *Handle) {
	o := g.x.Object(h)
	if !g.announce(Op{Kind: OpWLock, Obj: o, Obj2: -1}) {
		return
	}
	g.x.objs[o].owner = int32(g.ID) + 1
	if g.announce(Op{Kind: OpWLockGo, Obj: o, Obj2: -1}) {
		h.acquireAll()
	}
}

// TryLock locks it if nobody has it.
//
//go:norace
func (g *G) TryLock(h *Handle) bool {
	ok := g.tryLock(h)
	if ok {
		h.Acquire()
	}
	return ok
}

// TryWLock is TryLock for an RWMutex.
//
//go:norace
func (g *G) TryWLock(h *Handle) bool {
	ok := g.tryLock(h)
	if ok {
		h.acquireAll()
	}
	return ok
}

//go:norace
func (g *G) tryLock(h *Handle) bool {
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
//
//go:norace
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
	h.release()
}

// RLock locks for reading.
//
//go:norace
func (g *G) RLock(h *Handle) {
	o := g.x.Object(h)
	if g.announce(Op{Kind: OpRLock, Obj: o, Obj2: -1}) {
		g.x.objs[o].n++
		h.acquireRead()
	}
}

// TryRLock locks for reading if no writer has it.
//
//go:norace
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
	h.acquireRead()
	return true
}

// RUnlock ends reading.
//
//go:norace
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
	h.releaseRead()
}

// CondWait joins the wait set of a Cond and unlocks its lock, waits to be woken,
// and locks again. rw says that the lock is an RWMutex.
//
//go:norace
func (g *G) CondWait(h, lock *Handle, rw bool, message string) {
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
	lock.release()
	g.ready = false
	if g.announce(Op{Kind: OpCondWake, Obj: l, Obj2: -1, Arg: c}) {
		x.objs[l].owner = int32(g.ID) + 1
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
	if g.announce(Op{Kind: OpCondWait, Obj: c, Obj2: -1}) {
		x.objs[c].waiters = append(x.objs[c].waiters, int32(g.ID))
		g.ready = false
	}
}

// CondSleep waits to be woken.
//
//go:norace
func (g *G) CondSleep(h *Handle) {
	if g.announce(Op{Kind: OpCondWake, Obj: -1, Obj2: -1, Arg: g.x.Object(h)}) {
		h.Acquire()
	}
}

// Signal wakes one goroutine of the wait set, if there is any.
//
//go:norace
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
	h.Merge()
	i := 0
	if x.SignalAny {
		i = x.alt(n)
	}
	w := o.waiters[i]
	o.waiters = extend(o.waiters[:i], o.waiters[i+1:])
	x.wake(w)
}

// Broadcast wakes all goroutines of the wait set.
//
//go:norace
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
	h.Merge()
	for _, w := range o.waiters {
		x.wake(w)
	}
	o.waiters = o.waiters[:0]
}

// Quiet waits until nobody else can go on, but for the clock.
//
//go:norace
func (g *G) Quiet() { g.announce(Op{Kind: OpQuiet, Obj: -1, Obj2: -1}) }

// WGAdd adds to the counter of a WaitGroup. It panics if it goes negative.
//
//go:norace
func (g *G) WGAdd(h *Handle, delta int) {
	id := g.x.Object(h)
	if !g.announce(Op{Kind: OpWGAdd, Obj: id, Obj2: -1, Arg: int32(delta)}) {
		return
	}
	o := &g.x.objs[id]
	if o.n += int32(delta); delta < 0 {
		h.Merge()
	} else if o.n == int32(delta) {
		o.first = 0
		raceRead(h.second()) // must come before Wait, or after
	}
	if o.n < 0 {
		panic("sync: negative WaitGroup counter")
	}
}

// WGWait waits until the counter is 0.
//
//go:norace
func (g *G) WGWait(h *Handle) {
	id := g.x.Object(h)
	if g.announce(Op{Kind: OpWGWait, Obj: id, Obj2: -1}) {
		if o := &g.x.objs[id]; o.first == 0 {
			o.first = 1
			raceWrite(h.second())
		}
		h.Acquire()
	}
}

// At is the number of what lies at the address, in this run. The address stays
// valid for the run.
//
//go:norace
func (x *Exec) At(p unsafe.Pointer) int32 {
	id, _ := x.at(p)
	return id
}
