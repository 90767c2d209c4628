package search

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Source is dynamic partial order reduction with source sets (Abdulla, Aronis,
// Jonsson and Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014): a
// simpler algorithm, with which [Optimal] is compared. It executes every trace
// once as well, and besides begins runs that it has to give up, because
// everybody who could go on is asleep.
type Source struct {
	prefix  []prim.Choice // made first in every execution
	hb      clocks
	nodes   []sourceNode
	fresh   int
	choices []prim.Choice
	sum     sum
	below   []prim.Choice // see Underflow
}

// sourceNode is the state before an event.
type sourceNode struct {
	slept []prim.Sleeper
	todo  []prim.Choice // to be explored; the first is under way
	done  prim.Set      // goroutines that have been in todo
	tried []tried
	alts  []int32
}

// Plan implements [Strategy].
func (d *Source) Plan(p *prim.Plan) {
	p.Choices = append(d.choices[:0], d.prefix...)
	for i := len(d.prefix); i < len(d.nodes); i++ {
		p.Choices = append(p.Choices, d.nodes[i].todo[0])
	}
	d.choices, p.Lenient = p.Choices, len(d.prefix) > 0
	if len(d.nodes) > len(d.prefix) {
		p.Sleep, p.SleepAt = d.nodes[d.fresh].slept, d.fresh
	}
}

// extend makes the node of event i.
func (d *Source) extend(x *prim.Execution, i int) {
	d.nodes = resize(d.nodes, i+1)
	n := &d.nodes[i]
	g := x.Events[i].G
	*n = sourceNode{slept: n.slept[:0], todo: append(n.todo[:0], prim.Choice{G: g}), done: prim.Only(int(g))}
	if i == 0 {
		return
	}
	last := &x.Events[i-1]
	for _, s := range d.nodes[i-1].slept {
		if s.G != last.G && !prim.Depends(&s.Op, &last.Op) {
			n.slept = append(n.slept, s)
		}
	}
}

// alternatives adds the other outcomes of event i.
func (d *Source) alternatives(x *prim.Execution, i int) {
	e, n := &x.Events[i], &d.nodes[i]
	if e.Alts < 2 || slices.Contains(n.alts, e.G) {
		return
	}
	n.alts = append(n.alts, e.G)
	cur := n.todo[0]
	for a := range e.Alts {
		if a != cur.Alt {
			n.todo = slices.Insert(n.todo, 1, prim.Choice{G: cur.G, Alt: a})
		}
	}
}

// After implements [Strategy].
func (d *Source) After(x *prim.Execution) bool {
	d.hb.compute(x, 0)
	for i := len(d.nodes); i < len(x.Events); i++ {
		d.extend(x, i)
	}
	for i := len(d.prefix); i < len(x.Events); i++ {
		d.alternatives(x, i)
	}
	d.below = d.sum.underflow(&d.hb, 0)
	d.hb.races(0, d.reverse)
	return d.backtrack(x)
}

// Underflow implements [balancer].
func (d *Source) Underflow() []prim.Choice { return d.below }

func (d *Source) backtrack(x *prim.Execution) bool {
	for i := min(len(d.nodes), len(x.Events)) - 1; i >= len(d.prefix); i-- {
		n := &d.nodes[i]
		g := n.todo[0].G
		n.todo = slices.Delete(n.todo, 0, 1)
		op := x.Events[i].Op
		n.tried = append(n.tried, tried{g, x.Events[i].Alt, op.Also()})
		if !slices.ContainsFunc(n.todo, func(c prim.Choice) bool { return c.G == g }) {
			op.SetAlso(alsoOf(n.tried, g))
			n.slept = append(n.slept, prim.Sleeper{G: g, Op: op})
		}
		if len(n.todo) > 0 {
			d.nodes = d.nodes[:i+1]
			d.fresh = i
			return true
		}
	}
	return false
}

// reverse makes sure that somebody is tried before event j who can begin the
// sequence of the events after j that are not dropped and the operation of g.
func (d *Source) reverse(j int, g, seq int32, op *prim.Op) {
	if j < len(d.prefix) {
		return
	}
	x := d.hb.x
	tail, _ := d.hb.turnsOut(*op, g, seq)
	op = &tail
	var seen prim.Set // goroutines with an event in the sequence
	var initials []int32
	var before []int
	for i := j + 1; i < len(x.Events); i++ {
		e := &x.Events[i]
		if d.hb.log.Dropped[i] || e.G == g && e.Seq >= seq {
			continue
		}
		if !seen.Has(int(e.G)) && !slices.ContainsFunc(before, func(b int) bool { return d.hb.before(b, d.hb.ev[i]) }) {
			initials = append(initials, e.G)
		}
		seen.Add(int(e.G))
		before = append(before, i)
	}
	if !seen.Has(int(g)) && !slices.ContainsFunc(before, func(b int) bool {
		return d.hb.before(b, d.hb.own) || prim.Depends(&x.Events[b].Op, op)
	}) {
		initials = append(initials, g)
	}
	n := &d.nodes[j]
	for _, i := range initials {
		if n.done.Has(int(i)) {
			return
		}
	}
	n.done.Add(int(initials[0]))
	if !slices.ContainsFunc(n.slept, func(s prim.Sleeper) bool { return s.G == initials[0] }) {
		n.todo = append(n.todo, prim.Choice{G: initials[0]})
	}
}

func init() {
	register(StrategyKind{rank: 20, Name: "source", Covers: Exhaustive, Help: "as optimal, with more executions",
		New: func(*Options) Strategy { return new(Source) }})
}
