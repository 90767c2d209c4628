package search

import (
	"github.com/ipccheck/ipccheck/check/internal/exec"
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
	tailOp  *exec.Op
	refined exec.Op
	differ  *Divergence
	block   []branch
	lists   []*branch
}

// node is the state before an event.
type node struct {
	slept []sleeper
	tree  []*branch
	alts  bool    // siblings for the other outcomes have been added
	op    exec.Op // what the goroutine chosen had announced
	seen  bool
}

// sleeper is a goroutine asleep, and what its operation turned out to be.
type sleeper struct {
	g  int32
	op exec.Op
}

// branch is an edge of a wakeup tree, with the subtree below it.
type branch struct {
	g, alt int32
	sub    []*branch

	// What the operation announced as full turns out to be there, as far as it
	// is known. Objects are numbered anew in every run, so it is only the kind.
	full, kind exec.Kind
	also       bool // it completes a select that waits on other channels too
}

// settle notes what the branch's operation turns out to be. Whether a
// compare-and-swap fails depends on values, and stays open.
func (b *branch) settle(full, op *exec.Op) {
	b.full, b.kind, b.also = full.Kind, op.Kind, len(op.Also) > 0
	if full.Kind == exec.OpRMW {
		b.kind = exec.OpRMW
	}
}

// item is an event of a sequence to be inserted: goroutine, number among its
// events, outcome.
type item struct {
	g, seq, alt int32
	event       int32 // in this run, -1: not executed
}

// Begin implements exec.Chooser.
func (d *Optimal) Begin(*exec.Exec) {}

// leaf makes a branch. Branches come in blocks, to spare the allocator.
func (d *Optimal) leaf(g, alt int32) *branch {
	if len(d.block) == 0 {
		d.block = make([]branch, 64)
	}
	b := &d.block[0]
	d.block = d.block[1:]
	b.g, b.alt = g, alt
	return b
}

// leaves makes an empty list of branches with room for n.
func (d *Optimal) leaves(n int) []*branch {
	if len(d.lists) < n {
		d.lists = make([]*branch, 64)
	}
	l := d.lists[:0:n]
	d.lists = d.lists[n:]
	return l
}

// Pick implements exec.Chooser.
func (d *Optimal) Pick(x *exec.Exec, enabled exec.Set) int {
	i := len(x.Events)
	if i > d.fresh || i == len(d.nodes) {
		d.extend(x, i, enabled)
	}
	n := &d.nodes[i]
	if len(n.tree) == 0 {
		return -1
	}
	g := int(n.tree[0].g)
	switch {
	case !enabled.Has(g):
		d.diverged(x, i, g)
		return -1
	case n.seen && i < d.fresh && !sameOp(&n.op, &x.Gs[g].Op):
		d.diverged(x, i, g)
		return -1
	}
	n.op, n.seen = x.Gs[g].Op, true
	return g
}

func (d *Optimal) diverged(x *exec.Exec, step, g int) {
	if d.differ == nil {
		d.differ = &Divergence{Step: step, Goroutine: g, Pos: x.Gs[g].Pos}
	}
}

func sameOp(a, b *exec.Op) bool {
	return a.Kind == b.Kind && a.Obj == b.Obj && a.Obj2 == b.Obj2 && a.Arg == b.Arg
}

// extend makes the node for depth i, after the event i-1 of this run.
func (d *Optimal) extend(x *exec.Exec, i int, enabled exec.Set) {
	d.nodes = resize(d.nodes[:i], i+1)
	n := &d.nodes[i]
	n.slept, n.tree, n.alts, n.seen = n.slept[:0], nil, false, false
	var asleep exec.Set
	if i > 0 {
		p := &d.nodes[i-1]
		last := &x.Events[i-1]
		for _, s := range p.slept {
			if s.g != last.G && !exec.Depends(s.op, last.Op) {
				asleep.Add(int(s.g))
				n.slept = append(n.slept, s)
			}
		}
		n.tree = p.tree[0].sub
	}
	if len(n.tree) == 0 {
		if ok := enabled.Without(asleep); !ok.Empty() {
			g := ok.First()
			if i > 0 && ok.Has(int(x.Events[i-1].G)) {
				g = int(x.Events[i-1].G)
			}
			n.tree = append(d.leaves(1), d.leaf(int32(g), 0))
		}
	}
}

// Alt implements exec.Chooser.
func (d *Optimal) Alt(x *exec.Exec, n int) int {
	nd := &d.nodes[len(x.Events)-1]
	cur := nd.tree[0]
	if !nd.alts {
		nd.alts = true
		siblings := []*branch{cur}
		for a := range int32(n) {
			if a == cur.alt {
				continue
			}
			known := false
			for _, b := range nd.tree[1:] {
				known = known || b.g == cur.g && b.alt == a
			}
			if !known {
				b := &branch{g: cur.g, alt: a}
				e := &x.Events[len(x.Events)-1]
				b.settle(&e.Full, &e.Op)
				siblings = append(siblings, b)
			}
		}
		nd.tree = append(siblings, nd.tree[1:]...)
	}
	return min(int(cur.alt), n-1)
}

// After implements [Strategy].
func (d *Optimal) After(x *exec.Exec) bool {
	d.hb.compute(x, d.fresh)
	for i := range min(len(d.nodes), len(x.Events)) {
		d.nodes[i].tree[0].settle(&x.Events[i].Full, &x.Events[i].Op)
	}
	d.hb.races(d.fresh, d.reverse)
	return d.backtrack()
}

// Diverged implements [Strategy].
func (d *Optimal) Diverged() *Divergence { return d.differ }

// backtrack removes the branch that has been explored; false when all have.
func (d *Optimal) backtrack() bool {
	x := d.hb.x
	for i := min(len(d.nodes), len(x.Events)) - 1; i >= 0; i-- {
		n := &d.nodes[i]
		if len(n.tree) > 0 {
			g := n.tree[0].g
			n.tree = n.tree[1:]
			left := false
			for _, b := range n.tree {
				left = left || b.g == g
			}
			if !left {
				n.slept = append(n.slept, sleeper{g, x.Events[i].Op})
				n.alts = false
			}
		}
		if len(n.tree) > 0 {
			d.nodes = d.nodes[:i+1]
			d.fresh = i
			n.seen = false
			return true
		}
	}
	return false
}

// reverse inserts a sequence that executes the operation of g before event j: the
// events after j that are not dropped, and the operation.
func (d *Optimal) reverse(j int, g, seq int32, op *exec.Op) {
	x := d.hb.x
	v := d.v[:0]
	for i := j + 1; i < len(x.Events); i++ {
		if e := &x.Events[i]; !d.hb.dropped[i] && !(e.G == g && e.Seq >= seq) {
			v = append(v, item{e.G, e.Seq, e.Alt, int32(i)})
		}
	}
	v = append(v, item{g, seq, 0, -1})
	d.v = v
	d.refined = d.hb.refine(*op)
	if int(seq) < len(d.hb.perG[g]) {
		if m := x.Events[d.hb.perG[g][seq]].Met; m >= 0 && d.hb.dropped[m] {
			d.refined.Also = nil // its partner is not there
		}
	}
	d.tailOp = &d.refined
	for _, s := range d.nodes[j].slept {
		if d.initial(s.g, -1, &s.op, v) {
			return
		}
	}
	d.insert(j, v)
}

// announced is the operation that is or would be event number seq of the
// goroutine, as it was announced, seen from before event j.
func (d *Optimal) announced(g, seq int32, j int) *exec.Op {
	for i := range d.hb.x.Beaten {
		if b := &d.hb.x.Beaten[i]; b.G == g && b.Seq == seq && int(b.Event) >= j {
			return &b.Op
		}
	}
	if int(seq) < len(d.hb.perG[g]) {
		return &d.hb.x.Events[d.hb.perG[g][seq]].Full
	}
	return &d.hb.x.Gs[g].Op
}

// opOf is the operation of an item: as it turned out, if it did.
func (d *Optimal) opOf(it item) *exec.Op {
	if it.event >= 0 {
		return &d.hb.x.Events[it.event].Op
	}
	return d.tailOp
}

// initial reports whether goroutine g, about to execute op,
// is a weak initial of v: its first event there has no predecessor in v, or it
// has none there and is independent of all of v. alt is the outcome required,
// -1: any.
func (d *Optimal) initial(g, alt int32, op *exec.Op, v []item) bool {
	at := -1
	for i := range v {
		if v[i].g == g {
			at = i
			break
		}
	}
	if at < 0 {
		for _, it := range v {
			if exec.Depends(*op, *d.opOf(it)) {
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
	return exec.Depends(*d.opOf(a), *d.tailOp) || d.hb.own[a.g] > a.seq
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
