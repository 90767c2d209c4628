package search

import "github.com/ipccheck/ipccheck/check/internal/prim"

// Drawn makes the choices that a generator draws, such as rapid's, which then
// shrinks schedules as it shrinks other data. It makes one execution.
type Drawn struct {
	// IntN returns a number in [0, n); label says what it is for.
	IntN func(label string, n int) int
}

// Plan implements [Strategy].
func (d Drawn) Plan(p *prim.Plan) { p.Policy = d }

// Begin implements [prim.Policy].
func (d Drawn) Begin() {}

// Pick implements [prim.Policy]. To go on with the same goroutine is the smallest
// choice.
func (d Drawn) Pick(x *prim.Execution, enabled prim.Set) int {
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
		enabled.Remove(last)
		return enabled.Nth(k - 1)
	}
	return enabled.Nth(d.IntN("goroutine", n))
}

// Alt implements [prim.Policy].
func (d Drawn) Alt(_ *prim.Execution, n int) int { return d.IntN("outcome", n) }

// After implements [Strategy].
func (d Drawn) After(*prim.Execution) bool { return false }
