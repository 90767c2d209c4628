// Package boundedfifo decides whether one sequence of items explains the history of
// a bounded first-in-first-out buffer.
//
// A bounded first-in-first-out buffer of capacity K is explained by one sequence
// of the items, in which all enter and all leave: item i enters at p(i) and
// leaves at g(i), both within the times of their operations, so that
//
//	p(i) ≥ p(i-1), p(i) ≥ g(i-K), g(i) ≥ g(i-1), g(i) ≥ p(i).
//
// For a given sequence the earliest times are found by going through it once,
// and they are best: whatever follows is only restricted by later ones. So the
// search chooses the next item, one after the other. It keeps all prefixes that
// can still be extended, as configurations: which items are placed, the earliest
// times of the last K exits, and the earliest time of the next entry. Of two
// configurations with the same items the one with later times is dropped. Two
// looks ahead keep them few: the next entry must not come after the return of any
// send that is still to be placed, nor the last exit after the return of any
// receive.
//
// A refusal is a point in the sequence too. "Empty" lies between the exit of one
// item and the entry of the next, which it may delay; "full" lies between an
// entry after which K items are inside and the next exit, which it may delay.
// Those that cost nothing are taken as they come.
//
// Sends that have not returned and whose item nobody received may be placed or
// left out; they matter only to "full". Receives that have not returned take the
// items which nobody is known to have got, in order of their calls.
package boundedfifo

import (
	"cmp"
	"math"
	"slices"
)

// Problem is what must be explained. Both ends of a time are included.
type Problem struct {
	Capacity int
	Items    []Item  // by call of their send
	Takers   []int64 // calls of the receives that have not returned, in order
	Drained  int64   // by then they have taken an item; [math.MaxInt64] if nothing says so
	// Empties and Fulls are the answers which say that the buffer was empty, or
	// full, by call.
	Empties, Fulls []Refusal
}

// Item is an item on its way through the buffer: the times of its send, and of
// the receive that got it.
type Item struct {
	PutCall, PutRet int64
	GetCall, GetRet int64
	Got             bool // somebody is known to have got it
	Optional        bool // its send has not returned, and may have had no effect
}

// Refusal is an answer that must be true at some time from Call to Return.
type Refusal struct{ Call, Return int64 }

// Options bound a search.
type Options struct {
	Steps    int64               // extensions tried; 0: no bound
	Stop     func() bool         // asked now and then, if it is not nil
	Progress func(done, all int) // called now and then with the number of items placed, if it is not nil
	Exact    int                 // items up to which it keeps every prefix from the beginning; 0: 256, negative: none
}

// Outcome is the answer.
type Outcome int

// Outcomes.
const (
	Explained Outcome = iota
	Unexplained
	OutOfBudget // the search met its bounds
)

// Result is the answer, and where the search came to its end.
type Result struct {
	Outcome
	Placed int   // items in the longest prefix of a sequence
	At     int64 // the earliest time of the next entry after it
}

// Times outside every history.
const (
	never  = math.MaxInt64
	always = math.MinInt64
)

// Search looks for a sequence of the items. It takes O(n) time where few orders
// are possible, and is exponential in the number of sends that overlap at worst.
// It is exact unless it gives up.
func Search(p Problem, o Options) Result {
	b := newSearch(p, o)
	r := b.adaptive()
	return Result{r, b.deepest, b.at}
}

// refutationSteps bounds the search for a sequence of the items near a time.
const refutationSteps = 1_000_000

// refuted reports whether the items near time at already have no order. Removing
// an item keeps an order valid as long as no answer requires a full buffer, so the
// whole history then has none.
func (b *search) refuted(at int64) bool {
	certain := b.Items
	if len(b.Fulls) > 0 { // only then are items optional
		certain = slices.DeleteFunc(slices.Clone(b.Items), func(it Item) bool { return it.Optional })
	}
	middle, _ := slices.BinarySearchFunc(certain, at, func(it Item, at int64) int { return cmp.Compare(it.PutCall, at) })
	for _, n := range []int{32, 256} {
		near := b.Problem
		near.Items = certain[max(middle-n, 0):min(middle+n, len(certain))]
		near.Fulls, near.Empties = nil, nil
		from, to := int64(never), int64(always)
		for i := range near.Items {
			from, to = min(from, near.Items[i].PutCall), max(to, near.Items[i].PutCall)
		}
		for _, e := range b.Empties {
			if e.Call >= from && e.Return <= to {
				near.Empties = append(near.Empties, e)
			}
		}
		if newSearch(near, Options{Steps: refutationSteps, Stop: b.stop}).run(widest) == Unexplained {
			return true
		}
	}
	return false
}
