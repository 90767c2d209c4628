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

// search looks for a sequence, keeping at most width configurations at a time.
// It is exact unless it had to leave some out: then it may give up where there
// is an explanation.
func (b *bounded) search(width int) outcome {
	w := walk{b: b, level: []conf{b.first()}}
	b.deepest, b.at, b.width = 0, always, 0
	for {
		if r, over := w.step(width); over {
			return r
		}
	}
}

// walk is a search under way.
type walk struct {
	b           *bounded
	level, next []conf
	s           scratch
	cut         bool // configurations were left out
}

// step places one more item in every configuration.
func (w *walk) step(width int) (outcome, bool) {
	b := w.b
	b.width = max(b.width, len(w.level))
	for i := range w.level {
		c := &w.level[i]
		if int(c.needed) == b.required && b.complete(c) {
			return explained, true
		}
		if int(c.placed) > b.deepest || b.at == always {
			b.deepest, b.at = int(c.placed), c.p
		}
	}
	w.s.children = w.s.children[:0]
	w.s.arena.reset()
	for i := range w.level {
		b.extend(&w.level[i], int32(i), &w.s)
	}
	if n := w.level[0].placed; n&(1<<12-1) == 0 && b.progress != nil {
		b.progress(int(n), len(b.items))
	}
	if b.stop != nil && b.stop() || b.limit > 0 && b.steps > b.limit {
		return gaveUp, true
	}
	if len(w.s.children) == 0 {
		if w.cut {
			return gaveUp, true
		}
		return unexplained, true
	}
	kept, left := b.choose(&w.s, w.level, width)
	w.cut = w.cut || left
	w.next = b.build(w.next[:0], w.level, kept, &w.s)
	w.level, w.next = w.next, w.level
	return 0, false
}

// Of the adaptive search.
const (
	stride   = 64  // levels between two places to go back to
	memory   = 512 // such places that are kept, besides the beginning
	narrow   = 2   // configurations kept where nothing is difficult
	stages   = 6   // each goes back twice as far with four times as many as the one before
	suspect  = 2   // the stage after which it is asked whether there is a sequence at all
	widest   = 1 << 14
	fewItems = 256
)

// adaptive searches with few configurations, and where it comes to an end goes
// back a little and on with more, until it is past that place. Before it does so
// it asks whether the end can be refuted: whether the items around it alone have
// no sequence. If nothing else helps it searches exactly.
func (b *bounded) adaptive(refuted func(at int64) bool) outcome {
	if len(b.items) <= b.few {
		return b.search(widest)
	}
	type place struct {
		level int
		confs []conf
	}
	places := []place{{0, []conf{b.first()}}}
	w := walk{b: b, level: []conf{b.first()}}
	b.deepest, b.at, b.width = 0, always, 0
	width, stage, goal := narrow, 0, 0
	for n := 0; ; n++ {
		if n%stride == 0 && n > places[len(places)-1].level {
			places = append(places, place{n, clone(w.level)})
			if len(places) > memory {
				places = append(places[:1], places[2:]...)
			}
		}
		if stage > 0 && n > goal {
			width, stage = narrow, 0
		}
		r, over := w.step(width)
		switch {
		case !over:
			continue
		case r == explained, !w.cut && r == unexplained:
			return r
		case b.stop != nil && b.stop() || b.limit > 0 && b.steps > b.limit:
			return gaveUp
		case stage == suspect && refuted(b.at):
			return unexplained
		}
		if stage++; stage > stages {
			return b.search(widest)
		}
		goal = max(goal, n+stride)
		width *= 4
		places = places[:max(len(places)-1<<(stage-1), 1)]
		at := places[len(places)-1]
		n = at.level - 1
		w.level = clone(at.confs)
	}
}

// clone copies configurations with all that belongs to them.
func clone(in []conf) []conf {
	out := slices.Clone(in)
	for i := range out {
		c := &out[i]
		c.gaps, c.window, c.inside = slices.Clone(c.gaps), slices.Clone(c.window), slices.Clone(c.inside)
		c.empties.open, c.fulls.open = slices.Clone(c.empties.open), slices.Clone(c.fulls.open)
	}
	return out
}

func (b *bounded) first() conf {
	return conf{p: always, g: always, floor: always}
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

func (b *bounded) add(ch child, s *scratch) {
	h := uint64(ch.next)
	for _, i := range ch.gaps {
		h = (h ^ uint64(i)) * 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	ch.hash = h
	s.children = append(s.children, ch)
}

// choose drops the configurations that others of the same items dominate, and of
// the rest keeps the best. left is set if it had to leave some out.
func (b *bounded) choose(s *scratch, level []conf, width int) (kept []int32, left bool) {
	n := len(s.children)
	s.order = s.order[:0]
	if n <= 8 {
		for i := range n {
			for j := range n {
				if i != j && !s.children[i].dropped && !s.children[j].dropped {
					b.drop(s, level, i, j)
				}
			}
		}
	} else {
		if s.groups == nil {
			s.groups = map[uint64]int32{}
		}
		clear(s.groups)
		s.chain = append(s.chain[:0], make([]int32, n)...)
		for i := range n {
			h := s.children[i].hash
			head, ok := s.groups[h]
			s.chain[i] = none
			if ok {
				s.chain[i] = head
				for j := head; j != none && !s.children[i].dropped; j = s.chain[j] {
					if !s.children[j].dropped {
						b.drop(s, level, int(j), i)
					}
					if !s.children[i].dropped && !s.children[j].dropped {
						b.drop(s, level, i, int(j))
					}
				}
			}
			s.groups[h] = int32(i)
		}
	}
	for i := range n {
		if !s.children[i].dropped {
			s.order = append(s.order, int32(i))
		}
	}
	if len(s.order) > width {
		slices.SortStableFunc(s.order, func(i, j int32) int {
			x, y := &s.children[i], &s.children[j]
			return cmp.Or(cmp.Compare(x.g, y.g), cmp.Compare(x.p, y.p),
				cmp.Compare(len(x.empties.open)+len(x.fulls.open), len(y.empties.open)+len(y.fulls.open)))
		})
		return s.order[:width], true
	}
	return s.order, false
}

// drop drops the second child if the first one dominates it: it has placed the
// same items, nothing later, and dealt with all refusals that the other has.
func (b *bounded) drop(s *scratch, level []conf, i, j int) {
	x, y := &s.children[i], &s.children[j]
	if x.hash != y.hash || x.next != y.next || x.p > y.p || x.g > y.g || !slices.Equal(x.gaps, y.gaps) ||
		x.since > y.since || !x.empties.atLeast(y.empties) || !x.fulls.atLeast(y.fulls) {
		return
	}
	if x.parent != y.parent || x.floor > y.floor {
		cx, cy := &level[x.parent], &level[y.parent]
		// An exit that must wait for the buffer to be seen full needs the items
		// inside to have the time.
		dx, dy := b.due(x.item), b.due(y.item)
		if len(b.fulls) > 0 && dx < dy {
			return
		}
		for at := int(cx.placed) - 1; len(b.fulls) > 0 && at >= max(int(cx.placed)-b.capacity+1, 0); at-- {
			dx, dy = min(dx, b.due(cx.inside[at%b.capacity])), min(dy, b.due(cy.inside[at%b.capacity]))
			if dx < dy {
				return
			}
		}
		for at := max(int(cx.placed)-b.capacity+1, 0); at < int(cx.placed); at++ {
			if max(cx.window[at%b.capacity], x.floor) > max(cy.window[at%b.capacity], y.floor) {
				return
			}
		}
	}
	y.dropped = true
}

// atLeast reports whether a pointer has dealt with all that the other has.
func (x pointer) atLeast(y pointer) bool {
	open := func(i int32) bool { return slices.Contains(y.open, i) }
	for _, i := range x.open {
		if i < y.next && !open(i) {
			return false
		}
	}
	for i := x.next; i < y.next; i++ {
		if !open(i) {
			return false
		}
	}
	return true
}

// build makes the configurations of the next level in the room of an old one.
func (b *bounded) build(out, level []conf, kept []int32, s *scratch) []conf {
	for _, i := range kept {
		ch := &s.children[i]
		parent := &level[ch.parent]
		if len(out) < cap(out) {
			out = out[:len(out)+1]
		} else {
			out = append(out, conf{})
		}
		c := &out[len(out)-1]
		*c = conf{
			next: ch.next, gaps: append(c.gaps[:0], ch.gaps...), placed: parent.placed + 1, needed: parent.needed,
			taken: ch.taken, p: ch.p, g: ch.g, floor: ch.floor, since: ch.since,
			window: append(c.window[:0], parent.window...), inside: append(c.inside[:0], parent.inside...),
			empties: pointer{ch.empties.next, append(c.empties.open[:0], ch.empties.open...)},
			fulls:   pointer{ch.fulls.next, append(c.fulls.open[:0], ch.fulls.open...)},
		}
		if b.optional == nil || !b.optional[ch.item] {
			c.needed++
		}
		at := int(parent.placed) % b.capacity
		if len(c.window) < b.capacity {
			c.window = append(c.window, ch.exit)
		} else {
			c.window[at] = ch.exit
		}
		if len(b.fulls) == 0 {
			continue
		}
		if len(c.inside) < b.capacity {
			c.inside = append(c.inside, ch.item)
		} else {
			c.inside[at] = ch.item
		}
	}
	return out
}
