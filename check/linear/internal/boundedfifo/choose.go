package boundedfifo

import (
	"cmp"
	"slices"
)

func (b *search) add(ch child, s *scratch) {
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
func (b *search) choose(s *scratch, level []conf, width int) (kept []int32, left bool) {
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
			s.chain[i] = -1
			if ok {
				s.chain[i] = head
				for j := head; j != -1 && !s.children[i].dropped; j = s.chain[j] {
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
func (b *search) drop(s *scratch, level []conf, i, j int) {
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
		if len(b.Fulls) > 0 && dx < dy {
			return
		}
		for at := int(cx.placed) - 1; len(b.Fulls) > 0 && at >= max(int(cx.placed)-b.capacity+1, 0); at-- {
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
func (b *search) build(out, level []conf, kept []int32, s *scratch) []conf {
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
		if !b.Items[ch.item].Optional {
			c.needed++
		}
		at := int(parent.placed) % b.capacity
		if len(c.window) < b.capacity {
			c.window = append(c.window, ch.exit)
		} else {
			c.window[at] = ch.exit
		}
		if len(b.Fulls) == 0 {
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
