package exec

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A select in a loop may find a channel that is closed: it gets nothing, and goes round.
// That is a round that only reads, and the loop may be one that waits. It differs from
// others in that another case may be ready, which has only not been chosen. Who goes round
// for ever leaves that out each time, which has no chance. So once a loop is known to come
// to nothing with a case of a channel that is closed, it leaves that case out as long as
// another is ready, and all is as it was; and where none is, it waits for a change.
//
// Nothing is lost by that: with the case that is left out it comes to the same state.

// over is what a select had that got nothing of a channel that is closed.
type over struct {
	chosen int    // number of the case, from 1; 0: it was another
	ready  uint64 // the cases that were ready, a bit for each
}

// out are cases that a select of the goroutine leaves out.
type out struct {
	cases uint64
	at    site  // of the loop
	of    int32 // the select's first channel
	does  bool  // when the goroutine comes to it next; else it is free to choose
}

// mostCases is how many cases a select may have for that.
const mostCases = 64

//go:norace
func selects(k prim.Kind) bool { return k == prim.OpSelect || k == prim.OpSelectGo }

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

// leavesOut has the select of a loop that is cut short leave out the case that got nothing
// before, and those that did since something has changed last. It reports false if no other
// was ready: the loop waits then.
//
//go:norace
func (g *G) leavesOut(loop []reading, at site, counts string) bool {
	o := &g.out
	o.does = false
	var r *reading
	for i := range loop {
		if loop[i].chosen == 0 {
			continue
		}
		if r != nil { // it is not known which of the two is to go on
			o.cases = 0
			return true
		}
		r = &loop[i]
	}
	if r == nil {
		return false
	}
	if counts != idle || o.at != at || o.of != r.obj || !alike(g.loop, loop) {
		o.cases = 0
	}
	o.cases |= 1 << (r.chosen - 1)
	o.at, o.of = at, r.obj
	o.does = r.ready&^o.cases != 0
	return o.does
}

// alike reports whether a loop has read the same twice. What has changed since does not
// matter: it may be somebody's who comes later as well.
//
//go:norace
func alike(a, b []reading) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].obj != b[i].obj || a[i].version != b[i].version {
			return false
		}
	}
	return true
}

// freed is a select that the goroutine comes to, which looks at whatever its loop reads if
// it may leave cases out.
//
//go:norace
func (g *G) freed(op prim.Op) prim.Op {
	if !g.out.does || !selects(op.Kind) || op.More()[0] != g.out.of {
		return op
	}
	objs := extend(nil, op.More())
	for _, r := range g.loop {
		if !slices.Contains(objs, r.obj) {
			objs = append(objs, r.obj)
		}
	}
	op.SetMore(objs, op.Cases())
	return op
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
