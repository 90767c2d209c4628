package search

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A WaitGroup panics when its counter goes below zero, and a program dies of an
// RWMutex that more readers leave than came. Otherwise additions to such a count
// commute, and a search that takes them for independent is the cheaper by all the
// orders of n goroutines that are done. So a search begins with that, and asks of
// every execution whether the events that happened have an order in which a count
// goes below zero. If so, it makes that execution, which is likely to fail; should
// it not, it begins anew with [prim.Plan].OrderSums, where additions to one count
// depend on each other.
//
// This misses nothing. Take the program that does the same, but goes on when a
// count is below zero. There, additions do commute, so that the search explores
// every trace of it; and as long as no count has gone below zero in an execution,
// it does nothing else than on the program itself. If some execution of that takes
// a count below zero, take its beginning up to there: it is a prefix of one trace,
// hence a set of events of one of the explored executions that contains, with every
// event, those that happen before it, and in which the count is below zero. That is
// what [sum.underflow] looks for, without looking at all the sets.

// sum is one count in an execution.
type sum struct {
	hb *clocks // of the execution

	give, take []int32 // events that add, and that take away; one that takes n is there n times
	left       []int32 // by give: what nothing has been taken of
	of         []int32 // by take: the number of its give; initial or nothing
	first      int32   // what is left of what was there at the beginning
	seen       []bool  // by give
	seenFirst  bool
}

// What a take is assigned to that is assigned to no give.
const (
	initial = -1 // what was there at the beginning
	nothing = -2
)

// mostTaken bounds what may be taken from a count one by one.
const mostTaken = 1 << 14

// balancer is a strategy that takes additions to a count for independent.
type balancer interface {
	// Underflow returns the choices of an execution in which some count goes below
	// zero, if the last execution shows that there is one; nil otherwise.
	Underflow() []prim.Choice
}

// underflow is what a strategy says of it.
func underflow(s Strategy) []prim.Choice {
	if b, ok := s.(balancer); ok {
		return b.Underflow()
	}
	return nil
}

// underflow looks for an order of events of the execution, with all that happens
// before them, in which a count goes below zero: one that has an event from from
// on, for the others are those of an earlier execution. It returns the choices;
// nil if there is none.
//
// There is none if and only if everything that is taken can be assigned to something
// that was given in events that happen before, each to its own (Hall's theorem, by
// augmenting paths). That takes linear time where each goroutine takes what was
// given last of what it knows, and is polynomial at worst.
func (s *sum) underflow(hb *clocks, from int) []prim.Choice {
	s.hb = hb
	x := hb.x
	var checked []int32
	for k := from; k < len(x.Events); k++ {
		op := &x.Events[k].Op
		if !op.Kind.Adds() || op.Ordered || op.Kind.Info().Adds(op) >= 0 || slices.Contains(checked, op.Obj) {
			continue
		}
		checked = append(checked, op.Obj)
		if !s.collect(op.Obj) {
			return choicesOf(x)
		} else if u := s.unpaid(); u >= 0 {
			return s.prefix(u)
		}
	}
	return nil
}

// collect collects the additions to an object. It reports false if they are too many
// to be looked at.
func (s *sum) collect(obj int32) bool {
	s.give, s.take, s.left = s.give[:0], s.take[:0], s.left[:0]
	s.first = s.hb.x.First[obj].N
	for k := range s.hb.x.Events {
		op := &s.hb.x.Events[k].Op
		if op.Obj != obj || !op.Kind.Adds() {
			continue
		}
		n := op.Kind.Info().Adds(op)
		if n > 0 {
			s.give, s.left = append(s.give, int32(k)), append(s.left, n)
		}
		if int(n)+mostTaken < len(s.take) {
			return false
		}
		for ; n < 0; n++ {
			s.take = append(s.take, int32(k))
		}
	}
	return true
}

// unpaid assigns what is taken to what is given, and returns a number in take for
// which there is nothing; -1 if there is none.
func (s *sum) unpaid() int {
	s.of = s.of[:0]
	s.seen = resize(s.seen, len(s.give))
	for u := range s.take {
		s.of = append(s.of, nothing)
		clear(s.seen)
		s.seenFirst = false
		if !s.assign(u) {
			return u
		}
	}
	return -1
}

// assign finds something given for number u in take, if need be by assigning others
// anew.
func (s *sum) assign(u int) bool {
	clock := s.hb.ev[s.take[u]]
	for i := len(s.give) - 1; i >= 0; i-- {
		if s.left[i] > 0 && !s.seen[i] && s.hb.before(int(s.give[i]), clock) {
			s.left[i]--
			s.of[u] = int32(i)
			return true
		}
	}
	if s.first > 0 {
		s.first--
		s.of[u] = initial
		return true
	}
	for i := range s.give {
		if s.seen[i] || !s.hb.before(int(s.give[i]), clock) {
			continue
		}
		s.seen[i] = true
		if s.free(int32(i), u) {
			return true
		}
	}
	if s.seenFirst {
		return false
	}
	s.seenFirst = true
	return s.free(initial, u)
}

// free assigns give i, of which nothing is left, to number u in take, if one to which
// it is assigned finds another.
func (s *sum) free(i int32, u int) bool {
	for w := range s.of {
		if s.of[w] == i && s.assign(w) {
			s.of[u] = i
			return true
		}
	}
	return false
}

// prefix returns the choices of the events in which more is taken than given, after
// [sum.assign] has found nothing for number u in take: all that take what was
// looked at, and what happens before them.
func (s *sum) prefix(u int) (choices []prim.Choice) {
	in := make([]bool, len(s.hb.x.Events))
	for w := range u + 1 {
		if i := s.of[w]; w < u && (i == initial && !s.seenFirst || i >= 0 && !s.seen[i]) {
			continue
		}
		for k := range s.take[w] + 1 {
			in[k] = in[k] || k == s.take[w] || s.hb.before(int(k), s.hb.ev[s.take[w]])
		}
	}
	for k, e := range s.hb.x.Events {
		if in[k] {
			choices = append(choices, prim.Choice{G: e.G, Alt: e.Alt})
		}
	}
	return choices
}
