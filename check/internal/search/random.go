package search

import (
	"math/rand/v2"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Random executes runs in which every choice is drawn uniformly among the
// goroutines that can go on. It never ends by itself.
type Random struct {
	Seed uint64

	rng *rand.Rand
	run uint64
}

// Begin implements exec.Chooser. Each run has a generator of its own, so that
// it can be made again.
func (d *Random) Begin(*exec.Exec) { d.rng = rand.New(rand.NewPCG(d.Seed, d.run)) }

// Pick implements exec.Chooser.
func (d *Random) Pick(_ *exec.Exec, enabled exec.Set) int {
	return nth(enabled, d.rng.IntN(enabled.Len()))
}

// Alt implements exec.Chooser.
func (d *Random) Alt(_ *exec.Exec, n int) int { return d.rng.IntN(n) }

// After implements [Strategy].
func (d *Random) After(*exec.Exec) bool { d.run++; return true }

// Diverged implements [Strategy].
func (d *Random) Diverged() *Divergence { return nil }

func nth(s exec.Set, n int) int { return s.Nth(n) }

// PCT executes runs with random priorities that change at random points
// (Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with
// Probabilistic Guarantees of Finding Bugs", ASPLOS 2010).
type PCT struct {
	Seed  uint64
	Depth int // of the bug: one less priority changes; 0: 3

	rng     *rand.Rand
	run     uint64
	longest int
	prio    []int
	changes map[int]int // step: the priority its goroutine gets
}

// Begin implements exec.Chooser.
func (d *PCT) Begin(*exec.Exec) {
	d.rng = rand.New(rand.NewPCG(d.Seed, d.run))
	d.prio = d.prio[:0]
	if d.Depth == 0 {
		d.Depth = 3
	}
	d.changes = map[int]int{}
	for i := range d.Depth - 1 {
		d.changes[d.rng.IntN(max(d.longest, 1))] = i
	}
}

// Pick implements exec.Chooser.
func (d *PCT) Pick(x *exec.Exec, enabled exec.Set) int {
	for len(d.prio) < len(x.Gs) {
		d.prio = append(d.prio, d.Depth+d.rng.IntN(1<<30))
	}
	best := -1
	for g := range enabled.All() {
		if best < 0 || d.prio[g] > d.prio[best] {
			best = g
		}
	}
	if p, ok := d.changes[len(x.Events)]; ok {
		delete(d.changes, len(x.Events))
		d.prio[best] = p
		return d.Pick(x, enabled)
	}
	return best
}

// Alt implements exec.Chooser.
func (d *PCT) Alt(_ *exec.Exec, n int) int { return d.rng.IntN(n) }

// After implements [Strategy].
func (d *PCT) After(x *exec.Exec) bool {
	d.run++
	d.longest = max(d.longest, len(x.Events))
	return true
}

// Diverged implements [Strategy].
func (d *PCT) Diverged() *Divergence { return nil }

// URW is a random walk in which a goroutine is drawn with a weight: how many
// operations it had left, by what the runs so far did (Zhao, Wolff, Mathur and
// Roychoudhury, "Selectively Uniform Concurrency Testing", ASPLOS 2025).
type URW struct {
	Seed uint64

	rng   *rand.Rand
	run   uint64
	total []int // by goroutine: most operations it has executed in a run
}

// Begin implements exec.Chooser.
func (d *URW) Begin(*exec.Exec) { d.rng = rand.New(rand.NewPCG(d.Seed, d.run)) }

// Pick implements exec.Chooser.
func (d *URW) Pick(x *exec.Exec, enabled exec.Set) int {
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

func (d *URW) left(x *exec.Exec, g int) int {
	if g >= len(d.total) {
		return 1
	}
	return max(1, d.total[g]-int(x.Gs[g].Seq))
}

// Alt implements exec.Chooser.
func (d *URW) Alt(_ *exec.Exec, n int) int { return d.rng.IntN(n) }

// After implements [Strategy].
func (d *URW) After(x *exec.Exec) bool {
	d.run++
	for len(d.total) < len(x.Gs) {
		d.total = append(d.total, 0)
	}
	for g, q := range x.Gs {
		d.total[g] = max(d.total[g], int(q.Seq))
	}
	return true
}

// Diverged implements [Strategy].
func (d *URW) Diverged() *Divergence { return nil }

// Replay makes given choices, then goes on with the goroutine that is running,
// or else the first that can.
type Replay struct {
	Choices []Choice

	at     int
	Misfit int // the first choice that does not fit, -1 if all do
}

// Choice is what a replay does at one step: the goroutine, and the outcome of its
// operation.
type Choice struct{ G, Alt int32 }

// Begin implements exec.Chooser.
func (d *Replay) Begin(*exec.Exec) { d.at, d.Misfit = 0, -1 }

// Pick implements exec.Chooser.
func (d *Replay) Pick(x *exec.Exec, enabled exec.Set) int {
	i := len(x.Events)
	if i < len(d.Choices) && d.Misfit < 0 {
		if g := int(d.Choices[i].G); enabled.Has(g) {
			return g
		}
		d.Misfit = i
	}
	if i > 0 && enabled.Has(int(x.Events[i-1].G)) {
		return int(x.Events[i-1].G)
	}
	return enabled.First()
}

// Alt implements exec.Chooser.
func (d *Replay) Alt(x *exec.Exec, n int) int {
	if i := len(x.Events) - 1; i < len(d.Choices) && d.Misfit < 0 {
		return min(int(d.Choices[i].Alt), n-1)
	}
	return 0
}

// After implements [Strategy].
func (d *Replay) After(*exec.Exec) bool { return false }

// Diverged implements [Strategy].
func (d *Replay) Diverged() *Divergence { return nil }
