package boundedfifo

import (
	"math"
)

// search is a search with what it has counted.
type search struct {
	Problem
	stop func() bool

	capacity int   // at most one more than there are items
	few      int   // items up to which the search is exact from the beginning
	required int   // items that are not optional
	limit    int64 // of steps
	progress func(done, all int)

	steps   int64 // extensions tried
	deepest int   // items placed in the longest prefix
	at      int64 // the earliest time of the next entry there
	width   int   // most configurations kept at a level

	// The least return of a send, and of a receive, among the items from the
	// index on.
	putDue, getDue []int64
}

// conf is a configuration.
type conf struct {
	next   int32   // items from here on are not placed …
	gaps   []int32 // … nor are these before it, in order
	placed int32
	needed int32 // items placed that are not optional
	taken  int32 // items placed that takers take
	p      int64 // the next entry is not earlier
	g      int64 // nor is the next exit
	floor  int64 // exits of the window are not earlier
	window []int64
	inside []int32 // items of the window, where fulls need them
	// since: the buffer was observed empty just before item number since entered,
	// so earlier items do not count towards full. Only fulls need it.
	since int32

	empties, fulls pointer
}

// pointer says which refusals a configuration has dealt with: of those before
// next all but the open ones.
type pointer struct {
	next int32
	open []int32
}

// newSearch prepares the search.
func newSearch(p Problem, o Options) *search {
	n := len(p.Items)
	b := &search{
		Problem: p, stop: o.Stop, capacity: min(p.Capacity, n+1), few: o.Exact, limit: o.Steps, progress: o.Progress,
	}
	if b.few == 0 {
		b.few = fewItems
	}
	b.putDue, b.getDue = make([]int64, n+1), make([]int64, n+1)
	b.putDue[n], b.getDue[n] = never, never
	for i := n - 1; i >= 0; i-- {
		it := &b.Items[i]
		b.putDue[i], b.getDue[i] = b.putDue[i+1], b.getDue[i+1]
		if !it.Optional {
			b.required++
			b.putDue[i] = min(b.putDue[i], it.PutRet)
		}
		if it.Got {
			b.getDue[i] = min(b.getDue[i], it.GetRet)
		}
	}
	return b
}

// complete reports whether the refusals that are left fit behind the last item.
func (b *search) complete(c *conf) bool {
	// After the last exit it stays empty.
	for _, e := range c.empties.open {
		if b.Empties[e].Return < c.g {
			return false
		}
	}
	for _, e := range b.Empties[c.empties.next:] {
		if e.Return < c.g {
			return false
		}
	}
	if c.g == never && (len(c.empties.open) > 0 || int(c.empties.next) < len(b.Empties)) {
		return false
	}
	return len(c.fulls.open) == 0 && int(c.fulls.next) == len(b.Fulls)
}

// child is an extension of a configuration by one item.
type child struct {
	parent  int32
	item    int32
	p, g    int64 // of the new configuration
	exit    int64 // of the item
	floor   int64
	next    int32
	gaps    []int32
	taken   int32
	since   int32
	empties pointer
	fulls   pointer
	hash    uint64
	dropped bool
}

// scratch is what a level needs again and again.
type scratch struct {
	children []child
	arena    arena
	order    []int32
	groups   map[uint64]int32 // the last child of the set, and by chain the others
	chain    []int32
}

// arena hands out small lists that live until it is reset.
type arena struct{ buf []int32 }

func (a *arena) reset() { a.buf = a.buf[:0] }

// list is an empty list with room for n.
func (a *arena) list(n int) []int32 {
	if cap(a.buf)-len(a.buf) < n {
		a.buf = make([]int32, 0, max(2*cap(a.buf), n, 1024))
	}
	at := len(a.buf)
	a.buf = a.buf[:at+n]
	return a.buf[at : at : at+n]
}

// extend adds the ways to place one more item.
func (b *search) extend(c *conf, parent int32, s *scratch) {
	putDue, getDue := b.putDue[c.next], b.getDue[c.next]
	for _, i := range c.gaps {
		it := &b.Items[i]
		if !b.Items[i].Optional {
			putDue = min(putDue, it.PutRet)
		}
		if it.Got {
			getDue = min(getDue, it.GetRet)
		}
	}
	if c.p > putDue || max(c.g, c.p) > getDue {
		return
	}
	for n, i := range c.gaps {
		b.place(c, parent, i, n, putDue, getDue, s)
	}
	for i := int(c.next); i < len(b.Items) && b.Items[i].PutCall <= putDue; i++ {
		b.place(c, parent, int32(i), -1, putDue, getDue, s)
	}
}

// place adds the ways to place the item next, which is the given gap unless that
// is negative.
func (b *search) place(c *conf, parent, i int32, gap int, putDue, getDue int64, s *scratch) {
	b.steps++
	it := &b.Items[i]
	due := putDue
	if it.Optional {
		due = min(due, it.PutRet)
	}
	p := max(c.p, it.PutCall)
	if p > due {
		return
	}
	getCall, taken := it.GetCall, c.taken
	if !it.Got {
		getCall = never
		if int(taken) < len(b.Takers) && b.Takers[taken] <= b.Drained {
			getCall = b.Takers[taken]
			getDue = min(getDue, b.Drained)
		}
		taken++
		if getCall == never && b.Drained != never {
			return
		}
	}
	if getCall > getDue {
		return
	}
	b.placeAt(c, parent, i, gap, p, getCall, taken, getDue, s)
	if len(b.Empties) == 0 {
		return
	}
	// The entry may wait for the buffer to be seen empty.
	next := int(c.empties.next)
	if c.g > p && c.g <= due && (len(c.empties.open) > 0 || next < len(b.Empties) && b.Empties[next].Call <= c.g) {
		b.placeAt(c, parent, i, gap, c.g, getCall, taken, getDue, s)
	}
	for last := max(c.g, p); next < len(b.Empties) && b.Empties[next].Call <= due; next++ {
		if at := b.Empties[next].Call; at > last {
			b.placeAt(c, parent, i, gap, at, getCall, taken, getDue, s)
			last = at
		}
	}
}

// placeAt places the item so that it enters at p.
func (b *search) placeAt(c *conf, parent, i int32, gap int, p, getCall int64, taken int32, getDue int64, s *scratch) {
	g := max(c.g, getCall, p)
	if g > getDue {
		return
	}
	ch := child{parent: parent, item: i, g: g, exit: g, floor: c.floor, taken: taken}
	ch.since = c.since
	// From the last exit to this entry it is empty.
	var ok bool
	if ch.empties, ok = s.settle(b.Empties, c.empties, p, c.g, p, p); !ok {
		return
	}
	if b.capacity > 1 && len(b.Fulls) > 0 && c.g <= p {
		// If it was seen empty then, it is not full before the others of the
		// window are gone.
		unseen, ok := s.settle(b.Empties, c.empties, p, math.MaxInt64, always, p)
		if !ok || len(unseen.open) > len(ch.empties.open) {
			seen := ch
			seen.since = c.placed
			b.placeSeen(c, seen, p, getDue, gap, s)
			if !ok {
				return
			}
			ch.empties = unseen
		}
	}
	b.placeSeen(c, ch, p, getDue, gap, s)
}

// placeSeen goes on when it is decided whether the buffer was seen empty before
// the entry.
func (b *search) placeSeen(c *conf, ch child, p, getDue int64, gap int, s *scratch) {
	i, g := ch.item, ch.g
	var ok bool
	// The exit that makes room for the next entry.
	k := b.capacity
	room := int64(always)
	if j := int(c.placed) + 1; j >= k {
		if k == 1 {
			room = g
		} else {
			room = max(c.window[(j-k)%k], c.floor)
		}
	}
	ch.p = max(p, room)
	if gap < 0 {
		ch.next = i + 1
		ch.gaps = append(s.arena.list(len(c.gaps)+int(i-c.next)), c.gaps...)
		for k := c.next; k < i; k++ {
			ch.gaps = append(ch.gaps, k)
		}
	} else {
		ch.next = c.next
		ch.gaps = append(append(s.arena.list(len(c.gaps)-1), c.gaps[:gap]...), c.gaps[gap+1:]...)
	}
	if len(b.Fulls) == 0 || int(c.placed)+1-k < int(ch.since) {
		if ch.fulls, ok = s.settle(b.Fulls, c.fulls, ch.p, math.MaxInt64, always, ch.p); ok {
			b.add(ch, s)
		}
		return
	}
	// From this entry to that exit it is full.
	if ch.fulls, ok = s.settle(b.Fulls, c.fulls, room, p, room, ch.p); ok {
		b.add(ch, s)
	}
	// The exits may wait for the buffer to be seen full.
	due := getDue
	for j := int(c.placed) + 1 - k; j < int(c.placed); j++ {
		due = min(due, b.due(c.inside[j%k]))
	}
	wait := func(at int64) {
		if at > due {
			return
		}
		w := ch
		w.floor = max(w.floor, at)
		w.g, w.exit = max(w.g, at), max(w.exit, at)
		w.p = max(p, at)
		if w.fulls, ok = s.settle(b.Fulls, c.fulls, at, p, at, w.p); ok {
			b.add(w, s)
		}
	}
	last := room
	if p > room && (len(c.fulls.open) > 0 || int(c.fulls.next) < len(b.Fulls) && b.Fulls[c.fulls.next].Call <= p) {
		wait(p)
		last = p
	}
	last = max(last, p)
	for n := int(c.fulls.next); n < len(b.Fulls) && b.Fulls[n].Call <= due; n++ {
		if at := b.Fulls[n].Call; at > last {
			wait(at)
			last = at
		}
	}
}

// due is the time by which the item has left.
func (b *search) due(i int32) int64 {
	if b.Items[i].Got {
		return b.Items[i].GetRet
	}
	return b.Drained
}

// settle moves a pointer on to the refusals called by the horizon. Those that
// overlap the time from … to are explained by it; of the others none may have
// returned before now.
func (s *scratch) settle(ws []Refusal, from pointer, horizon, first, last, now int64) (pointer, bool) {
	out := pointer{next: from.next}
	if len(from.open) == 0 && (int(from.next) == len(ws) || ws[from.next].Call > horizon) {
		return out, true
	}
	keep := func(i int32) bool {
		w := ws[i]
		switch {
		case first <= last && w.Call <= last && w.Return >= first:
		case w.Return < now:
			return false
		default:
			if out.open == nil {
				out.open = s.arena.list(len(from.open) + 8)
			}
			out.open = append(out.open, i)
		}
		return true
	}
	for _, i := range from.open {
		if !keep(i) {
			return out, false
		}
	}
	for int(out.next) < len(ws) && ws[out.next].Call <= horizon {
		if !keep(out.next) {
			return out, false
		}
		out.next++
	}
	return out, true
}
