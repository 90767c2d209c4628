package search

import "github.com/ipccheck/ipccheck/check/internal/prim"

// Naive executes every interleaving, depth first, without any reduction: the
// obvious reference. With a bound it executes those with at most that many
// preemptions (a switch away from a goroutine that could have gone on).
type Naive struct {
	Bound int // of preemptions; -1: none

	prefix  []prim.Choice // made first in every execution
	nodes   []naiveNode   // of the events behind the prefix
	choices []prim.Choice
}

// naiveNode is the state before an event: the goroutine that executes it, and those
// that are to be tried after it.
type naiveNode struct {
	g         int32
	todo      prim.Set
	alt, alts int32 // outcome under way, and how many there are
	spent     int   // preemptions before
}

// Plan implements [Strategy].
func (d *Naive) Plan(p *prim.Plan) {
	if len(d.choices) == 0 {
		d.choices = append(d.choices, d.prefix...)
	}
	// Those before the last node are as they were.
	last := max(0, len(d.nodes)-1)
	d.choices = d.choices[:min(len(d.choices), len(d.prefix)+last)]
	for _, n := range d.nodes[len(d.choices)-len(d.prefix):] {
		d.choices = append(d.choices, prim.Choice{G: n.g, Alt: n.alt})
	}
	p.Choices, p.Lenient = d.choices, len(d.prefix) > 0
	p.KeepEnabled, p.KeepFrom = true, max(0, len(d.choices)-1)
}

// After implements [Strategy].
func (d *Naive) After(x *prim.Execution) bool {
	for i := len(d.prefix) + max(0, len(d.nodes)-1); i < len(x.Events); i++ {
		if i == len(d.prefix)+len(d.nodes) {
			d.extend(x, i)
		}
		d.nodes[i-len(d.prefix)].alts = x.Events[i].Alts
	}
	for i := min(len(d.nodes), len(x.Events)-len(d.prefix)) - 1; i >= 0; i-- {
		n := &d.nodes[i]
		n.alt++
		if n.alt >= n.alts {
			if n.todo.Empty() {
				continue
			}
			n.g, n.alt = int32(n.todo.First()), 0
			n.todo.Remove(int(n.g))
		}
		d.nodes = d.nodes[:i+1]
		return true
	}
	return false
}

// extend makes the node of event i: whoever executed it comes first.
func (d *Naive) extend(x *prim.Execution, i int) {
	n := naiveNode{g: x.Events[i].G}
	if k := len(d.nodes); k > 0 {
		n.spent = d.nodes[k-1].spent
		if preempts(x, i-1) {
			n.spent++
		}
	}
	if i == 0 || d.Bound < 0 || n.spent < d.Bound || !x.Choosable[i].Has(int(x.Events[i-1].G)) {
		n.todo = x.Choosable[i]
		n.todo.Remove(int(n.g))
	}
	d.nodes = append(d.nodes, n)
}

// preempts reports whether event i is a switch away from a goroutine that could
// have gone on.
func preempts(x *prim.Execution, i int) bool {
	return i > 0 && x.Events[i].G != x.Events[i-1].G && x.Choosable[i].Has(int(x.Events[i-1].G))
}

// naiveName is the name of naive search, which alone reduces nothing.
const naiveName = "naive"

func init() {
	register(StrategyKind{rank: 30, Name: naiveName, Covers: Exhaustive, Help: "every interleaving, without reduction",
		New: func(*Options) Strategy { return &Naive{Bound: -1} }})
	register(StrategyKind{rank: 40, Name: "preemptions", Covers: Bounded, Help: "all with few preemptions",
		New: func(o *Options) Strategy { return &Naive{Bound: o.Preemptions} }})
}
