package search

import (
	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Naive executes every interleaving, depth first, without any reduction: the
// obvious reference. With a bound it executes those with at most that many
// preemptions (a switch away from a goroutine that could have gone on).
type Naive struct {
	Bound int // of preemptions; -1: none

	stack  []choice
	at     int
	spent  int
	differ *Divergence
}

// choice is a point at which the search has several ways to go on.
type choice struct {
	options []int32
	cur     int
}

// Begin implements exec.Chooser.
func (d *Naive) Begin(*exec.Exec) { d.at, d.spent = 0, 0 }

// Pick implements exec.Chooser.
func (d *Naive) Pick(x *exec.Exec, enabled exec.Set) int {
	last := -1
	if n := len(x.Events); n > 0 && enabled.Has(int(x.Events[n-1].G)) {
		last = int(x.Events[n-1].G)
	}
	if d.at == len(d.stack) {
		var c choice
		if last >= 0 {
			c.options = append(c.options, int32(last))
		}
		if last < 0 || d.Bound < 0 || d.spent < d.Bound {
			for g := range enabled.All() {
				if g != last {
					c.options = append(c.options, int32(g))
				}
			}
		}
		d.stack = append(d.stack, c)
	}
	c := &d.stack[d.at]
	g := int(c.options[c.cur])
	if !enabled.Has(g) {
		if d.differ == nil {
			d.differ = &Divergence{Step: len(x.Events), Goroutine: g}
		}
		return enabled.First()
	}
	d.at++
	if last >= 0 && g != last {
		d.spent++
	}
	return g
}

// Alt implements exec.Chooser.
func (d *Naive) Alt(_ *exec.Exec, n int) int {
	if d.at == len(d.stack) {
		c := choice{}
		for a := range int32(n) {
			c.options = append(c.options, a)
		}
		d.stack = append(d.stack, c)
	}
	c := &d.stack[d.at]
	d.at++
	return min(int(c.options[c.cur]), n-1)
}

// After implements [Strategy].
func (d *Naive) After(*exec.Exec) bool {
	d.stack = d.stack[:d.at]
	for i := len(d.stack) - 1; i >= 0; i-- {
		if c := &d.stack[i]; c.cur+1 < len(c.options) {
			c.cur++
			d.stack = d.stack[:i+1]
			return true
		}
	}
	return false
}

// Diverged implements [Strategy].
func (d *Naive) Diverged() *Divergence { return d.differ }
