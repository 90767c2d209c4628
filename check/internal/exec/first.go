package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// A select that waits goes on with what became ready first: it has been handed it by then, and
// what comes later is not for it. Whether it waits by then is not known, as a rule: it may come
// later as well, and find both. It is known of who was seen to wait; and what was first is the
// same in all orders of what happens elsewhere if one goroutine has done it all. So other orders
// of the same need not be looked for.

// first is the channel with a buffer with which a select that was seen to wait goes on, -1 if
// that is not known, or nothing was first.
//
//go:norace
func (g *G) first(cases []Case) int32 {
	x := g.x
	since := int(x.last().Since)
	if since == 0 || Seeded == SeedFirst {
		return -1
	}
	at, ch, by, unknown := len(x.Events), int32(-1), int32(-1), false
	for i := range cases {
		c := &cases[i]
		if c.id == nil || !c.buffered || !g.caseReady(c) {
			continue
		}
		id := c.id(x)
		k, ok := g.becameReady(id, since-1, &by)
		if !ok {
			return -1
		}
		switch {
		case k < at:
			at, ch = k, id
			unknown = x.claimed(g, id, c.send)
		case k == at && id != ch: // both were ready before
			unknown = true
		}
	}
	if unknown {
		return -1
	}
	return ch
}

// becameReady is the event, from one on, that made a channel ready for the select under way;
// since-1 if that was ready before. It is not known if others than one goroutine, the one that
// by says, had to do with the channel, or operations of other kinds.
//
//go:norace
func (g *G) becameReady(id int32, since int, by *int32) (at int, ok bool) {
	x := g.x
	at = since - 1
	for k := since; k < len(x.Events)-1; k++ {
		e := &x.Events[k]
		if !e.Op.Touches(id) {
			continue
		}
		switch e.Op.Kind {
		case prim.OpSend, prim.OpRecv, prim.OpRecvItem, prim.OpClose, prim.OpSelectGo:
		default:
			return 0, false
		}
		if *by >= 0 && e.G != *by {
			return 0, false
		}
		*by = e.G
		if e.Op.Kind == prim.OpSelectGo && e.Chan != id {
			continue // it has taken another case
		}
		if at < since {
			at = k
		}
	}
	return at, true
}

// claimed reports whether another one was seen to wait for the channel, and not after the
// select under way.
//
//go:norace
func (x *Exec) claimed(g *G, id int32, send bool) bool {
	for _, p := range x.Gs {
		if p != g && p.state == pending && p.Since != 0 && !prim.Earlier(x.last().Since, p.Since) && p.Op.Claims(id, send) {
			return true
		}
	}
	return false
}

// avoids reports whether the select under way does not take a case, though that is ready: its
// loop has done with it, or something else was first.
//
//go:norace
func (g *G) avoids(i int, c *Case, first int32) bool {
	return g.passed(i) || first >= 0 && c.id(g.x) != first
}
