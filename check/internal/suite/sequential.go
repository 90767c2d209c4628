package suite

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/judge"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// sequence tries one sequence of operations, the next of which each is made known by
// a function. It reports false where the sequence ends.
type sequence func(next func(*machine) (move, bool)) *machine

// sequential tests the object with one operation at a time: every result must be
// one that the specification allows. A rapid generator draws the operations as the
// state machine goes along. (rapid.Check takes its seed from a flag of the whole test
// binary, so it could not be repeated from this suite's seed; the sequence that fails
// is made shorter here instead.)
func (s *Suite) sequential(o subject, procs int, checks int) {
	// One call site runs every sequence, drawn or shortened.
	try := func(next func(*machine) (move, bool)) *machine {
		m := newMachine(o, s, procs)
		for !m.failed() {
			mv, ok := next(m)
			if !ok {
				break
			}
			m.perform(mv)
		}
		m.finish()
		return m
	}
	judged := func(m *machine) {
		s.verdict.Counts.Operations += uint64(len(m.moves))
		s.sequences++
		if m.failed() {
			if m.end != record.Cut { // what spins would do so again, each time
				m = shorten(m, try)
			}
			s.failSequence(m, o.what)
		}
	}
	for i := range checks {
		if !s.goesOn() {
			return
		}
		seed := int(s.rng(o.what, i).Uint64() >> 1)
		m := rapid.Custom(func(t *rapid.T) *machine {
			length := rapid.IntRange(1, 4*max(o.contract.Terms().Capacity, 2)+8).Draw(t, "length")
			return try(drawMoves(t, length))
		}).Example(seed)
		judged(m)
	}
	if c := o.contract; len(c.Boxes()) == 0 && c.MostSends() == 0 && c.Parts() == 1 && c.Terms().Capacity > 0 && s.goesOn() {
		judged(try(inTurn()))
	}
}

// Bounds of what goes through an object in turn: more items than a counter of eight bits
// counts, twice, and so many of them at once.
const (
	itemsInTurn = 600
	mostInTurn  = 8
)

// inTurn fills the object and empties it, in turn, until small counters have wrapped
// around.
func inTurn() func(*machine) (move, bool) {
	filling, moves := true, 0
	return func(m *machine) (move, bool) {
		t := m.contract.Terms()
		if m.held == 0 || m.held >= min(t.Capacity, mostInTurn) {
			filling = m.held == 0
		}
		kinds := []model.Kind{model.Recv, model.TryRecv, model.RecvContext}
		if filling {
			kinds = []model.Kind{model.Send, model.TrySend, model.SendContext}
		}
		k := slices.IndexFunc(kinds, t.Has)
		if moves++; k < 0 || moves > 2*itemsInTurn {
			return move{}, false
		}
		return move{kind: kinds[k], live: k == 2}, true
	}
}

// drawMoves draws phases of filling, draining and both, which reach the ends of the
// capacity more often than single draws would.
func drawMoves(t *rapid.T, length int) func(*machine) (move, bool) {
	phase, left := 0, 0
	return func(m *machine) (move, bool) {
		if length--; length < 0 {
			return move{}, false
		}
		if left == 0 {
			phase = rapid.IntRange(0, 2).Draw(t, "phase")
			left = rapid.IntRange(1, max(m.contract.Terms().Capacity, 2)+2).Draw(t, "length of phase")
		}
		left--
		can := slices.DeleteFunc(drawCandidates(t, m, phase), m.waits)
		if len(can) == 0 {
			left = 0
			return move{kind: noMove}, true
		}
		mv := rapid.SampledFrom(can).Draw(t, "operation")
		mv.proc = rapid.IntRange(0, len(m.procs)-1).Draw(t, "process")
		return mv, true
	}
}

// drawCandidates draws the box and the size of the next operation, and returns the
// operations that may come in the phase: 1 is filling, 2 is draining. Those that end
// something come seldom.
func drawCandidates(t *rapid.T, m *machine, phase int) []move {
	var where move
	if boxes := m.contract.Boxes(); len(boxes) > 0 {
		where.box = rapid.SampledFrom(boxes).Draw(t, "box")
	}
	if sizes := m.contract.Sizes(); len(sizes) > 0 {
		where.size = rapid.SampledFrom(sizes).Draw(t, "size")
	}
	var can []move
	for _, k := range m.contract.Terms().Kinds {
		if (k == model.Close || k == model.Destroy || k == model.CloseRead) && rapid.IntRange(0, 15).Draw(t, k.String()) > 0 ||
			phase == 1 && k.Receives() || phase == 2 && k.Sends() {
			continue
		}
		where.kind, where.live = k, false
		can = append(can, where)
		where.live = true
		if k == model.SendContext {
			where.kind = model.Send
			can = append(can, where)
		}
		if k == model.RecvContext {
			where.kind = model.Recv
			can = append(can, where)
		}
	}
	return can
}

// failSequence reports a sequence that failed.
func (s *Suite) failSequence(m *machine, what string) {
	var waiters []harness.Waiter
	fs, forGood := m.found, false
	if m.end != record.Complete {
		waiters = m.x.Waiters()
		if len(fs) == 0 {
			fs = judge.Stuck(m.x, m.contract, waiters)
			forGood = len(fs) > 0
		}
		if len(fs) == 0 {
			fs = []linear.Finding{judge.Deadlock(waiters)}
		}
	}
	if m.abandoned || m.end != record.Complete {
		s.abandon(m.end)
	}
	h := m.x.History(m.end)
	why := m.complaint(h)
	if forGood {
		why.ForGood()
	}
	s.report(m.x, m.contract, h, fmt.Sprintf("%s, %s one after the other", what, words.Plural(len(m.moves), "operation", "operations")), judge.WithoutConsequences(fs), waiters, why)
}
