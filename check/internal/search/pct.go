package search

import (
	"math/rand/v2"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// PCT executes runs with random priorities that change at random points
// (Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with
// Probabilistic Guarantees of Finding Bugs", ASPLOS 2010).
type PCT struct {
	Seed  uint64
	Depth int // of the bug: one less priority changes; 0: 3

	// InTurn has another goroutine in each run go on only where no other can: each of those
	// that the runs before have had, in turn.
	InTurn bool

	threads int // so many the runs before have had
	last    int // goes on where no other can; -1: none
	rng     *rand.Rand
	run     uint64
	longest int
	prio    []int
	changes map[int]int // step: the priority its goroutine gets
}

// Plan implements [Strategy].
func (d *PCT) Plan(p *prim.Plan) { p.Policy = d }

// Begin implements [prim.Policy].
func (d *PCT) Begin() {
	d.rng = rand.New(rand.NewPCG(d.Seed, d.run))
	d.prio = d.prio[:0]
	if d.Depth == 0 {
		d.Depth = 3
	}
	d.last = -1
	if d.InTurn && d.threads > 0 {
		d.last = int(d.run % uint64(d.threads))
	}
	d.changes = map[int]int{}
	for i := range d.Depth - 1 {
		d.changes[d.rng.IntN(max(d.longest, 1))] = i
	}
}

// Pick implements [prim.Policy].
func (d *PCT) Pick(x *prim.Execution, enabled prim.Set) int {
	for len(d.prio) < len(x.Threads) {
		d.prio = append(d.prio, d.Depth+d.rng.IntN(1<<30))
		if n := len(d.prio) - 1; n == d.last {
			d.prio[n] = -1
		}
	}
	best := -1
	for g := range enabled.All() {
		if best < 0 || d.prio[g] > d.prio[best] {
			best = g
		}
	}
	if p, ok := d.changes[len(x.Events)]; ok && best != d.last {
		delete(d.changes, len(x.Events))
		d.prio[best] = p
		return d.Pick(x, enabled)
	}
	return best
}

// Alt implements [prim.Policy].
func (d *PCT) Alt(_ *prim.Execution, n int) int { return d.rng.IntN(n) }

// After implements [Strategy].
func (d *PCT) After(x *prim.Execution) bool {
	d.run++
	d.longest, d.threads = max(d.longest, len(x.Events)), max(d.threads, len(x.Threads))
	return true
}

func init() {
	register(StrategyKind{rank: 60, Name: "pct", Covers: Sampling, Help: "random executions, priorities that change at a few points",
		New: func(o *Options) Strategy { return &PCT{Seed: o.Seed, InTurn: o.Late} }})
}
