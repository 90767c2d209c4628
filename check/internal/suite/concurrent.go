package suite

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/judge"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// shapes are the numbers of producers and consumers of concurrent executions.
var shapes = [][2]int{{1, 1}, {2, 1}, {1, 2}, {2, 2}, {4, 4}}

// Sizes of a batch of concurrent executions: for each shape, this many short ones,
// whose histories are held against the specification, and long ones, which get only
// the checks that take no search.
const (
	shortExecutions = 24
	longExecutions  = 4
	longItems       = 500
	judgedItems     = 200 // with the race detector, which takes its time
)

// concurrent lets real goroutines use the object at the same time, records what
// happens and judges it.
func (s *Suite) concurrent(o subject) {
	t := o.contract.Terms()
	long := longExecutions
	if o.contract.MostSends() > 0 {
		long = 0
	}
	switch {
	case t.Capacity == 0 && !slices.ContainsFunc(t.Kinds, model.Kind.Waits):
		s.unchecked("concurrent runs: two operations that do not wait never meet")
		return
	case s.spun && !t.Spins:
		s.unchecked("concurrent runs: whoever waits by spinning keeps the others from running")
		return
	case o.contract.Parts() > 1 && !t.Has(model.Close):
		s.unchecked("concurrent runs: it cannot be closed, so nobody knows when all has been read")
		return
	}
	for _, shape := range shapes {
		if shape[0] > t.Most(true) || shape[1] > t.Most(false) {
			continue
		}
		for i := range (shortExecutions + long) * s.Runs {
			if !s.goesOn() {
				return
			}
			long := i%(shortExecutions+long) >= shortExecutions
			if long && s.late(0.5) {
				s.unchecked("further concurrent runs that are long: half of its time was over")
				continue
			}
			p := plan(s.rng(o.what, shape, i), o.contract, shape, long)
			p.Processors = 1 << (i % 3)
			s.execute(o, p, fmt.Sprintf("%s, %v, run %d", o.what, p, i+1), !long)
		}
	}
}

// plan draws a concurrent execution.
func plan(rng *rand.Rand, c contract.Contract, shape [2]int, long bool) harness.Plan {
	t := c.Terms()
	p := harness.Plan{Contract: c, Producers: shape[0], Consumers: shape[1], Yields: 1 + rng.IntN(3), Seed: rng.Uint64()}
	p.Items = 1 + rng.IntN(max(12/p.Producers, 2))
	if long {
		p.Items = longItems
		if _, race := record.Races(); race {
			p.Items = judgedItems
		}
	}
	if n := c.MostSends(); n > 0 {
		p.Items = 1 + rng.IntN(n)
	}
	var endings []harness.Ending
	if c.Parts() == 1 {
		endings = append(endings, harness.ByCount)
	}
	if t.Has(model.Close) {
		endings = append(endings, harness.CloseAfter)
	}
	if t.Has(model.Close) && !t.CloseAlone {
		endings = append(endings, harness.CloseAmid)
	}
	if t.Has(model.CloseRead) && !t.CloseAlone && !t.HalfClose {
		endings = append(endings, harness.CloseReadAmid)
	}
	p.Ending = endings[rng.IntN(len(endings))]
	if p.Ending == harness.ByCount && t.Lossy() { // so much is never dropped
		p.Leave = max(p.Producers*p.Items-t.Capacity, 0)
	} else if p.Ending == harness.ByCount && t.Capacity != 0 && rng.IntN(2) == 0 {
		p.Leave = rng.IntN(p.Items + 1)
		if !t.Unbounded() {
			p.Leave = min(p.Leave, t.Capacity)
		}
	}
	return p
}

// execute makes one concurrent execution and judges it.
func (s *Suite) execute(o subject, p harness.Plan, what string, search bool) {
	x, end := harness.New(o.build, s.Patience)
	if end == record.Complete && len(x.Crashes()) == 0 {
		end = x.Drive(p)
	}
	s.executions++
	out := judge.Conclude(x, o.contract, end, search)
	n := out.History.Overlapping() // what is taken out afterwards overlaps nothing
	s.verdict.Counts.Executions++
	s.verdict.Counts.Overlapping += uint64(n)
	if n > 0 {
		s.overlaps++
	}
	s.conclude(x, o.contract, out, what)
}

// coveredExecutions says what the concurrent executions cover, and claims no
// concurrency where nothing overlapped.
func (s *Suite) coveredExecutions() {
	s.did("%d concurrent runs, in %d of which operations overlapped (%d operations)",
		s.executions, s.overlaps, s.verdict.Counts.Overlapping)
	if s.executions > 0 && s.overlaps == 0 {
		s.unchecked("concurrency: nothing overlapped in any concurrent run")
	}
}
