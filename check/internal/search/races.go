package search

import (
	"math"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// races calls reverse(j, g, seq, op) for each pair of an event j and an operation
// op (event seq of goroutine g) such that they depend on each other, are not
// ordered by other events, and op is enabled without j. The events to be left out
// for that are dropped, and own is what g knew before its operation.
//
// A race of two of the first from events, which an earlier run has shown, counts
// again where some event from there on does not happen after the first of the two:
// what is executed before that one is a longer sequence then. The shorter one may
// have been left out because of a sleeper, or be covered by what was there, where
// the longer one is not; to leave it out loses executions, as
// TestRacesOfEarlierRunsCountAgain shows.
func (d *clocks) races(from int, reverse func(j int, g, seq int32, op *prim.Op)) {
	x := d.x
	d.know = resize(d.know, d.ng)
	d.own = resize(d.own, d.ng)
	d.count = resize(d.count, d.ng)
	clear(d.count)
	d.revisit(from, reverse)
	d.found = resize(d.found, len(x.Events))
	for k := range x.Events {
		e := &x.Events[k]
		d.count[e.G]++
		if k < from {
			continue
		}
		d.found[k] = d.found[k][:0]
		if e.Op.Kind.Last() {
			continue
		}
		copy(d.know, d.knew[k])
		if !d.knowsAll(e.G) {
			d.since = e.Since
			d.racesOf(k, -1, e.G, e.Seq, &e.Op, &e.Full, reverse)
		}
	}
	// A select that was completed by its partner might have gone on by itself.
	for i := range x.Completed {
		b := &x.Completed[i]
		d.waiting, d.since = true, b.Since
		copy(d.know, d.ev[d.perG[b.G][b.Seq-1]])
		d.racesOf(len(x.Events), int(b.Event), b.G, b.Seq, &b.Op, &b.Op, reverse)
		d.waiting = false
	}
	// Another outcome may depend on what the one that was taken does not.
	for j := range x.Events {
		if e := &x.Events[j]; e.Alts > 1 && (j >= from || d.open[j]) && d.otherwise(j) {
			copy(d.own, d.ev[j])
			reverse(j, e.G, e.Seq, &e.Full)
		}
	}
	// What could not be executed at the end might have been before.
	for _, g := range x.Threads {
		if !g.Ended && !g.Op.Kind.Last() && !x.Enabled.Has(g.ID) {
			copy(d.know, d.next[g.ID])
			d.since = g.Since
			d.racesOf(len(x.Events), -1, int32(g.ID), g.Seq, &g.Op, &g.Op, reverse)
		}
	}
}

// race is a reversible race of an event with event j. jointly says that more
// of what depends on the operation has to be left out, and not only j; late, that it is
// one only if what comes after the operation enables it.
type race struct {
	j             int32
	jointly, late bool
}

// note keeps a race of event k for later runs that have it too.
func (d *clocks) note(k int, r race) {
	if k < len(d.x.Events) {
		d.found[k] = append(d.found[k], r)
	}
}

// revisit calls reverse for the races of the first from events of which some event
// from there on does not happen after the first one.
func (d *clocks) revisit(from int, reverse func(j int, g, seq int32, op *prim.Op)) {
	from = min(from, len(d.x.Events))
	d.open = resize(d.open, from)
	clear(d.open)
	if !d.unknown(from) {
		return
	}
	for j := range d.open {
		e := &d.x.Events[j]
		d.open[j] = d.least[e.G] <= e.Seq
	}
	for k := range from {
		e := &d.x.Events[k]
		for i, r := range d.found[k] {
			if !d.open[r.j] {
				continue
			}
			if i == 0 || !slices.ContainsFunc(d.found[k][:i], func(r race) bool { return d.open[r.j] }) {
				copy(d.own, d.knew[k])
			}
			d.without(int(r.j), -1)
			switch d.since = e.Since; {
			case r.jointly:
				d.makeWay(&e.Op, &e.Full, int(r.j), -1, e.G, k)
			case r.late && !d.later(&e.Full, e.G, k):
				continue
			}
			reverse(int(r.j), e.G, e.Seq, &e.Full)
		}
	}
}

// unknown reports whether one of the first from events does not happen before some event
// from there on. If so, d.least says of how many of each goroutine that may be said.
func (d *clocks) unknown(from int) bool {
	d.least = resize(d.least, d.ng)
	for g := range d.least {
		d.least[g] = math.MaxInt32
	}
	for _, of := range d.perG {
		i := len(of)
		for i > 0 && int(of[i-1]) >= from {
			i--
		}
		if i == len(of) {
			continue
		}
		for g, n := range d.ev[of[i]] { // what comes later of the goroutine knows more
			d.least[g] = min(d.least[g], n)
		}
	}
	for g, of := range d.perG {
		if n := int(d.least[g]); n < len(of) && int(of[n]) < from {
			return true
		}
	}
	return false
}

// later reports whether the operation of g at position k, which is not enabled there without
// the events that are dropped, is enabled by one of those after it. Such a one is
// independent of what the operation turned out to be: a send that finds the channel closed,
// and a receive which makes room for it.
func (d *clocks) later(full *prim.Op, g int32, k int) bool {
	x := d.x
	objs := full.Reads()
	for i := k + 1; i < len(x.Events); i++ {
		if e := &x.Events[i]; !d.log.Dropped[i] && e.Op.TouchesOne(objs) {
			return d.enabled(full, g, len(x.Events))
		}
	}
	return false
}

// otherwise reports whether another outcome of event j, a select, completes a select
// that the one it had does not, on channels with which an event has to do that does
// not happen after it. It drops the event and what does.
func (d *clocks) otherwise(j int) bool {
	e := &d.x.Events[j]
	var more []int32
	for _, also := range e.Outcomes {
		for _, ch := range also {
			if !slices.Contains(e.Op.Also(), ch) {
				more = append(more, ch)
			}
		}
	}
	if len(more) == 0 {
		return false
	}
	d.without(j, -1)
	for i := j + 1; i < len(d.x.Events); i++ {
		if !d.log.Dropped[i] && d.x.Events[i].Op.TouchesOne(more) {
			return true
		}
	}
	return false
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
// whose goroutine knows d.know, and waits since d.since. Event cut, unless it is negative, and what
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
			d.note(k, race{j: int32(j)})
			reverse(j, g, seq, full)
			join(d.know, d.ev[j])
			continue
		}
		if k < len(d.x.Events) && !full.Kind.Always() && !full.Kind.Info().Lock {
			d.note(k, race{j: int32(j), late: true})
			if d.later(full, g, k) {
				reverse(j, g, seq, full)
				join(d.know, d.ev[j])
				continue
			}
		}
		if full.Kind.Info().Jointly {
			if d.makeWay(op, full, j, cut, g, k) {
				d.note(k, race{j: int32(j), jointly: true})
				reverse(j, g, seq, full)
			}
		}
	}
}
