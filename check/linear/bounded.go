package linear

import (
	"cmp"
	"math"
	"slices"
)

// A bounded first-in-first-out buffer of capacity K is explained by one sequence
// of the items, in which all enter and all leave: item i enters at p(i) and
// leaves at g(i), both within the times of their operations, so that
//
//	p(i) ≥ p(i-1), p(i) ≥ g(i-K), g(i) ≥ g(i-1), g(i) ≥ p(i).
//
// For a given sequence the earliest times are found by going through it once,
// and they are best: whatever follows is only restricted by later ones. So the
// search chooses the next item, one after the other. It keeps all prefixes that
// can still be extended, as configurations: which items are placed, the earliest
// times of the last K exits, and the earliest time of the next entry. Of two
// configurations with the same items the one with later times is dropped. Two
// looks ahead keep them few: the next entry must not come after the return of any
// send that is still to be placed, nor the last exit after the return of any
// receive.
//
// A refusal is a point in the sequence too. "Empty" lies between the exit of one
// item and the entry of the next, which it may delay; "full" lies between an
// entry after which K items are inside and the next exit, which it may delay.
// Those that cost nothing are taken as they come.
//
// Sends that have not returned and whose item nobody received may be placed or
// left out; they matter only to "full". Receives that have not returned take the
// items which nobody is known to have got, in order of their calls.
type bounded struct {
	capacity int
	items    []item
	optional []bool // nil: none
	takers   []int64
	drained  int64 // by when takers have taken
	empties  []window
	fulls    []window
	steps    int64 // extensions tried
	limit    int64
	deepest  int   // items placed in the longest prefix
	at       int64 // the earliest time of the next entry there
	width    int   // most configurations kept at a level
	few      int   // items up to which the search is exact from the beginning
	stop     func() bool
	progress func(done, all int)

	// The least return of a send, and of a receive, among the items from the
	// index on.
	putDue, getDue []int64
	required       int // items that are not optional
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
	// Before the entry of item number since it was seen empty: the items before
	// had left, so it cannot be full of them. Only fulls need it.
	since int32

	empties, fulls pointer
}

// pointer says which refusals a configuration has dealt with: of those before
// next all but the open ones.
type pointer struct {
	next int32
	open []int32
}

// outcome of a search.
type outcome int

const (
	explained outcome = iota
	unexplained
	gaveUp
)

// newBounded prepares the search. The refusals come by call.
func newBounded(p *problem) *bounded {
	b := &bounded{
		capacity: p.config.Capacity, items: p.items, drained: p.closing.drained, few: fewItems,
		empties: slices.Clone(p.empties), fulls: slices.Clone(p.fulls), required: len(p.items),
	}
	for _, t := range p.takers {
		b.takers = append(b.takers, p.calls[t].Call)
	}
	if len(b.fulls) > 0 && len(p.spare) > 0 {
		b.items = slices.Concat(p.items, p.spare)
		slices.SortStableFunc(b.items, func(x, y item) int { return cmp.Compare(x.putCall, y.putCall) })
		b.optional = make([]bool, len(b.items))
		spare := map[int32]bool{}
		for _, it := range p.spare {
			spare[it.put] = true
		}
		for i := range b.items {
			b.optional[i] = spare[b.items[i].put]
		}
	}
	b.capacity = min(b.capacity, len(b.items)+1)
	n := len(b.items)
	b.putDue, b.getDue = make([]int64, n+1), make([]int64, n+1)
	b.putDue[n], b.getDue[n] = never, never
	for i := n - 1; i >= 0; i-- {
		it := &b.items[i]
		b.putDue[i], b.getDue[i] = b.putDue[i+1], b.getDue[i+1]
		if b.optional == nil || !b.optional[i] {
			b.putDue[i] = min(b.putDue[i], it.putRet)
		}
		if it.get != none {
			b.getDue[i] = min(b.getDue[i], it.getRet)
		}
	}
	return b
}

// complete reports whether the refusals that are left fit behind the last item.
func (b *bounded) complete(c *conf) bool {
	// After the last exit it stays empty.
	for _, e := range c.empties.open {
		if b.empties[e].ret < c.g {
			return false
		}
	}
	for _, e := range b.empties[c.empties.next:] {
		if e.ret < c.g {
			return false
		}
	}
	if c.g == never && (len(c.empties.open) > 0 || int(c.empties.next) < len(b.empties)) {
		return false
	}
	return len(c.fulls.open) == 0 && int(c.fulls.next) == len(b.fulls)
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
func (b *bounded) extend(c *conf, parent int32, s *scratch) {
	putDue, getDue := b.putDue[c.next], b.getDue[c.next]
	for _, i := range c.gaps {
		it := &b.items[i]
		if b.optional == nil || !b.optional[i] {
			putDue = min(putDue, it.putRet)
		}
		if it.get != none {
			getDue = min(getDue, it.getRet)
		}
	}
	if c.p > putDue || max(c.g, c.p) > getDue {
		return
	}
	for n, i := range c.gaps {
		b.place(c, parent, i, n, putDue, getDue, s)
	}
	for i := int(c.next); i < len(b.items) && b.items[i].putCall <= putDue; i++ {
		b.place(c, parent, int32(i), -1, putDue, getDue, s)
	}
}

// place adds the ways to place the item next, which is the given gap unless that
// is negative.
func (b *bounded) place(c *conf, parent, i int32, gap int, putDue, getDue int64, s *scratch) {
	b.steps++
	it := &b.items[i]
	due := putDue
	if b.optional != nil && b.optional[i] {
		due = min(due, it.putRet)
	}
	p := max(c.p, it.putCall)
	if p > due {
		return
	}
	getCall, taken := it.getCall, c.taken
	if it.get == none {
		getCall = never
		if int(taken) < len(b.takers) && b.takers[taken] <= b.drained {
			getCall = b.takers[taken]
			getDue = min(getDue, b.drained)
		}
		taken++
		if getCall == never && b.drained != never {
			return
		}
	}
	if getCall > getDue {
		return
	}
	b.placeAt(c, parent, i, gap, p, getCall, taken, getDue, s)
	if len(b.empties) == 0 {
		return
	}
	// The entry may wait for the buffer to be seen empty.
	next := int(c.empties.next)
	if c.g > p && c.g <= due && (len(c.empties.open) > 0 || next < len(b.empties) && b.empties[next].call <= c.g) {
		b.placeAt(c, parent, i, gap, c.g, getCall, taken, getDue, s)
	}
	for last := max(c.g, p); next < len(b.empties) && b.empties[next].call <= due; next++ {
		if at := b.empties[next].call; at > last {
			b.placeAt(c, parent, i, gap, at, getCall, taken, getDue, s)
			last = at
		}
	}
}

// placeAt places the item so that it enters at p.
func (b *bounded) placeAt(c *conf, parent, i int32, gap int, p, getCall int64, taken int32, getDue int64, s *scratch) {
	g := max(c.g, getCall, p)
	if g > getDue {
		return
	}
	ch := child{parent: parent, item: i, g: g, exit: g, floor: c.floor, taken: taken}
	ch.since = c.since
	// From the last exit to this entry it is empty.
	var ok bool
	if ch.empties, ok = s.settle(b.empties, c.empties, p, c.g, p, p); !ok {
		return
	}
	if b.capacity > 1 && len(b.fulls) > 0 && c.g <= p {
		// If it was seen empty then, it is not full before the others of the
		// window are gone.
		unseen, ok := s.settle(b.empties, c.empties, p, math.MaxInt64, always, p)
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
func (b *bounded) placeSeen(c *conf, ch child, p, getDue int64, gap int, s *scratch) {
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
	if len(b.fulls) == 0 || int(c.placed)+1-k < int(ch.since) {
		if ch.fulls, ok = s.settle(b.fulls, c.fulls, ch.p, math.MaxInt64, always, ch.p); ok {
			b.add(ch, s)
		}
		return
	}
	// From this entry to that exit it is full.
	if ch.fulls, ok = s.settle(b.fulls, c.fulls, room, p, room, ch.p); ok {
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
		if w.fulls, ok = s.settle(b.fulls, c.fulls, at, p, at, w.p); ok {
			b.add(w, s)
		}
	}
	last := room
	if p > room && (len(c.fulls.open) > 0 || int(c.fulls.next) < len(b.fulls) && b.fulls[c.fulls.next].call <= p) {
		wait(p)
		last = p
	}
	last = max(last, p)
	for n := int(c.fulls.next); n < len(b.fulls) && b.fulls[n].call <= due; n++ {
		if at := b.fulls[n].call; at > last {
			wait(at)
			last = at
		}
	}
}

// due is the time by which the item has left.
func (b *bounded) due(i int32) int64 {
	if b.items[i].get != none {
		return b.items[i].getRet
	}
	return b.drained
}

// settle moves a pointer on to the refusals called by the horizon. Those that
// overlap the time from … to are explained by it; of the others none may have
// returned before now.
func (s *scratch) settle(ws []window, from pointer, horizon, first, last, now int64) (pointer, bool) {
	out := pointer{next: from.next}
	if len(from.open) == 0 && (int(from.next) == len(ws) || ws[from.next].call > horizon) {
		return out, true
	}
	keep := func(i int32) bool {
		w := ws[i]
		switch {
		case first <= last && w.call <= last && w.ret >= first:
		case w.ret < now:
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
	for int(out.next) < len(ws) && ws[out.next].call <= horizon {
		if !keep(out.next) {
			return out, false
		}
		out.next++
	}
	return out, true
}
