package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// A select in a loop may find a channel that is closed: it gets nothing, and goes round.
// That is a round that only reads, and the loop may be one that waits. It differs from
// others in that another case may be ready, which has only not been chosen. Who goes round
// for ever leaves that out each time, which has no chance. So once a loop is known to come
// to nothing with a case of a channel that is closed, it leaves that case out as long as
// another is ready, and all is as it was; and where none is, it waits for a change.
//
// Nothing is lost by that: with the case that is left out it comes to the same state.

// isOver reports whether a case that is ready receives from a channel that is closed, and
// empty.
//
//go:norace
func (g *G) isOver(c *Case) bool {
	o := &g.x.objs[c.id(g.x)]
	return !c.send && o.Closed && (!c.buffered || o.N == 0) && Seeded != SeedOver
}

// gets notes that the select under way got nothing, in a case of a channel that is closed.
//
//go:norace
func (g *G) gets(chosen int, cases []Case, op prim.Op) {
	if len(cases) > mostCases {
		return
	}
	g.x.last().Same = true
	g.stutter(op)
	o := over{chosen: chosen + 1}
	for i := range cases {
		if g.caseReady(&cases[i]) {
			o.ready |= 1 << i
		}
	}
	g.window[len(g.window)-len(op.More())].over = o
}

// chooseAgain is choose, for a goroutine that is tried out: it takes the case that it took
// before. If there is none that got nothing, and one is ready, it does something else.
//
//go:norace
func (g *G) chooseAgain(cases []Case) int {
	t := &g.x.trial
	if i := t.chosen - 1; i >= 0 && i < len(cases) && g.caseReady(&cases[i]) && g.isOver(&cases[i]) {
		cases[i].take()
		t.writes = false
		return i
	}
	for i := range cases {
		if g.caseReady(&cases[i]) {
			g.leaves()
		}
	}
	return -1
}

// passes decides whether a select leaves cases out: not if something has changed since its
// loop has read it, and not if no other is ready.
//
//go:norace
func (g *G) passes(cases []Case, op prim.Op) {
	o := &g.out
	if !o.does || op.More()[0] != o.of {
		o.does = false
		return
	}
	if o.does = !g.changed(); !o.does {
		return
	}
	for i := range cases {
		if g.caseReady(&cases[i]) && !g.passed(i) {
			return
		}
	}
	o.does = false
}

// passed reports whether the select under way leaves out a case.
//
//go:norace
func (g *G) passed(i int) bool { return g.out.does && i < mostCases && g.out.cases&(1<<i) != 0 }
