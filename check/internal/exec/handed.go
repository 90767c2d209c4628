package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// A select that waits for channels with a buffer, too, and finds one of these ready has been
// handed what is there: nobody meets it at a channel without a buffer any more, and nobody who
// comes later takes it away. Unless another one who waits has been handed it; but then that
// one can go on as well, and the two orders of what it does and of who looks for a partner
// are both explored: for what passes over such a select depends on all its channels.

// hasGot reports whether one who waits at a channel without a buffer has been handed
// something elsewhere.
//
//go:norace
func (x *Exec) hasGot(w waiter) bool {
	g := x.Gs[w.g]
	if w.cas < 0 || Seeded == SeedHanded || g.Op.Kind != prim.OpSelectGo || !prim.Enabled(x, &g.Op, w.g) {
		return false
	}
	return x.queued == 0 || g.Op.Gets(x, w.g)
}

// Before implements [prim.Waiting].
//
//go:norace
func (x *Exec) Before(thread, ch int32, send bool) (n int32) {
	since := x.Gs[thread].Since
	for i, p := range x.Gs {
		if p.state == pending && int32(i) != thread && prim.Earlier(p.Since, since) && p.Op.Claims(ch, send) {
			n++
		}
	}
	return n
}

// partner is the place of the first one in a queue who is there for the goroutine, -1 if
// nobody is.
//
//go:norace
func (g *G) partner(ws []waiter) int {
	for i, w := range ws {
		if w.g != int32(g.ID) && !g.x.hasGot(w) {
			return i
		}
	}
	return -1
}

// beside adds channels to each of n outcomes.
//
//go:norace
func beside(all [][]int32, n int, also []int32) [][]int32 {
	if len(also) == 0 {
		return all
	}
	for i := range n {
		if i == len(all) {
			all = append(all, nil)
		}
		all[i] = extend(extend(nil, all[i]), also)
	}
	return all
}

// passesOver notes in the event under way whom the goroutine has passed over in a queue, and
// whom it might have. It returns their channels.
//
//go:norace
func (g *G) passesOver(ws []waiter) (also []int32) {
	x := g.x
	for _, w := range ws {
		p := x.Gs[w.g]
		if p == g {
			continue
		}
		got := x.hasGot(w)
		if !got && !(w.cas >= 0 && p.Op.Kind == prim.OpSelectGo && p.Op.WaitsForMore()) {
			return also
		}
		also = extend(also, p.Op.More())
		x.dependsOn(p)
		if !got {
			return also
		}
		x.hands(p)
	}
	return also
}

// there are those in the queue of a channel that is closed who have not been handed anything
// elsewhere.
//
//go:norace
func (x *Exec) there(queue []waiter) (list []waiter) {
	for _, w := range queue {
		if !x.hasGot(w) {
			list = append(list, w)
			continue
		}
		x.dependsOn(x.Gs[w.g])
		x.hands(x.Gs[w.g])
	}
	return list
}

// dependsOn has the event under way depend on all the channels of a select that waits.
//
//go:norace
func (x *Exec) dependsOn(g *G) {
	e := x.last()
	e.Op.SetAlso(extend(extend(nil, e.Op.Also()), g.Op.More()))
	e.Full.SetAlso(e.Op.Also())
}

// hands leaves a select that waits what it has been handed: it takes nothing else, and nobody
// takes it away.
//
//go:norace
func (x *Exec) hands(g *G) {
	if g.handed = true; g.Since == 0 {
		g.Since = int32(len(x.Events)) + 1
		x.queued++
		x.Queued = true
	}
}
