package search

// pasts are hashes of the events of a run, of which two are equal if all that
// happened before them is.
type pasts struct {
	known bool
	event []uint64
	clock []int32
}

// announcement identifies the operation that goroutine g announces as its event
// number seq by its past. Of a select that is completed by its partner, waiting
// says whether it is the select or what comes after it.
func (d *clocks) announcement(g, seq int32, waiting bool) uint64 {
	d.hashEvents()
	c := d.past.clock
	switch of := d.perG[g]; {
	case waiting:
		copy(c, d.ev[of[seq-1]])
	case int(seq) < len(of):
		copy(c, d.knew[of[seq]])
	default:
		copy(c, d.next[g])
	}
	return d.hash(c, uint64(g)<<32|uint64(seq))
}

func (d *clocks) hashEvents() {
	p := &d.past
	if p.known {
		return
	}
	p.known = true
	p.clock = resize(p.clock, d.ng)
	p.event = resize(p.event, len(d.x.Events))
	for i := range d.x.Events {
		e := &d.x.Events[i]
		c := d.ev[i]
		c[e.G]-- // all but itself
		p.event[i] = d.hash(c, uint64(e.G)<<40|uint64(e.Op.Kind)<<32|uint64(e.Alt))
		c[e.G]++
	}
}

// hash adds the last event of each goroutine that a clock knows to a hash.
func (d *clocks) hash(clock []int32, h uint64) uint64 {
	for g, n := range clock {
		if n > 0 {
			h ^= d.past.event[d.perG[g][n-1]] * 0x9e3779b97f4a7c15
			h = (h ^ h>>29) * 0xbf58476d1ce4e5b9
			h ^= h>>32 + uint64(g)
		}
	}
	return h
}
