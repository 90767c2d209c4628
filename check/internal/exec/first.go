package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// A select that waits goes on with what became ready first: it has been handed it by then, and
// what comes later is not for it. Whether it waits by then is not known, as a rule: it may come
// later as well, and find both. It is known of who was seen to wait; and of two channels one
// was first in all orders of what happens elsewhere if what made it ready happens before all
// that was done with the other. So other orders of the same need not be looked for.

// first notes which of the channels with a buffer are not those with which a select that was
// seen to wait goes on, since another one became ready before.
//
//go:norace
func (g *G) first(cases []Case) {
	x := g.x
	x.became = x.became[:0]
	since := int(x.last().Since)
	if since == 0 || Seeded == SeedFirst {
		return
	}
	n := 0
	for i := range cases {
		b := became{ch: -1}
		if c := &cases[i]; c.buffered && g.caseReady(c) && !g.passed(i) {
			if b = g.becameReady(c, since-1); b.ch >= 0 {
				n++
			}
		}
		x.became = append(x.became, b)
	}
	if n < 2 {
		x.became = x.became[:0]
		return
	}
	for i := range x.became {
		if b := &x.became[i]; b.ch >= 0 && b.forIt {
			g.wasFirst(b, since-1)
		}
	}
}

// wasFirst notes which channels became ready after one.
//
//go:norace
func (g *G) wasFirst(b *became, since int) {
	x := g.x
	known := false
	for i := range x.became {
		c := &x.became[i]
		if c.ch < 0 || c.ch == b.ch || c.from <= b.at || c.later {
			continue
		}
		if b.at < 0 || b.by >= 0 && b.by == c.by {
			c.later = true
			continue
		}
		if !known {
			x.followers(int(b.at))
			known = true
		}
		c.later = true
		for k := since; c.later && k < len(x.Events)-1; k++ {
			c.later = !concerns(&x.Events[k], c.ch) || k > int(b.at) && x.follows[k-int(b.at)]
		}
	}
}

// becameReady is how the channel of a case that is ready became that, from event since on.
//
//go:norace
func (g *G) becameReady(c *Case, since int) became {
	x := g.x
	b := became{ch: c.id(x), from: -1, at: -1, by: -1}
	several, taken, ahead := false, false, x.claimants(g, c)
	waits := ahead > 0
	for k := since; k < len(x.Events)-1; k++ {
		e := &x.Events[k]
		if !concerns(e, b.ch) {
			continue
		}
		takes, known := c.taken(e)
		if !known {
			return became{ch: -1}
		}
		if takes && x.wasThere(e.Since) {
			ahead++
		} else if takes {
			taken = true
		}
		if several = several || b.by >= 0 && e.G != b.by; b.from < 0 {
			b.from = int32(k)
		}
		b.by = e.G
	}
	if b.forIt = !taken || !several && !waits; several {
		b.by = -1
	}
	switch {
	case b.from < 0:
		b.forIt = !waits
	case b.forIt:
		b.at = x.madeReady(c, b.ch, since, ahead)
		b.forIt = b.at >= 0
	}
	return b
}

// madeReady is the event, from since on, that made the channel of a case ready when that had
// been done a number of times already; -1 if there is none.
//
//go:norace
func (x *Exec) madeReady(c *Case, ch int32, since, ahead int) int32 {
	for k := since; k < len(x.Events)-1; k++ {
		e := &x.Events[k]
		if !concerns(e, ch) {
			continue
		}
		takes, _ := c.taken(e)
		switch {
		case e.Op.Kind == prim.OpClose, !takes && ahead == 0:
			return int32(k)
		case !takes:
			ahead--
		}
	}
	return -1
}

// concerns reports whether an event has to do with a channel: not a select that took another
// case.
//
//go:norace
func concerns(e *prim.Event, ch int32) bool {
	return e.Op.Touches(ch) && (!selects(e.Op.Kind) || e.Chan == ch)
}

// taken reports whether an event has taken what the case waits for; it is not known of events
// of other kinds than those that send and receive.
//
//go:norace
func (c *Case) taken(e *prim.Event) (takes, known bool) {
	switch e.Op.Kind {
	case prim.OpClose, prim.OpSend:
		return c.send, true
	case prim.OpRecv, prim.OpRecvItem:
		return !c.send, true
	case prim.OpSelect, prim.OpSelectGo:
		return e.Sent == c.send, true
	}
	return false, false
}

// claimants is how many others were seen to wait for the channel of a case, and not after the
// select under way.
//
//go:norace
func (x *Exec) claimants(g *G, c *Case) (n int) {
	for _, p := range x.Gs {
		if p != g && p.state == pending && x.wasThere(p.Since) && p.Op.Claims(c.id(x), c.send) {
			n++
		}
	}
	return n
}

// wasThere reports whether who was seen to wait at a moment was there no later than the select
// under way.
//
//go:norace
func (x *Exec) wasThere(since int32) bool {
	return since != 0 && !prim.Earlier(x.last().Since, since)
}

// avoids reports whether the select under way does not take a case, though that is ready: its
// loop has done with it, or something else was first.
//
//go:norace
func (g *G) avoids(i int) bool {
	return g.passed(i) || i < len(g.x.became) && g.x.became[i].later
}
