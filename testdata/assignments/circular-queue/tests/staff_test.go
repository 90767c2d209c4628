package queue_test

import (
	"math"
	"sync"
	"testing"

	"example.edu/queue"
)

// Beside the scenarios of the suite. The part of the name before the underscore is the
// property that the test is worth points for.

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

// No number stands for "nothing there".
func TestItems_AnyNumber(t *testing.T) {
	q := queue.New(2)
	for _, want := range []int{0, -1, math.MaxInt, math.MinInt} {
		q.Offer(want)
		if v, ok := q.Poll(); v != want || !ok {
			t.Errorf("received %d, %t, sent %d", v, ok, want)
		}
	}
}

func TestCapacity_OneLess(t *testing.T) {
	q := queue.New(4)
	for range 3 { // rounds
		n := 0
		for n < 10 && q.Offer(n) {
			n++
		}
		if n > 3 {
			t.Errorf("a queue of 4 places took %d items", n)
		}
		for {
			if _, ok := q.Poll(); !ok {
				break
			}
		}
	}
}

func TestRefusals_Rounds(t *testing.T) {
	q := queue.New(3)
	for v := range 7 {
		if !q.Offer(v) {
			t.Error("full, with nothing inside")
		}
		if got, ok := q.Poll(); !ok {
			t.Errorf("empty, with %d inside", got)
		}
	}
}

func TestOrder_Rounds(t *testing.T) {
	q := queue.New(3)
	var got []int
	run(func() {
		for v := 1; v <= 3; v++ {
			q.Offer(v)
		}
	}, func() {
		for range 3 {
			if v, ok := q.Poll(); ok {
				got = append(got, v)
			}
		}
	})
	for i, v := range got[min(1, len(got)):] {
		if v <= got[i] {
			t.Errorf("received %v", got)
		}
	}
}

func TestRace_OneItem(t *testing.T) {
	q := queue.New(2)
	run(func() { q.Offer(1) }, func() { q.Poll() })
}
