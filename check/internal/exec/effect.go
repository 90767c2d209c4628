package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// perform announces an operation of a kind and returns its event when it has taken
// effect; nil in a run that is over.
//
//go:norace
func (g *G) perform(k prim.Kind, h *Handle) *prim.Event {
	if !g.announce(prim.On(k, g.x.primitive(k, h))) {
		return nil
	}
	return g.x.apply()
}

// apply lets the event under way take effect on the state of its objects.
//
//go:norace
func (x *Exec) apply() *prim.Event {
	e := x.last()
	s := &x.objs[e.Op.Obj].State
	e.Op.Kind = prim.Refine(e.Op.Kind, s)
	prim.Apply(e.Op.Kind, s, e)
	x.keep(e.Op.Obj)
	if e.Op.Obj2 >= 0 {
		prim.Apply(e.Op.Kind.Info().Second, &x.objs[e.Op.Obj2].State, e)
		x.keep(e.Op.Obj2)
	}
	return e
}

// alt chooses one of n outcomes of the event under way.
//
//go:norace
func (x *Exec) alt(n int) int {
	if n < 2 || Seeded == SeedOutcome {
		return 0
	}
	x.mayDiffer()
	a := x.chooseAlt(n)
	e := x.last()
	e.Alt, e.Alts = int32(a), int32(n)
	g := x.Gs[e.G]
	g.past = mix(g.past, uint64(a))
	return a
}
