package search

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// branch is an edge of a wakeup tree, with the subtree below it.
type branch struct {
	g, alt int32
	sub    []*branch

	known bool      // what its operation is
	full  prim.Kind // as the operation is announced
	op    prim.Op   // as it turns out, with the object numbers of the run that it is from
	first int32     // object, by number, from which on the numbers are that run's own
	names *names    // of that run; nil: no object has such a number
	// exact: insertions may take it for what covers a sequence. It is not where, for
	// want of knowledge, the tree may have covered its own sequence before.
	exact bool
	open  bool // its outcome was not known when it was inserted
	told  bool // as one that will be explored: see siblings
}

// follow appends the choices of the branch and of the first way below it.
func (b *branch) follow(choices []prim.Choice) []prim.Choice {
	for ; ; b = b.sub[0] {
		choices = append(choices, prim.Choice{G: b.g, Alt: b.alt})
		if len(b.sub) == 0 {
			return choices
		}
	}
}

// leaf makes a branch. Branches come in blocks and are used again, to spare the
// allocator.
func (d *Optimal) leaf(g, alt int32) *branch {
	if n := len(d.free); n > 0 {
		b := d.free[n-1]
		d.free = d.free[:n-1]
		b.g, b.alt, b.sub, b.known, b.names, b.exact, b.open, b.told = g, alt, b.sub[:0], false, nil, true, false, false
		return b
	}
	if len(d.block) == 0 {
		d.block = make([]branch, 16)
	}
	b := &d.block[0]
	d.block = d.block[1:]
	b.g, b.alt, b.exact = g, alt, true
	return b
}

// leaves makes an empty list of branches with room for n.
func (d *Optimal) leaves(n int) []*branch {
	if len(d.lists) < n {
		d.lists = make([]*branch, 16)
	}
	l := d.lists[:0:n]
	d.lists = d.lists[n:]
	return l
}

// insert adds v to the wakeup tree of node j, unless the tree covers it.
//
// Whether a branch is a weak initial of v depends on which operation its goroutine
// announces where the branch stands. Two things are known of that: what the run
// that inserted the branch did, and what this run did; and the two differ where the
// way to the branch has events that are not in v, for then this run did not go
// there. So
//
//   - on a way that consists of items of v, this run says what the goroutine
//     announces: its events there have the same past;
//   - elsewhere the branch says it, and its objects are looked up in this run: see
//     [names];
//   - where they cannot be told from one another, nothing is covered: v gets a
//     branch of its own, which may lead to executions that are redundant, and which
//     covers nothing itself. To take it for a leaf like others would lose
//     executions: a sequence that it seems to cover may have been kept out of what
//     it leads to by a sleeper.
func (d *Optimal) insert(j int, v []item) {
	d.seqs = resize(d.seqs, d.hb.ng)
	for g := range d.seqs {
		d.seqs[g] = 0
		for _, i := range d.hb.perG[g] {
			if int(i) >= j {
				break
			}
			d.seqs[g]++
		}
	}
	d.insertBelow(&d.nodes[j].tree, j, v, true)
}

// insertBelow is insert, for a list of branches. inside says that the way to it
// consists of items of v.
func (d *Optimal) insertBelow(list *[]*branch, j int, v []item, inside bool) {
	for {
		var into *branch
		in, exact := false, !d.open
		for _, b := range *list {
			if !b.exact || !b.known {
				continue // a branch whose operation is not known is under way: v reverses it
			}
			var fits, known bool
			if fits, in, known = d.fits(b, j, inside, v); fits && known {
				into = b
				break
			}
			exact = exact && known
		}
		if into == nil {
			d.grow(list, j, v, exact)
			return
		}
		inside = inside && in
		chosen := false
		if in {
			at := slices.IndexFunc(v, func(it item) bool { return it.g == into.g })
			open := v[at].event < 0
			chosen = into.open && d.chooses(v[at:at+1])
			v = slices.Delete(v, at, at+1)
			if open && len(v) > 0 {
				d.insertBeside(*list, into, j, v, inside)
			}
		}
		if int(into.g) < len(d.seqs) {
			d.seqs[into.g]++
		}
		if len(v) == 0 || len(into.sub) == 0 && !chosen && !d.chooses(v) {
			return // a leaf: covered
		}
		list = &into.sub
	}
}

// insertBeside inserts the rest of v below the other outcomes of a branch, whose
// outcome is open in v.
func (d *Optimal) insertBeside(list []*branch, into *branch, j int, v []item, inside bool) {
	for _, b := range list {
		if b != into && b.g == into.g && b.exact && (len(b.sub) > 0 || d.chooses(v)) {
			seqs := slices.Clone(d.seqs)
			d.seqs[b.g]++
			d.insertBelow(&b.sub, j, slices.Clone(v), inside)
			copy(d.seqs, seqs)
		}
	}
}

// grow adds v as a branch of its own.
func (d *Optimal) grow(list *[]*branch, j int, v []item, exact bool) {
	names := d.namesOf(j, v)
	for _, it := range v {
		b := d.leaf(it.g, it.alt)
		b.known, b.full, b.op = true, d.full(it), *d.opOf(it)
		b.first, b.names, b.exact, b.open = d.nodes[j].objects, names, exact, it.event < 0
		if *list == nil {
			*list = d.leaves(1)
		}
		*list = append(*list, b)
		list = &b.sub
	}
}

// A leaf whose outcome was not known may go on in executions that one who sleeps covers:
// it depends on another outcome. So it does not cover what is inserted because it wakes
// that one, with an outcome that is known.

// chooses reports whether an item of v has one of several outcomes: a leaf, which
// would go on with some outcome, does not cover it.
func (d *Optimal) chooses(v []item) bool {
	return slices.ContainsFunc(v, func(it item) bool { return it.event >= 0 && d.hb.x.Events[it.event].Alts > 1 })
}

// fits reports whether the branch is a weak initial of v, whether it is an item of
// v, and whether that is known. inside says that the way to the branch consists of
// items of v.
func (d *Optimal) fits(b *branch, j int, inside bool, v []item) (fits, in, known bool) {
	for _, it := range v {
		if it.g == b.g {
			return d.full(it) == b.full && d.initial(b.g, b.alt, nil, v), true, true
		}
	}
	if inside && int(b.g) < d.hb.ng && !slices.ContainsFunc(b.op.Also(), func(o int32) bool { return o >= b.first }) {
		if a := d.announced(b.g, j); a.Kind == b.full {
			op := *a
			if op.Kind = b.op.Kind; op.Kind == prim.OpInterrupted {
				op = a.Interrupted()
			}
			op.SetAlso(b.op.Also())
			return d.initial(b.g, b.alt, &op, v), false, true
		}
	}
	if !beyond(&b.op, b.first) {
		return d.initial(b.g, b.alt, &b.op, v), false, true
	}
	if b.names == nil {
		return false, false, false
	}
	m := d.match(b.names)
	known = true
	for _, it := range v {
		yes, sure := m.depends(&b.op, d.opOf(it))
		if yes {
			return false, false, true
		}
		known = known && sure
	}
	return true, false, known
}

// announced is the operation that goroutine g has announced, in this run, after the
// events before j and those that d.seqs counts besides.
func (d *Optimal) announced(g int32, j int) *prim.Op {
	x := d.hb.x
	seq := d.seqs[g]
	for i := range x.Completed {
		if b := &x.Completed[i]; b.G == g && b.Seq == seq && int(b.Event) >= j {
			if partner := &x.Events[b.Event]; d.seqs[partner.G] <= partner.Seq {
				return &b.Op // it still waits
			}
		}
	}
	if of := d.hb.perG[g]; int(seq) < len(of) {
		return &x.Events[of[seq]].Full
	}
	return &x.Threads[g].Op
}
