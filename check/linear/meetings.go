package linear

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// In a rendezvous whose values repeat it is open which send met which receive. Every
// operation that succeeded met one that it overlaps, and any choice of such pairs will
// do, for nothing is held in between: it is a matching in the graph of the operations
// that may have met. [met] finds one and gives each pair a value of its own.

// mostTurns bounds the search for a matching: so many operations are looked at for each
// of the history.
const mostTurns = 1000

// meeting is a search for a matching.
type meeting struct {
	calls  []record.Call
	others [][]int32 // those that each operation may have met
	with   []int32   // the one that it meets, or none
	seen   []int     // the round in which it was looked at
	round  int
	turns  int
}

// unmet finds a send that returned, and that nobody can have met.
func unmet(h record.History, name func(int64) string) (f Finding, ok bool) {
	m := &meeting{calls: h.Calls, others: make([][]int32, len(h.Calls))}
	m.connect(h.End == record.Stuck)
	for i := range h.Calls {
		if c := &h.Calls[i]; c.Done() && c.Kind.Sends() && len(m.others[i]) == 0 {
			return Finding{Code: verdict.Overflow, Message: fmt.Sprintf("%v of %s returned, and no receive was under way that can have met it: it was held, and a rendezvous holds nothing", c.Kind, name(c.Value)), Witness: []record.Call{*c}}, true
		}
	}
	return f, false
}

// met gives the pairs that meet values of their own, so that the monitors can decide
// the history. ok is false if no choice of pairs was found: there is none, unless the
// search was given up. Operations that have not returned need not meet another. It takes
// O(n·k) time for n operations, k of which are under way at once, where few choices
// have to be taken back.
func met(h record.History) (distinct record.History, ok bool) {
	m := &meeting{calls: h.Calls, others: make([][]int32, len(h.Calls)), with: make([]int32, len(h.Calls)), seen: make([]int, len(h.Calls))}
	for i := range m.with {
		m.with[i] = none
	}
	m.connect(h.End == record.Stuck)
	m.turns = mostTurns * len(h.Calls)
	for _, sends := range []bool{false, true} {
		for i := range m.calls {
			c := &m.calls[i]
			if !c.Done() || m.with[i] != none || c.Kind.Sends() != sends || !sends && !c.Kind.Receives() {
				continue
			}
			if m.round++; !m.find(int32(i)) {
				return h, false
			}
		}
	}
	distinct = record.History{Calls: slices.Clone(h.Calls), End: h.End}
	for i := range distinct.Calls {
		c := &distinct.Calls[i]
		switch with := m.with[i]; {
		case c.Kind.Sends():
			c.Value = int64(i)
		case c.Done() && c.Kind.Receives():
			c.Value = int64(with)
		}
	}
	return distinct, true
}

// connect finds the operations that may have met, in one pass over those that are under
// way at a time. What waits in a stuck run has met nobody.
func (m *meeting) connect(stuck bool) {
	var open []int32
	for i := range m.calls {
		c := &m.calls[i]
		if !c.Kind.Sends() && !c.Kind.Receives() || !c.Pending() && c.Status != model.OK || stuck && c.Pending() {
			continue
		}
		open = slices.DeleteFunc(open, func(k int32) bool { return m.calls[k].Return < c.Call })
		for _, k := range open {
			d := &m.calls[k]
			s, r := c, d
			if !c.Kind.Sends() {
				s, r = d, c
			}
			if !s.Kind.Sends() || !r.Kind.Receives() || !meets(s, r) || r.Done() && s.Value != r.Value {
				continue
			}
			m.others[i] = append(m.others[i], k)
			m.others[k] = append(m.others[k], int32(i))
		}
		open = append(open, int32(i))
	}
	for _, others := range m.others {
		// Those that have to return soonest first: few choices are taken back then.
		slices.SortFunc(others, func(a, b int32) int {
			return cmp.Or(cmp.Compare(m.calls[a].Return, m.calls[b].Return), cmp.Compare(a, b))
		})
	}
}

// find lets the operation meet another one: one that is free, or one whose other can
// meet somebody else instead or has not returned, and so need not meet anybody. It is
// an augmenting path, breadth first.
func (m *meeting) find(from int32) bool {
	type step struct{ op, by, before int32 } // by: whom op would meet; before: the step that takes op's place
	queue := []step{{op: from, by: none, before: none}}
	m.seen[from] = m.round
	for n := 0; n < len(queue); n++ {
		x := queue[n]
		for _, y := range m.others[x.op] {
			if m.turns--; m.turns < 0 {
				return false
			}
			if m.seen[y] == m.round {
				continue
			}
			m.seen[y] = m.round
			z := m.with[y]
			if z != none && !m.calls[z].Pending() {
				queue = append(queue, step{op: z, by: y, before: int32(n)})
				continue
			}
			if z != none {
				m.with[z] = none
			}
			for at, other := int32(n), y; at != none; at = queue[at].before {
				s := queue[at]
				m.with[s.op], m.with[other] = other, s.op
				other = s.by
			}
			return true
		}
	}
	return false
}
