package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// OnceDo reports whether the goroutine is the first to come to a Once. The others return when
// that one has said that it is done.
//
//go:norace
func (g *G) OnceDo(h *Handle) bool {
	switch g.try(prim.OpOnceDo, h) {
	case prim.OpOnceDo:
		h.update()
		return true
	case prim.OpOnceLate:
		if g.perform(prim.OpOnceWait, h) != nil {
			h.Acquire()
			h.Use()
		}
	}
	return false
}

// OnceDone says that what was to be done once is. It panics if there is another Once by now.
//
//go:norace
func (g *G) OnceDone(h *Handle) {
	id := g.x.primitive(prim.OpOnceDone, h)
	if !g.announce(prim.On(prim.OpOnceDone, id)) {
		return
	}
	if g.x.objs[id].Owner == 0 {
		g.die("sync: unlock of unlocked mutex")
	}
	g.x.apply()
	h.update()
}
