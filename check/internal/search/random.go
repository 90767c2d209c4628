package search

import (
	"math/rand/v2"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Random executes runs in which every choice is drawn uniformly among the
// goroutines that can go on. It never ends by itself.
type Random struct {
	Seed uint64

	rng *rand.Rand
	run uint64
}

// Plan implements [Strategy].
func (d *Random) Plan(p *prim.Plan) { p.Policy = d }

// Begin implements [prim.Policy]. Each run has a generator of its own, so that
// it can be made again.
func (d *Random) Begin() { d.rng = rand.New(rand.NewPCG(d.Seed, d.run)) }

// Pick implements [prim.Policy].
func (d *Random) Pick(_ *prim.Execution, enabled prim.Set) int {
	return enabled.Nth(d.rng.IntN(enabled.Len()))
}

// Alt implements [prim.Policy].
func (d *Random) Alt(_ *prim.Execution, n int) int { return d.rng.IntN(n) }

// After implements [Strategy].
func (d *Random) After(*prim.Execution) bool { d.run++; return true }

func init() {
	register(StrategyKind{rank: 50, Name: "random", Covers: Sampling, Help: "random executions, each choice uniform",
		New: func(o *Options) Strategy { return &Random{Seed: o.Seed} }})
}
