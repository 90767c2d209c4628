package search

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Optimal is optimal dynamic partial order reduction (Abdulla, Aronis, Jonsson
// and Sagonas, "Source Sets: A Foundation for Optimal Dynamic Partial Order
// Reduction", J. ACM 2017): wakeup trees, in which each run is one Mazurkiewicz
// trace and no run is redundant. Operations with several outcomes are extended
// by alternatives.
type Optimal struct {
	hb      clocks
	nodes   []node // by depth: the state before event i
	fresh   int    // first event of this run that no run before had
	v       []item
	seqs    []int32
	tailOp  *prim.Op
	refined prim.Op
	choices []prim.Choice
	block   []branch
	free    []*branch // that have been explored
	lists   []*branch
}

// node is the state before an event.
type node struct {
	slept []prim.Sleeper
	tree  []*branch
	alts  bool      // siblings for the other outcomes have been added
	op    announced // by the goroutine chosen
}

// announced is what tells an operation from others that its goroutine might have
// announced.
type announced struct {
	kind           prim.Kind
	obj, obj2, arg int32
}

func inShort(op *prim.Op) announced { return announced{op.Kind, op.Obj, op.Obj2, op.Arg} }

// branch is an edge of a wakeup tree, with the subtree below it.
type branch struct {
	g, alt int32
	sub    []*branch

	// What the operation announced as full turns out to be there, as far as it
	// is known. Objects are numbered anew in every run, so it is only the kind.
	full, kind prim.Kind
	also       bool // it completes a select that waits on other channels too
}

// settle notes what the branch's operation turns out to be. Whether a
// compare-and-swap fails depends on values, and stays open.
func (b *branch) settle(full, op *prim.Op) {
	b.full, b.kind, b.also = full.Kind, op.Kind, len(op.Also) > 0
	if full.Kind == prim.OpRMW {
		b.kind = prim.OpRMW
	}
}

// item is an event of a sequence to be inserted: goroutine, number among its
// events, outcome.
type item struct {
	g, seq, alt int32
	event       int32 // in this run, -1: not executed
}

// leaf makes a branch. Branches come in blocks and are used again, to spare the
// allocator.
func (d *Optimal) leaf(g, alt int32) *branch {
	if n := len(d.free); n > 0 {
		b := d.free[n-1]
		d.free = d.free[:n-1]
		*b = branch{g: g, alt: alt, sub: b.sub[:0]}
		return b
	}
	if len(d.block) == 0 {
		d.block = make([]branch, 16)
	}
	b := &d.block[0]
	d.block = d.block[1:]
	b.g, b.alt = g, alt
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

// Plan implements [Strategy].
func (d *Optimal) Plan(p *prim.Plan) {
	p.Choices = d.choices[:min(len(d.choices), d.fresh)] // those are as they were
	if len(d.nodes) > 0 {
		for i := len(p.Choices); i < len(d.nodes); i++ {
			b := d.nodes[i].tree[0]
			p.Choices = append(p.Choices, prim.Choice{G: b.g, Alt: b.alt})
		}
		for b := d.nodes[d.fresh].tree[0]; len(b.sub) > 0; {
			b = b.sub[0]
			p.Choices = append(p.Choices, prim.Choice{G: b.g, Alt: b.alt})
		}
		p.Sleep, p.SleepAt = d.nodes[d.fresh].slept, d.fresh
	}
	d.choices = p.Choices
}

// Diverged implements [diverger]: operations of the events that were chosen before
// are the same as then.
func (d *Optimal) Diverged(x *prim.Execution) *Divergence {
	for i := range min(d.fresh, len(d.nodes), len(x.Events)) {
		if e := &x.Events[i]; d.nodes[i].op != inShort(&e.Full) {
			return &Divergence{Step: i, Goroutine: int(e.G)}
		}
	}
	return nil
}

// extend makes the node of event i.
func (d *Optimal) extend(x *prim.Execution, i int) {
	d.nodes = resize(d.nodes, i+1)
	n := &d.nodes[i]
	n.slept, n.tree, n.alts = n.slept[:0], nil, false
	if i > 0 {
		p := &d.nodes[i-1]
		last := &x.Events[i-1]
		for k := range p.slept {
			if s := &p.slept[k]; s.G != last.G && !prim.Depends(&s.Op, &last.Op) {
				n.slept = append(n.slept, *s)
			}
		}
		n.tree = p.tree[0].sub
	}
	if len(n.tree) == 0 {
		if n.tree == nil {
			n.tree = d.leaves(1)
		}
		n.tree = append(n.tree, d.leaf(x.Events[i].G, 0))
	}
}

// alternatives adds the other outcomes of event i to the tree of its node.
func (d *Optimal) alternatives(x *prim.Execution, i int) {
	e, n := &x.Events[i], &d.nodes[i]
	if e.Alts < 2 || n.alts {
		return
	}
	n.alts = true
	cur := n.tree[0]
	siblings := []*branch{cur}
	for a := range e.Alts {
		if a == cur.alt || slices.ContainsFunc(n.tree[1:], func(b *branch) bool { return b.g == cur.g && b.alt == a }) {
			continue
		}
		b := &branch{g: cur.g, alt: a}
		op := e.Op
		op.Also = nil // which depends on the outcome
		b.settle(&e.Full, &op)
		siblings = append(siblings, b)
	}
	n.tree = append(siblings, n.tree[1:]...)
}

// After implements [Strategy].
func (d *Optimal) After(x *prim.Execution) bool {
	d.hb.compute(x, d.fresh)
	for i := len(d.nodes); i < len(x.Events); i++ {
		d.extend(x, i)
	}
	for i := d.fresh; i < len(x.Events); i++ {
		d.alternatives(x, i)
		d.nodes[i].op = inShort(&x.Events[i].Full)
		d.nodes[i].tree[0].settle(&x.Events[i].Full, &x.Events[i].Op)
	}
	d.hb.races(d.fresh, d.reverse)
	return d.backtrack()
}

// backtrack removes the branch that has been explored; false when all have.
func (d *Optimal) backtrack() bool {
	x := d.hb.x
	for i := min(len(d.nodes), len(x.Events)) - 1; i >= 0; i-- {
		n := &d.nodes[i]
		if len(n.tree) > 0 {
			g := n.tree[0].g
			d.free = append(d.free, n.tree[0])
			n.tree = n.tree[1:]
			left := false
			for _, b := range n.tree {
				left = left || b.g == g
			}
			if !left {
				n.slept = append(n.slept, prim.Sleeper{G: g, Op: x.Events[i].Op})
				n.alts = false
			}
		}
		if len(n.tree) > 0 {
			d.nodes = d.nodes[:i+1]
			d.fresh = i
			return true
		}
	}
	return false
}

// reverse inserts a sequence that executes the operation of g before event j: the
// events after j that are not dropped, and the operation.
func (d *Optimal) reverse(j int, g, seq int32, op *prim.Op) {
	x := d.hb.x
	v := d.v[:0]
	for i := j + 1; i < len(x.Events); i++ {
		if e := &x.Events[i]; !d.hb.log.Dropped[i] && !(e.G == g && e.Seq >= seq) {
			v = append(v, item{e.G, e.Seq, e.Alt, int32(i)})
		}
	}
	v = append(v, item{g, seq, 0, -1})
	d.v = v
	d.refined = d.hb.refine(*op)
	if int(seq) < len(d.hb.perG[g]) {
		if m := x.Events[d.hb.perG[g][seq]].Partner; m >= 0 && d.hb.log.Dropped[m] {
			d.refined.Also = nil // its partner is not there
		}
	}
	d.tailOp = &d.refined
	for k := range d.nodes[j].slept {
		if s := &d.nodes[j].slept[k]; d.initial(s.G, -1, &s.Op, v) {
			return
		}
	}
	d.insert(j, v)
}

// announced is the operation that is or would be event number seq of the
// goroutine, as it was announced, seen from before event j.
func (d *Optimal) announced(g, seq int32, j int) *prim.Op {
	for i := range d.hb.x.Completed {
		if b := &d.hb.x.Completed[i]; b.G == g && b.Seq == seq && int(b.Event) >= j {
			return &b.Op
		}
	}
	if int(seq) < len(d.hb.perG[g]) {
		return &d.hb.x.Events[d.hb.perG[g][seq]].Full
	}
	return &d.hb.x.Threads[g].Op
}

// opOf is the operation of an item: as it turned out, if it did.
func (d *Optimal) opOf(it item) *prim.Op {
	if it.event >= 0 {
		return &d.hb.x.Events[it.event].Op
	}
	return d.tailOp
}

// initial reports whether goroutine g, about to execute op,
// is a weak initial of v: its first event there has no predecessor in v, or it
// has none there and is independent of all of v. alt is the outcome required,
// -1: any.
func (d *Optimal) initial(g, alt int32, op *prim.Op, v []item) bool {
	at := -1
	for i := range v {
		if v[i].g == g {
			at = i
			break
		}
	}
	if at < 0 {
		for _, it := range v {
			if prim.Depends(op, d.opOf(it)) {
				return false
			}
		}
		return true
	}
	if alt >= 0 && v[at].alt != alt {
		return false
	}
	for _, it := range v[:at] {
		if d.precedes(it, v[at]) {
			return false
		}
	}
	return true
}

// precedes reports whether item a happens before item b, which stands later in
// the sequence.
func (d *Optimal) precedes(a, b item) bool {
	if b.event >= 0 {
		return d.hb.before(int(a.event), d.hb.ev[b.event])
	}
	// b is the operation that is moved forward: what its goroutine knew, or
	// a dependence.
	return prim.Depends(d.opOf(a), d.tailOp) || d.hb.own[a.g] > a.seq
}

// insert adds v to the wakeup tree of node j, unless the tree covers it.
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
	list := &d.nodes[j].tree
	for {
		var into *branch
		for _, b := range *list {
			if int(b.g) >= d.hb.ng {
				continue // not there in this run, so nothing is known of it
			}
			op := *d.announced(b.g, d.seqs[b.g], j)
			if op.Kind == b.full {
				op.Kind = b.kind
				if !b.also {
					op.Also = nil
				}
			}
			if d.initial(b.g, b.alt, &op, v) {
				into = b
				break
			}
		}
		if into == nil {
			for _, it := range v {
				b := d.leaf(it.g, it.alt)
				b.settle(d.announced(it.g, it.seq, j), d.opOf(it))
				if *list == nil {
					*list = d.leaves(1)
				}
				*list = append(*list, b)
				list = &b.sub
			}
			return
		}
		for i := range v {
			if v[i].g == into.g {
				v = append(v[:i], v[i+1:]...)
				break
			}
		}
		d.seqs[into.g]++
		if len(into.sub) == 0 || len(v) == 0 {
			return // a leaf: covered
		}
		list = &into.sub
	}
}
