package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// WGAdd adds to the counter of a WaitGroup. It panics if it goes negative.
//
//go:norace
func (g *G) WGAdd(h *Handle, delta int) {
	h.Use()
	id := g.x.primitive(prim.OpWGAdd, h)
	if !g.announce(prim.OnBoth(prim.OpWGAdd, id, -1, int32(delta))) {
		return
	}
	o := &g.x.objs[id]
	g.addsTo(o)
	g.x.apply()
	if delta < 0 {
		h.Merge()
	} else if o.N == int32(delta) {
		o.waited = false
		raceRead(h.second()) // must come before Wait, or after
	}
	if o.N < 0 {
		panic("sync: negative WaitGroup counter")
	}
	if o.N == 0 && o.bubble != 0 && g.x.awaited(id) {
		o.bubble = 0
	}
}

// WGWait waits until the counter is 0. One who is woken does not look at the counter
// again, and does not panic if it has been added to meanwhile. The standard library
// does, if it comes to that; but then nothing orders the addition and the wait, and
// the race detector reports the two, where the one who waits was the first to.
//
//go:norace
func (g *G) WGWait(h *Handle) {
	h.Use()
	if e := g.perform(prim.OpWGWait, h); e != nil {
		o := &g.x.objs[e.Op.Obj]
		if !o.waited {
			o.waited = true
			raceWrite(h.second())
		}
		if o.bubble == g.bubble {
			o.bubble = 0
		}
		h.Acquire()
	}
}

// awaited reports whether somebody waits for a WaitGroup.
//
//go:norace
func (x *Exec) awaited(id int32) bool {
	for _, g := range x.Gs {
		if g.state == pending && g.Op.Kind == prim.OpWGWait && g.Op.Obj == id {
			return true
		}
	}
	return false
}
