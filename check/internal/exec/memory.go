package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// The operations of the primitives. Each announces itself, returns when the
// scheduler lets it go on, and takes effect then. In a run that is over they do
// nothing.

// Load announces an atomic read of the object; the caller reads when it returns.
//
//go:norace
func (g *G) Load(o int32) { g.read(prim.On(prim.OpLoad, o)) }

// Look is Load, where a loop reads again and again and comes to an end.
//
//go:norace
func (g *G) Look(o int32) { g.announce(prim.On(prim.OpLoad, o)) }

// Store announces an atomic write.
//
//go:norace
func (g *G) Store(o int32) { g.announce(prim.On(prim.OpStore, o)) }

// RMW announces an atomic read-modify-write. If it turns out to be a
// compare-and-swap that fails, the caller says so with [G.OnlyRead]; if it leaves
// the value as it was, with [G.Unchanged].
//
//go:norace
func (g *G) RMW(o int32) { g.read(prim.On(prim.OpRMW, o)) }

// OnlyRead makes the read-modify-write under way a read.
//
//go:norace
func (g *G) OnlyRead() {
	if !g.x.kill {
		if g.x.trial.g != g {
			g.x.last().Op.Kind = prim.OpLoad
		}
		g.Unchanged()
	}
}

// Unchanged says that the operation under way left the object as it was: a loop
// around it makes no progress.
//
//go:norace
func (g *G) Unchanged() {
	switch x := g.x; {
	case x.kill:
	case x.trial.g == g:
		x.trial.writes = false
	default:
		e := x.last()
		e.Same = true
		x.objs[e.Op.Obj].version--
		g.stutter(e.Full)
	}
}
