package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// Lock locks a mutex for writing.
//
//go:norace
func (g *G) Lock(h *Handle) {
	if g.perform(prim.OpLock, h) != nil {
		h.update()
		h.Acquire()
	}
}

// WLock locks an RWMutex for writing: a writer that waits keeps new readers out.
//
//go:norace
func (g *G) WLock(h *Handle) {
	h.Use()
	if g.perform(prim.OpWLock, h) != nil && g.perform(prim.OpWLockGo, h) != nil {
		h.acquireAll()
	}
}

// TryLock locks it if nobody has it.
//
//go:norace
func (g *G) TryLock(h *Handle) bool {
	ok := g.try(prim.OpTryLock, h) == prim.OpTryLock
	if ok {
		h.update()
		h.Acquire()
		g.luckyTry()
	}
	return ok
}

// luckyTry notes where a TryLock succeeds that might have failed: the memory model lets one
// fail for no reason, and those of the standard library do where others are about to take the
// lock, to try to, or to give it back.
//
//go:norace
func (g *G) luckyTry() {
	if g.x.Alone() {
		return
	}
	if p := callerFrom(4, false); p != "" && !has(g.x.Tried, p) {
		g.x.Tried = append(g.x.Tried, p)
	}
}

// TryWLock is TryLock for an RWMutex.
//
//go:norace
func (g *G) TryWLock(h *Handle) bool {
	h.Use()
	g.x.primitive(prim.OpWLock, h)
	ok := g.try(prim.OpTryLock, h) == prim.OpTryLock
	if ok {
		h.acquireAll()
		g.luckyTry()
	}
	return ok
}

// try performs an operation that may fail and leave everything as it was, and
// returns what it turned out to be.
//
//go:norace
func (g *G) try(k prim.Kind, h *Handle) prim.Kind {
	x := g.x
	obj := x.primitive(k, h)
	if !g.read(prim.On(k, obj)) {
		return prim.OpNone
	}
	if x.trial.g == g {
		is := prim.Refine(k, x.State(obj))
		if is.Writes() {
			g.leaves()
		}
		g.Unchanged()
		return is
	}
	e := x.apply()
	if !e.Op.Kind.Writes() {
		g.Unchanged()
	}
	return e.Op.Kind
}

// Unlock unlocks it. message is what the standard library dies with if it is not
// locked.
//
//go:norace
func (g *G) Unlock(h *Handle, message string) {
	if g.unlock(h, message) {
		h.update()
		h.release()
	}
}

//go:norace
func (g *G) unlock(h *Handle, message string) bool {
	id := g.x.primitive(prim.OpUnlock, h)
	if !g.announce(prim.On(prim.OpUnlock, id)) {
		return false
	}
	if g.x.objs[id].Owner == 0 {
		g.die(message)
	}
	g.x.apply()
	return true
}

// WUnlock is Unlock for an RWMutex.
//
//go:norace
func (g *G) WUnlock(h *Handle, message string) {
	h.Use()
	g.x.primitive(prim.OpWLock, h)
	if g.unlock(h, message) {
		h.release()
	}
}

// RLock locks for reading.
//
//go:norace
func (g *G) RLock(h *Handle) {
	h.Use()
	if g.perform(prim.OpRLock, h) != nil {
		h.acquireRead()
	}
}

// TryRLock locks for reading if no writer has it.
//
//go:norace
func (g *G) TryRLock(h *Handle) bool {
	h.Use()
	ok := g.try(prim.OpTryRLock, h) == prim.OpTryRLocked
	if ok {
		h.acquireRead()
	}
	return ok
}

// RUnlock ends reading.
//
//go:norace
func (g *G) RUnlock(h *Handle, message string) {
	h.Use()
	id := g.x.primitive(prim.OpRUnlock, h)
	if !g.announce(prim.On(prim.OpRUnlock, id)) {
		return
	}
	if g.x.objs[id].N == 0 {
		g.die(message)
	}
	g.x.apply()
	h.releaseRead()
}
