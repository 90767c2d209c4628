package search

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Source is dynamic partial order reduction with source sets (Abdulla, Aronis,
// Jonsson and Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014): a
// simpler algorithm, with which [Optimal] is compared. It executes every trace
// once as well, and besides begins runs that it has to give up, because
// everybody who could go on is asleep.
type Source struct {
	hb     clocks
	nodes  []sourceNode
	fresh  int
	differ *Divergence
}

// sourceNode is the state before an event.
type sourceNode struct {
	slept []sleeper
	todo  []Choice // to be explored; the first is under way
	done  exec.Set // goroutines that have been in todo
	alts  bool
}

// Begin implements exec.Chooser.
func (d *Source) Begin(*exec.Exec) {}

// Pick implements exec.Chooser.
func (d *Source) Pick(x *exec.Exec, enabled exec.Set) int {
	i := len(x.Events)
	if i > d.fresh || i == len(d.nodes) {
		d.extend(x, i, enabled)
	}
	n := &d.nodes[i]
	if len(n.todo) == 0 {
		return -1
	}
	g := int(n.todo[0].G)
	if !enabled.Has(g) {
		if d.differ == nil {
			d.differ = &Divergence{Step: i, Goroutine: g}
		}
		return -1
	}
	return g
}

func (d *Source) extend(x *exec.Exec, i int, enabled exec.Set) {
	d.nodes = resize(d.nodes[:i], i+1)
	n := &d.nodes[i]
	*n = sourceNode{slept: n.slept[:0], todo: n.todo[:0]}
	var asleep exec.Set
	if i > 0 {
		last := &x.Events[i-1]
		for _, s := range d.nodes[i-1].slept {
			if s.g != last.G && !exec.Depends(s.op, last.Op) {
				n.slept = append(n.slept, s)
				asleep.Add(int(s.g))
			}
		}
	}
	if ok := enabled.Without(asleep); !ok.Empty() {
		g := ok.First()
		if i > 0 && ok.Has(int(x.Events[i-1].G)) {
			g = int(x.Events[i-1].G)
		}
		n.todo = append(n.todo, Choice{G: int32(g)})
		n.done = exec.Only(g)
	}
}

// Alt implements exec.Chooser.
func (d *Source) Alt(x *exec.Exec, n int) int {
	nd := &d.nodes[len(x.Events)-1]
	cur := nd.todo[0]
	if !nd.alts {
		nd.alts = true
		for a := range int32(n) {
			if a != cur.Alt {
				nd.todo = slices.Insert(nd.todo, 1, Choice{cur.G, a})
			}
		}
	}
	return min(int(cur.Alt), n-1)
}

// After implements [Strategy].
func (d *Source) After(x *exec.Exec) bool {
	d.hb.compute(x, 0)
	d.hb.races(0, d.reverse)
	return d.backtrack(x)
}

func (d *Source) backtrack(x *exec.Exec) bool {
	for i := min(len(d.nodes), len(x.Events)) - 1; i >= 0; i-- {
		n := &d.nodes[i]
		g := n.todo[0].G
		n.todo = slices.Delete(n.todo, 0, 1)
		if !slices.ContainsFunc(n.todo, func(c Choice) bool { return c.G == g }) {
			n.slept = append(n.slept, sleeper{g, x.Events[i].Op})
			n.alts = false
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
func (d *Source) reverse(j int, g, seq int32, op *exec.Op) {
	x := d.hb.x
	var seen exec.Set // goroutines with an event in the sequence
	var initials []int32
	var before []int
	for i := j + 1; i < len(x.Events); i++ {
		e := &x.Events[i]
		if d.hb.dropped[i] || e.G == g && e.Seq >= seq {
			continue
		}
		if !seen.Has(int(e.G)) && !slices.ContainsFunc(before, func(b int) bool { return d.hb.before(b, d.hb.ev[i]) }) {
			initials = append(initials, e.G)
		}
		seen.Add(int(e.G))
		before = append(before, i)
	}
	if !seen.Has(int(g)) && !slices.ContainsFunc(before, func(b int) bool {
		return d.hb.before(b, d.hb.own) || exec.Depends(x.Events[b].Op, *op)
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
	if !slices.ContainsFunc(n.slept, func(s sleeper) bool { return s.g == initials[0] }) {
		n.todo = append(n.todo, Choice{G: initials[0]})
	}
}

// Diverged implements [Strategy].
func (d *Source) Diverged() *Divergence { return d.differ }

// Drawn makes the choices that a generator draws, such as rapid's, which then
// shrinks schedules as it shrinks other data. It makes one execution.
type Drawn struct {
	// IntN returns a number in [0, n); label says what it is for.
	IntN func(label string, n int) int
}

// Begin implements exec.Chooser.
func (d Drawn) Begin(*exec.Exec) {}

// Pick implements exec.Chooser. To go on with the same goroutine is the smallest
// choice.
func (d Drawn) Pick(x *exec.Exec, enabled exec.Set) int {
	n := enabled.Len()
	if n == 1 {
		return enabled.First()
	}
	if i := len(x.Events); i > 0 && enabled.Has(int(x.Events[i-1].G)) {
		last := int(x.Events[i-1].G)
		k := d.IntN("goroutine", n)
		if k == 0 {
			return last
		}
		return nth(enabled.Without(exec.Only(last)), k-1)
	}
	return nth(enabled, d.IntN("goroutine", n))
}

// Alt implements exec.Chooser.
func (d Drawn) Alt(_ *exec.Exec, n int) int { return d.IntN("outcome", n) }

// After implements [Strategy].
func (d Drawn) After(*exec.Exec) bool { return false }

// Diverged implements [Strategy].
func (d Drawn) Diverged() *Divergence { return nil }
