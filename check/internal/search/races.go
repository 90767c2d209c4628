package search

import "github.com/ipccheck/ipccheck/check/internal/prim"

// races calls reverse(j, g, seq, op) for each pair of an event j and an operation
// op (event seq of goroutine g) such that they depend on each other, are not
// ordered by other events, and op is enabled without j. The events to be left out
// for that are dropped, and own is what g knew before its operation.
//
// Races of two events of which the later is among the first from ones are left
// out.
func (d *clocks) races(from int, reverse func(j int, g, seq int32, op *prim.Op)) {
	x := d.x
	d.know = resize(d.know, d.ng)
	d.own = resize(d.own, d.ng)
	d.count = resize(d.count, d.ng)
	clear(d.count)
	for k := range x.Events {
		e := &x.Events[k]
		d.count[e.G]++
		if k < from || e.Op.Kind.Last() {
			continue
		}
		d.known(k, d.know)
		if !d.knowsAll(e.G) {
			d.racesOf(k, -1, e.G, e.Seq, &e.Op, &e.Full, reverse)
		}
	}
	// A select that was completed by its partner might have gone on by itself.
	for i := range x.Completed {
		b := &x.Completed[i]
		copy(d.know, d.ev[d.perG[b.G][b.Seq-1]])
		d.racesOf(len(x.Events), int(b.Event), b.G, b.Seq, &b.Op, &b.Op, reverse)
	}
	// What could not be executed at the end might have been before.
	for _, g := range x.Threads {
		if !g.Ended && !g.Op.Kind.Last() && !x.Enabled.Has(g.ID) {
			copy(d.know, d.next[g.ID])
			d.racesOf(len(x.Events), -1, int32(g.ID), g.Seq, &g.Op, &g.Op, reverse)
		}
	}
}

// knowsAll reports whether d.know has all events so far of the others.
func (d *clocks) knowsAll(g int32) bool {
	for h, n := range d.count {
		if n > d.know[h] && int32(h) != g {
			return false
		}
	}
	return true
}

// racesOf looks for events that race with the operation of g at position k,
// whose goroutine knows d.know. Event cut, unless it is negative, and what
// happens after it have not been.
func (d *clocks) racesOf(k, cut int, g, seq int32, op, full *prim.Op, reverse func(j int, g, seq int32, op *prim.Op)) {
	copy(d.own, d.know)
	if cut >= 0 {
		if d.without(cut, -1); d.enabled(full, g, k) {
			reverse(cut, g, seq, full)
		}
	}
	for j := k - 1; j >= 0; j-- {
		f := &d.x.Events[j]
		if f.Op.Kind.Last() || f.G == g || d.before(j, d.know) || !prim.Depends(&f.Op, op) {
			continue // the clock cannot be put off: nobody else could go on
		}
		if cut >= 0 && (j == cut || j > cut && d.before(cut, d.ev[j])) {
			continue
		}
		d.without(j, cut)
		if d.enabled(full, g, k) {
			reverse(j, g, seq, full)
			join(d.know, d.ev[j])
			continue
		}
		if full.Kind.Info().Jointly {
			if d.dropAll(op, j, d.own); d.enabled(full, g, k) {
				reverse(j, g, seq, full)
			}
		}
	}
}
