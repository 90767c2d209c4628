package search

import (
	"fmt"
	"math/bits"

	"github.com/ipccheck/ipccheck/check/sched"
)

// Optimal is optimal dynamic partial order reduction (Abdulla, Aronis, Jonsson
// and Sagonas, "Source Sets: A Foundation for Optimal Dynamic Partial Order
// Reduction", J. ACM 2017): wakeup trees, in which each run is one Mazurkiewicz
// trace and no run is redundant. Operations with several outcomes are extended
// by alternatives.
type Optimal struct {
	X *sched.Exec

	Executions uint64
	Blocked    uint64
	Deadlocked uint64
	Steps      uint64

	nodes  []node    // by depth: the state before event i
	fresh  int       // first event of this run that no run before had
	clocks [][]int32 // by event: for each goroutine how many of its events happen before or are this one
	gclock [][]int32 // by goroutine: the same for its next operation
	perG   [][]int32 // by goroutine: its events
	v      []item
}

// node is the state before an event.
type node struct {
	sleep uint64
	slept [sched.MaxGoroutines]sched.Op // by goroutine asleep: what its operation turned out to be
	tree  []*branch
	alts  bool // siblings for the other outcomes have been added
}

// branch is an edge of a wakeup tree, with the subtree below it.
type branch struct {
	g, alt int32
	sub    []*branch
}

// item is an event of a sequence to be inserted: goroutine, number among its
// events, outcome.
type item struct {
	g, seq, alt int32
	event       int32 // in this run, -1: not executed
}

// Explore runs the body under every trace. visit is called after each run and
// stops the search by returning false.
func (d *Optimal) Explore(body func(), visit func(x *sched.Exec) bool) {
	x := d.X
	d.nodes = d.nodes[:0]
	d.fresh = 0
	for {
		x.Run(body, d)
		d.Steps += uint64(len(x.Events))
		d.Executions++
		switch x.End {
		case sched.Stopped:
			d.Blocked++
		case sched.Deadlock:
			d.Deadlocked++
		}
		d.computeClocks()
		if !visit(x) {
			return
		}
		d.races()
		if !d.backtrack() {
			return
		}
	}
}

// Pick implements sched.Chooser.
func (d *Optimal) Pick(x *sched.Exec, enabled uint64) int {
	i := len(x.Events)
	if i > d.fresh || i == len(d.nodes) {
		d.extend(x, i, enabled)
	}
	if i < len(d.nodes) && len(d.nodes[i].tree) > 0 {
		g := int(d.nodes[i].tree[0].g)
		if enabled>>g&1 == 0 {
			panic(fmt.Sprintf("search: at step %d goroutine %d cannot go on: the program is not deterministic", i, g))
		}
		return g
	}
	return -1
}

// extend makes the node for depth i, after the event i-1 of this run.
func (d *Optimal) extend(x *sched.Exec, i int, enabled uint64) {
	var n node
	var sub []*branch
	if i > 0 {
		p := &d.nodes[i-1]
		last := &x.Events[i-1]
		for g := range sched.Mask(p.sleep) {
			if g != int(last.G) && !sched.Depends(p.slept[g], last.Op) {
				n.sleep |= 1 << g
				n.slept[g] = p.slept[g]
			}
		}
		sub = p.tree[0].sub
	}
	n.tree = sub
	if i < len(d.nodes) {
		d.nodes = d.nodes[:i]
	}
	if len(n.tree) == 0 {
		if ok := enabled &^ n.sleep; ok != 0 {
			g := bits.TrailingZeros64(ok)
			if i > 0 && ok>>x.Events[i-1].G&1 == 1 {
				g = int(x.Events[i-1].G)
			}
			n.tree = []*branch{{g: int32(g)}}
		}
	}
	d.nodes = append(d.nodes, n)
}

// Alt implements sched.Chooser.
func (d *Optimal) Alt(x *sched.Exec, n int) int {
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
				siblings = append(siblings, &branch{g: cur.g, alt: a})
			}
		}
		nd.tree = append(siblings, nd.tree[1:]...)
	}
	return int(cur.alt)
}

// backtrack removes the branch that has been explored; false when all have.
func (d *Optimal) backtrack() bool {
	for i := len(d.nodes) - 1; i >= 0; i-- {
		n := &d.nodes[i]
		if len(n.tree) > 0 {
			g := n.tree[0].g
			n.tree = n.tree[1:]
			left := false
			for _, b := range n.tree {
				left = left || b.g == g
			}
			if !left {
				n.sleep |= 1 << g
				n.slept[g] = d.X.Events[i].Op
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

// computeClocks sets the vector clocks of the events and of the goroutines' next
// operations.
func (d *Optimal) computeClocks() {
	x := d.X
	ng := len(x.Gs)
	d.gclock = resize(d.gclock, ng)
	d.perG = resize(d.perG, ng)
	for g := range ng {
		d.gclock[g] = resize(d.gclock[g], ng)
		clear(d.gclock[g])
		d.perG[g] = d.perG[g][:0]
	}
	d.clocks = resize(d.clocks, len(x.Events))
	for i := range x.Events {
		e := &x.Events[i]
		g := e.G
		if e.Seq == 0 {
			d.inherit(g)
		}
		c := resize(d.clocks[i], ng)
		copy(c, d.gclock[g])
		for j := i - 1; j >= 0; j-- {
			f := &x.Events[j]
			if f.G != g && c[f.G] <= f.Seq && sched.Depends(f.Op, e.Op) {
				join(c, d.clocks[j])
			}
		}
		c[g] = e.Seq + 1
		d.clocks[i] = c
		copy(d.gclock[g], c)
		for w := range sched.Mask(e.Wakes) {
			join(d.gclock[w], c)
		}
		d.perG[g] = append(d.perG[g], int32(i))
	}
	for g := range ng {
		if x.Gs[g].Seq == 0 {
			d.inherit(int32(g))
		}
	}
}

// inherit gives a goroutine that has not executed anything what its parent knew
// when it spawned it.
func (d *Optimal) inherit(g int32) {
	q := d.X.Gs[g]
	if q.Parent < 0 {
		return
	}
	if q.ParentAt > 0 {
		join(d.gclock[g], d.clocks[d.perG[q.Parent][q.ParentAt-1]])
	} else if d.X.Gs[q.Parent].Parent >= 0 {
		d.inherit(q.Parent)
		join(d.gclock[g], d.gclock[q.Parent])
	}
}

func join(a, b []int32) {
	for i, v := range b {
		a[i] = max(a[i], v)
	}
}

func resize[T any](s []T, n int) []T {
	for cap(s) < n {
		s = append(s[:cap(s)], *new(T))
	}
	return s[:n]
}

// before reports whether event j happens before what has the clock.
func (d *Optimal) before(j int, clock []int32) bool {
	e := &d.X.Events[j]
	return clock[e.G] > e.Seq
}

// races finds the reversible races of the run and adds to the wakeup trees what
// reverses them.
func (d *Optimal) races() {
	x := d.X
	ng := len(x.Gs)
	known := make([]int32, ng)
	for k := range x.Events {
		e := &x.Events[k]
		d.clockBefore(k, known)
		d.racesOf(k, e.G, e.Seq, e.Op, e.Full, known)
	}
	for _, g := range x.Gs {
		if g.Finished() {
			continue
		}
		copy(known, d.gclock[g.ID])
		d.racesOf(len(x.Events), int32(g.ID), g.Seq, g.Op, g.Op, known)
	}
}

// clockBefore writes what the goroutine of event k knew before it.
func (d *Optimal) clockBefore(k int, c []int32) {
	x := d.X
	e := &x.Events[k]
	clear(c)
	if e.Seq > 0 {
		copy(c, d.clocks[d.perG[e.G][e.Seq-1]])
	} else if q := x.Gs[e.G]; q.Parent >= 0 {
		d.spawnClock(q, c)
	}
	// What woke it since.
	from := 0
	if e.Seq > 0 {
		from = int(d.perG[e.G][e.Seq-1]) + 1
	}
	for i := from; i < k; i++ {
		if x.Events[i].Wakes>>e.G&1 == 1 {
			join(c, d.clocks[i])
		}
	}
}

func (d *Optimal) spawnClock(q *sched.G, c []int32) {
	for q.Parent >= 0 {
		if q.ParentAt > 0 {
			join(c, d.clocks[d.perG[q.Parent][q.ParentAt-1]])
			return
		}
		q = d.X.Gs[q.Parent]
	}
}

// racesOf looks for events that race with the operation of g at position k.
func (d *Optimal) racesOf(k int, g, seq int32, op, full sched.Op, known []int32) {
	x := d.X
	for j := k - 1; j >= 0; j-- {
		f := &x.Events[j]
		if f.G == g || d.before(j, known) || !sched.Depends(f.Op, op) {
			continue
		}
		if !d.enabledWithout(full, g, j, k) {
			continue
		}
		d.reverse(j, g, seq, full)
		join(known, d.clocks[j])
	}
}

// enabledWithout reports whether the operation could be executed after the
// events before k if event j, and what depends on it, had not been.
func (d *Optimal) enabledWithout(op sched.Op, g int32, j, k int) bool {
	switch op.Kind {
	case sched.OpLock, sched.OpRLock, sched.OpCondWake, sched.OpWGWait:
	default:
		return true
	}
	x := d.X
	if op.Kind == sched.OpCondWake && k == len(x.Events) && !x.Gs[g].Woken() {
		return false
	}
	var writer, readers, count int32
	for i := range k {
		if i >= j && (i == j || d.before(j, d.clocks[i])) {
			continue
		}
		e := &x.Events[i]
		if e.Op.Kind == sched.OpCondWait && e.Op.Obj2 == op.Obj {
			writer = 0
		}
		if e.Op.Obj != op.Obj {
			continue
		}
		switch e.Op.Kind {
		case sched.OpLock, sched.OpTryLock, sched.OpCondWake:
			writer = e.G + 1
		case sched.OpUnlock:
			writer = 0
		case sched.OpRLock, sched.OpTryRLock:
			readers++
		case sched.OpRUnlock:
			readers--
		case sched.OpWGAdd:
			count += e.Op.Arg
		}
	}
	switch op.Kind {
	case sched.OpRLock:
		return writer == 0
	case sched.OpWGWait:
		return count == 0
	}
	return writer == 0 && readers == 0
}

// reverse inserts a sequence that executes the operation of g before event j.
func (d *Optimal) reverse(j int, g, seq int32, op sched.Op) {
	x := d.X
	v := d.v[:0]
	for i := j + 1; i < len(x.Events); i++ {
		e := &x.Events[i]
		if !d.before(j, d.clocks[i]) && !(e.G == g && e.Seq >= seq) {
			v = append(v, item{e.G, e.Seq, e.Alt, int32(i)})
		}
	}
	v = append(v, item{g, seq, 0, -1})
	d.v = v
	for q := range sched.Mask(d.nodes[j].sleep) {
		if d.initial(int32(q), -1, d.nodes[j].slept[q], v) {
			return
		}
	}
	d.insert(j, v)
}

// seqAt is how many events the goroutine has executed before event j.
func (d *Optimal) seqAt(g int32, j int) int32 {
	n := int32(0)
	for _, i := range d.perG[g] {
		if int(i) >= j {
			break
		}
		n++
	}
	return n
}

// op is the operation that is or would be event number seq of the goroutine, as
// it was announced.
func (d *Optimal) op(g, seq int32) sched.Op {
	if int(seq) < len(d.perG[g]) {
		return d.X.Events[d.perG[g][seq]].Full
	}
	return d.X.Gs[g].Op
}

// opOf is the operation of an item: as it turned out, if it did.
func (d *Optimal) opOf(it item) sched.Op {
	if it.event >= 0 {
		return d.X.Events[it.event].Op
	}
	return d.op(it.g, it.seq)
}

// initial reports whether goroutine g, about to execute op,
// is a weak initial of v: its first event there has no predecessor in v, or it
// has none there and is independent of all of v. alt is the outcome required,
// -1: any.
func (d *Optimal) initial(g, alt int32, op sched.Op, v []item) bool {
	at := -1
	for i := range v {
		if v[i].g == g {
			at = i
			break
		}
	}
	if at < 0 {
		for _, it := range v {
			if sched.Depends(op, d.opOf(it)) {
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
		return d.before(int(a.event), d.clocks[b.event])
	}
	// b is the operation that is moved forward: what its goroutine knew, or
	// a dependence.
	if sched.Depends(d.opOf(a), d.op(b.g, b.seq)) {
		return true
	}
	return d.knownBefore(a, b)
}

func (d *Optimal) knownBefore(a, b item) bool {
	c := make([]int32, len(d.X.Gs))
	if int(b.seq) < len(d.perG[b.g]) {
		d.clockBefore(int(d.perG[b.g][b.seq]), c)
	} else {
		copy(c, d.gclock[b.g])
	}
	return c[a.g] > a.seq
}

// insert adds v to the wakeup tree of node j, unless the tree covers it.
func (d *Optimal) insert(j int, v []item) {
	seqs := make([]int32, len(d.X.Gs))
	for g := range seqs {
		seqs[g] = d.seqAt(int32(g), j)
	}
	list := &d.nodes[j].tree
	for {
		var into *branch
		for _, b := range *list {
			if d.initial(b.g, b.alt, d.op(b.g, seqs[b.g]), v) {
				into = b
				break
			}
		}
		if into == nil {
			for _, it := range v {
				b := &branch{g: it.g, alt: it.alt}
				*list = append(*list, b)
				list = &b.sub
			}
			return
		}
		for i := range v {
			if v[i].g == into.g {
				v = append(v[:i:i], v[i+1:]...)
				break
			}
		}
		seqs[into.g]++
		if len(into.sub) == 0 || len(v) == 0 {
			return // a leaf: covered
		}
		list = &into.sub
	}
}
