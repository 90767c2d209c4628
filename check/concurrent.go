package check

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// shapes are the numbers of producers and consumers of concurrent runs.
var shapes = [][2]int{{1, 1}, {2, 1}, {1, 2}, {2, 2}, {4, 4}}

// Sizes of a batch of concurrent runs: for each shape, this many short ones,
// whose histories are searched, and long ones, which get only the direct checks.
const (
	shortRuns = 24
	longRuns  = 4
	longItems = 500
)

// concurrent lets real goroutines use the object at the same time, records what
// happens and judges it.
func (s *suite) concurrent(build func() object, b buffering, producers, consumers int, what string) {
	if b.capacity == 0 && !slices.ContainsFunc(b.kinds, model.Kind.Waits) {
		s.unchecked("concurrent runs: two operations that do not wait never meet")
		return
	}
	if s.spun && !b.spins {
		s.unchecked("concurrent runs: whoever waits by spinning keeps the others from running")
		return
	}
	if b.streams() && !b.has(model.Close) {
		s.unchecked("concurrent runs: it cannot be closed, so nobody knows when all has been read")
		return
	}
	long := longRuns
	if b.streams() {
		long = 0
	}
	for _, shape := range shapes {
		if shape[0] > producers || shape[1] > consumers {
			continue
		}
		for i := range (shortRuns + long) * s.runs {
			if !s.going() {
				return
			}
			long := i%(shortRuns+long) >= shortRuns
			rng := s.rng(what, shape, i)
			p := s.plan(rng, b, shape, long)
			p.processors = 1 << (i % 3)
			s.execute(build, b, p, fmt.Sprintf("%s, %v, run %d", what, p, i+1), !long)
		}
	}
}

func (s *suite) plan(rng *rand.Rand, b buffering, shape [2]int, long bool) plan {
	p := plan{b: b, producers: shape[0], consumers: shape[1], yields: 1 + rng.IntN(3), seed: rng.Uint64()}
	p.items = 1 + rng.IntN(max(12/p.producers, 2))
	if long {
		p.items = longItems
	}
	endings := []ending{byCount}
	if b.streams() {
		p.items = 1 + rng.IntN(bytesPerProc/model.MaxPiece) // each byte is written once
		endings = nil
	}
	if b.has(model.Close) {
		endings = append(endings, closeAfter)
	}
	if b.has(model.Close) && !b.closeAlone {
		endings = append(endings, closeAmid)
	}
	if b.has(model.CloseRead) && !b.closeAlone {
		endings = append(endings, closeReadAmid)
	}
	p.ending = endings[rng.IntN(len(endings))]
	if p.ending == byCount && b.capacity != 0 && rng.IntN(2) == 0 {
		p.leave = rng.IntN(p.items + 1)
		if b.capacity != Unbounded {
			p.leave = min(p.leave, b.capacity)
		}
	}
	return p
}

// execute makes one concurrent run and judges it.
func (s *suite) execute(build func() object, b buffering, p plan, what string, search bool) {
	r, end := newRun(build, s.patience)
	if end == record.Complete && len(r.crashes()) == 0 {
		end = r.drive(p)
	}
	s.runsMade++
	n := r.history(end).Overlapping()
	s.verdict.Counts.Executions++
	s.verdict.Counts.Overlapping += uint64(n)
	if n > 0 {
		s.overlaps++
	}
	s.conclude(r, b, end, what, search)
}

// coveredRuns says what the concurrent runs cover, and claims no concurrency
// where nothing overlapped.
func (s *suite) coveredRuns() {
	s.did("%d concurrent runs, in %d of which operations overlapped (%d operations)",
		s.runsMade, s.overlaps, s.verdict.Counts.Overlapping)
	if s.runsMade > 0 && s.overlaps == 0 {
		s.unchecked("concurrency: nothing overlapped in any concurrent run")
	}
}
