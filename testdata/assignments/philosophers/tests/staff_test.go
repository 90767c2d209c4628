package table_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"example.edu/table"
)

// Small on purpose: every test is to be run under every interleaving. The part of
// the name before the underscore is the property that the test is worth points for.

func run(parts ...func()) {
	var wg sync.WaitGroup
	for _, f := range parts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Wait()
}

// eat has a philosopher eat so many times.
func eat(tab *table.Table, i, times int) func() {
	return func() {
		for range times {
			tab.Take(i)
			tab.Put(i)
		}
	}
}

// fork is one that two philosophers share.
type fork struct {
	t     *testing.T
	hands atomic.Int32
}

// with has a philosopher eat with the fork.
func (f *fork) with(tab *table.Table, i int) func() {
	return func() {
		tab.Take(i)
		if f.hands.Add(1) > 1 {
			f.t.Errorf("philosopher %d eats, and so does a neighbour", i)
		}
		f.hands.Add(-1)
		tab.Put(i)
	}
}

func TestExclusion_OfTwo(t *testing.T) {
	tab, f := table.New(2), fork{t: t}
	run(f.with(tab, 0), f.with(tab, 1))
}

func TestExclusion_Neighbours(t *testing.T) {
	tab, f := table.New(3), fork{t: t}
	run(f.with(tab, 0), f.with(tab, 1))
}

func TestExclusion_FirstAndLast(t *testing.T) {
	tab, f := table.New(3), fork{t: t}
	run(f.with(tab, 2), f.with(tab, 0))
}

func TestExclusion_BothWait(t *testing.T) {
	tab, f := table.New(3), fork{t: t}
	tab.Take(0)
	run(f.with(tab, 1), f.with(tab, 2), func() { tab.Put(0) })
}

func TestOverlap_OfFour(t *testing.T) {
	tab := table.New(4)
	tab.Take(0)
	tab.Take(2) // nobody puts anything back before
}

func TestOverlap_TheOthers(t *testing.T) {
	tab := table.New(5)
	tab.Take(4)
	tab.Take(1)
}

func TestOverlap_WhileAnotherWaits(t *testing.T) {
	tab := table.New(5)
	tab.Take(1)
	tab.Take(3)
	run(eat(tab, 2, 1), func() { tab.Put(1) }, func() {
		eat(tab, 0, 1)() // shares no fork with 3, who eats until then, nor with 2, who waits
		tab.Put(3)
	})
}

func TestWaiting_Alone(t *testing.T) {
	eat(table.New(2), 1, 2)()
}

func TestWaiting_OfTwo(t *testing.T) {
	tab := table.New(2)
	run(eat(tab, 0, 1), eat(tab, 1, 1))
}

func TestWaiting_AllOfThree(t *testing.T) {
	tab := table.New(3)
	run(eat(tab, 0, 1), eat(tab, 1, 1), eat(tab, 2, 1))
}

func TestWaiting_BothNeighbours(t *testing.T) {
	tab := table.New(4)
	tab.Take(1)
	run(eat(tab, 0, 1), eat(tab, 2, 1), func() { tab.Put(1) })
}

// hungry has a philosopher wait for a neighbour, until whoever can run has run.
func hungry(t *testing.T, i int) {
	synctest.Test(t, func(*testing.T) {
		tab := table.New(3)
		tab.Take(0)
		go eat(tab, i, 1)()
		synctest.Wait() // has no end if somebody waits by running in a loop
		tab.Put(0)
	})
}

func TestBlocking_LeftNeighbour(t *testing.T) { hungry(t, 2) }

func TestBlocking_RightNeighbour(t *testing.T) { hungry(t, 1) }

func TestRace_Turns(t *testing.T) {
	tab := table.New(3)
	run(eat(tab, 0, 1))
	run(eat(tab, 1, 1))
}

func TestRace_Fork(t *testing.T) {
	tab := table.New(3)
	used := 0
	use := func(i int) func() {
		return func() {
			tab.Take(i)
			used++
			tab.Put(i)
		}
	}
	run(use(0), use(1))
}
