package search

import (
	"math/rand/v2"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// URW is a random walk in which a goroutine is drawn with a weight: how many
// operations it had left, by what the runs so far did (Zhao, Wolff, Mathur and
// Roychoudhury, "Selectively Uniform Concurrency Testing", ASPLOS 2025).
type URW struct {
	Seed uint64

	rng   *rand.Rand
	run   uint64
	total []int // by goroutine: most operations it has executed in a run
}

// Plan implements [Strategy].
func (d *URW) Plan(p *prim.Plan) { p.Policy = d }

// Begin implements [prim.Policy].
func (d *URW) Begin() { d.rng = rand.New(rand.NewPCG(d.Seed, d.run)) }

// Pick implements [prim.Policy].
func (d *URW) Pick(x *prim.Execution, enabled prim.Set) int {
	sum := 0
	for g := range enabled.All() {
		sum += d.left(x, g)
	}
	n := d.rng.IntN(sum)
	for g := range enabled.All() {
		if n -= d.left(x, g); n < 0 {
			return g
		}
	}
	panic("search: weights do not add up")
}

func (d *URW) left(x *prim.Execution, g int) int {
	if g >= len(d.total) {
		return 1
	}
	return max(1, d.total[g]-int(x.Threads[g].Seq))
}

// Alt implements [prim.Policy].
func (d *URW) Alt(_ *prim.Execution, n int) int { return d.rng.IntN(n) }

// After implements [Strategy].
func (d *URW) After(x *prim.Execution) bool {
	d.run++
	for len(d.total) < len(x.Threads) {
		d.total = append(d.total, 0)
	}
	for g, q := range x.Threads {
		d.total[g] = max(d.total[g], int(q.Seq))
	}
	return true
}

func init() {
	register(StrategyKind{rank: 70, Name: "urw", Covers: Sampling, Help: "random executions, weighted by what is left to do",
		New: func(o *Options) Strategy { return &URW{Seed: o.Seed} }})
}
