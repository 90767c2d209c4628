package search

import (
	"iter"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Optimal is optimal dynamic partial order reduction (Abdulla, Aronis, Jonsson
// and Sagonas, "Source Sets: A Foundation for Optimal Dynamic Partial Order
// Reduction", J. ACM 2017): wakeup trees, in which each run is one Mazurkiewicz
// trace and no run is redundant. Operations with several outcomes are extended
// by alternatives.
type Optimal struct {
	part    int // see [Options]
	hb      clocks
	nodes   []node // by depth: the state before event i
	fresh   int    // first event of this run that no run before had
	v       []item
	seqs    []int32
	tail    prim.Op   // of the last item of v, as it turns out
	tailAs  prim.Kind // as it is announced
	open    bool      // it is not known what it turns out to be
	names   []prim.Name
	matched matched
	choices []prim.Choice
	block   []branch
	free    []*branch // that have been explored
	lists   []*branch
	sum     sum
	below   []prim.Choice        // see Underflow
	planned prim.Plan            // the last one
	later   prim.Plan            // the last one that siblings has yielded
	ahead   iter.Seq[*prim.Plan] // is siblings
}

// node is the state before an event.
type node struct {
	slept   []prim.Sleeper
	tree    []*branch
	objects int32     // met by then: their numbers are the same in all runs through the node
	op      announced // by the goroutine chosen

	*outcomes // nil: no operation there has had several
}

// outcomes are those of a node's operations that have several.
type outcomes struct {
	tried []tried // that have been explored
	left  []tried // that have been left out, for a sleeper
	alts  []int32 // goroutines for whose other outcomes there are branches
}

// tried is an outcome of an operation that has been explored, and what it changes
// besides: see [prim.Op].
type tried struct {
	g, alt int32
	also   []int32
}

func (n *node) explored() []tried {
	if n.outcomes == nil {
		return nil
	}
	return n.tried
}

// alsoOf is what the outcomes of an operation of g that have been explored change
// besides.
func alsoOf(list []tried, g int32) (also []int32) {
	for _, t := range list {
		if t.g == g {
			also = append(also, t.also...)
		}
	}
	return also
}

// announced is what tells an operation from others that its goroutine might have
// announced.
type announced struct {
	kind           prim.Kind
	obj, obj2, arg int32
}

func inShort(op *prim.Op) announced { return announced{op.Kind, op.Obj, op.Obj2, op.Arg} }

// item is an event of a sequence to be inserted: goroutine, number among its
// events, outcome.
type item struct {
	g, seq, alt int32
	event       int32 // in this run, -1: not executed
}

// Plan implements [Strategy].
func (d *Optimal) Plan(p *prim.Plan) {
	p.Choices = d.choices[:min(len(d.choices), d.fresh)] // those are as they were
	if len(d.nodes) > 0 {
		for i := len(p.Choices); i < d.fresh; i++ {
			b := d.nodes[i].tree[0]
			p.Choices = append(p.Choices, prim.Choice{G: b.g, Alt: b.alt})
		}
		p.Choices = d.nodes[d.fresh].tree[0].follow(p.Choices)
		p.Sleep, p.SleepAt = d.nodes[d.fresh].slept, d.fresh
	}
	d.choices = p.Choices
	if d.ahead == nil {
		d.ahead = d.siblings
	}
	p.Ahead = d.ahead
	d.planned = *p
}

// siblings yields the next branch of each node before the fresh one that has another. What
// is found below a node adds branches behind those that it has.
func (d *Optimal) siblings(yield func(*prim.Plan) bool) {
	for i := min(d.fresh, len(d.nodes)) - 1; i >= 0; i-- {
		n := &d.nodes[i]
		if len(n.tree) < 2 || n.tree[1].told {
			continue
		}
		p := &d.later
		choices, sleep := append(p.Choices[:0], d.choices[:i]...), append(p.Sleep[:0], n.slept...)
		*p = d.planned
		p.Choices, p.Sleep, p.SleepAt, p.Ahead = n.tree[1].follow(choices), sleep, i, nil
		if s, left := d.sleeper(i); !left {
			p.Sleep = append(p.Sleep, s)
		}
		if !yield(p) {
			return
		}
		n.tree[1].told = true
	}
}

// sleeper is who goes to sleep before event i when the first branch there has been explored.
// left: not yet, there are branches for other outcomes.
func (d *Optimal) sleeper(i int) (s prim.Sleeper, left bool) {
	n := &d.nodes[i]
	g := n.tree[0].g
	for _, b := range n.tree[1:] {
		left = left || b.g == g
	}
	op := d.hb.x.Events[i].Op
	if n.outcomes != nil && !left {
		op.SetAlso(append(alsoOf(n.tried, g), op.Also()...))
	}
	s = prim.Sleeper{G: g, Op: op}
	if n.outcomes != nil {
		for _, t := range n.left {
			if t.g == g {
				s.Left = append(s.Left, t.alt)
			}
		}
	}
	return s, left
}

// Diverged implements [diverger]: operations of the events that were chosen before
// are the same as then.
func (d *Optimal) Diverged(x *prim.Execution) *Divergence {
	n := min(d.fresh, len(d.nodes), len(x.Events))
	events := x.Events[:n]
	for i := range d.nodes[:n] {
		op, full := &d.nodes[i].op, &events[i].Full
		if op.kind != full.Kind || op.obj != full.Obj || op.obj2 != full.Obj2 || op.arg != full.Arg {
			return &Divergence{Step: i, Goroutine: int(events[i].G)}
		}
	}
	return nil
}

// extend makes the node of event i.
func (d *Optimal) extend(x *prim.Execution, i int) {
	d.nodes = resize(d.nodes, i+1)
	n := &d.nodes[i]
	n.slept, n.tree, n.objects, n.outcomes = n.slept[:0], nil, x.Events[i].Objects, nil
	if i > 0 {
		p := &d.nodes[i-1]
		last := &x.Events[i-1]
		for k := range p.slept {
			if s := &p.slept[k]; s.G != last.G && !prim.Depends(&s.Op, &last.Op) {
				n.slept = append(n.slept, *s)
			}
		}
		if p.tree[0].sub == nil {
			p.tree[0].sub = d.leaves(2)
		}
		n.tree = p.tree[0].sub
	}
	if len(n.tree) == 0 {
		n.tree = append(n.tree, d.leaf(x.Events[i].G, 0))
	}
}

// alternatives adds the other outcomes of event i to the tree of its node, but for
// those that a sleeper depends on nothing of: what they lead to besides, if it wakes
// the sleeper, is inserted when it is found in the run in which the sleeper went
// before.
func (d *Optimal) alternatives(x *prim.Execution, i int) {
	e, n := &x.Events[i], &d.nodes[i]
	if e.Alts < 2 || d.elsewhere(i) {
		return
	}
	if n.outcomes == nil {
		n.outcomes = new(outcomes)
	} else if slices.Contains(n.alts, e.G) {
		return
	}
	n.alts = append(n.alts, e.G)
	cur := n.tree[0]
	siblings := []*branch{cur}
	for a := range e.Alts {
		if a == cur.alt || slices.ContainsFunc(n.tree[1:], func(b *branch) bool { return b.g == cur.g && b.alt == a }) {
			continue
		}
		op := e.Op
		op.SetAlso(nil)
		if int(a) < len(e.Outcomes) {
			op.SetAlso(e.Outcomes[a])
		}
		if slices.ContainsFunc(n.slept, func(s prim.Sleeper) bool { return s.G != e.G && !prim.Depends(&s.Op, &op) }) {
			n.left = append(n.left, tried{g: e.G, alt: a})
			continue
		}
		b := d.leaf(cur.g, a)
		b.known, b.full, b.op, b.first = true, e.Full.Kind, op, n.objects
		siblings = append(siblings, b)
	}
	n.tree = append(siblings, n.tree[1:]...)
}

// elsewhere reports whether an event belongs to a part that is not explored.
func (d *Optimal) elsewhere(event int) bool { return d.part > 0 && d.hb.x.PartOf(event) != d.part }

// After implements [Strategy].
func (d *Optimal) After(x *prim.Execution) bool {
	d.hb.compute(x, d.fresh)
	d.names, d.matched.of = d.names[:0], nil
	for i := len(d.nodes); i < len(x.Events); i++ {
		d.extend(x, i)
	}
	for i := d.fresh; i < len(x.Events); i++ {
		d.alternatives(x, i)
		d.nodes[i].op = inShort(&x.Events[i].Full)
	}
	d.below = d.sum.underflow(&d.hb, d.fresh)
	d.hb.races(d.fresh, d.reverse)
	return d.backtrack()
}

// Underflow implements [balancer].
func (d *Optimal) Underflow() []prim.Choice { return d.below }

// backtrack removes the branch that has been explored; false when all have.
func (d *Optimal) backtrack() bool {
	x := d.hb.x
	for i := min(len(d.nodes), len(x.Events)) - 1; i >= 0; i-- {
		n := &d.nodes[i]
		if len(n.tree) > 0 {
			s, left := d.sleeper(i)
			if n.outcomes != nil {
				n.tried = append(n.tried, tried{s.G, x.Events[i].Alt, x.Events[i].Op.Also()})
			}
			if !left {
				n.slept = append(n.slept, s)
			}
			d.free = append(d.free, n.tree[0])
			n.tree = n.tree[1:]
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
	if d.elsewhere(j) {
		return
	}
	x := d.hb.x
	v := d.v[:0]
	for i := j + 1; i < len(x.Events); i++ {
		if e := &x.Events[i]; !d.hb.log.Dropped[i] && !(e.G == g && e.Seq >= seq) {
			v = append(v, item{e.G, e.Seq, e.Alt, int32(i)})
		}
	}
	v = append(v, item{g, seq, 0, -1})
	d.v = v
	var known bool
	d.tail, known = d.hb.turnsOut(*op, g, seq)
	d.tailAs, d.open = op.Kind, !known
	n := &d.nodes[j]
	for k := range n.slept {
		if s := &n.slept[k]; d.initial(s.G, -1, &s.Op, v) && !d.leftOut(s, v) {
			return
		}
	}
	for _, t := range n.explored() {
		if slices.ContainsFunc(v, func(it item) bool { return it.g == t.g && it.event >= 0 }) && d.initial(t.g, t.alt, nil, v) {
			return
		}
	}
	d.insert(j, v)
}

// leftOut reports whether v has an outcome of the sleeper's operation that has not been
// explored where it went to sleep, for the sake of one that slept there: if v wakes that one,
// nothing has covered it.
func (d *Optimal) leftOut(s *prim.Sleeper, v []item) bool {
	for _, it := range v {
		if it.g == s.G {
			return it.event >= 0 && slices.Contains(s.Left, it.alt)
		}
	}
	return false
}

// full is the kind of an item, as its operation is announced.
func (d *Optimal) full(it item) prim.Kind {
	if it.event >= 0 {
		return d.hb.x.Events[it.event].Full.Kind
	}
	return d.tailAs
}

// opOf is the operation of an item: as it turned out, if it did.
func (d *Optimal) opOf(it item) *prim.Op {
	if it.event >= 0 {
		return &d.hb.x.Events[it.event].Op
	}
	return &d.tail
}

// initial reports whether goroutine g, about to execute op,
// is a weak initial of v: its first event there has no predecessor in v, or it
// has none there and is independent of all of v. alt is the outcome required,
// -1: any; the outcome of the last item of v is open.
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
	if alt >= 0 && v[at].alt != alt && v[at].event >= 0 {
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
	return prim.Depends(d.opOf(a), &d.tail) || d.hb.own[a.g] > a.seq
}

func init() {
	register(StrategyKind{rank: 10, Name: "optimal", Covers: Exhaustive, Help: "one execution for each order of operations that depend on each other",
		New: func(o *Options) Strategy { return &Optimal{part: o.Part} }})
}
