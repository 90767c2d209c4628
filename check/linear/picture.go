package linear

import (
	"fmt"
	"math"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// picture adds to a trace of operations what a reader is shown of them beside the
// steps: when each was called and returned, an order of them as far as one goes, and
// what every order must have if that is why there is none. Those with a part in the
// fault are marked.
func (w Words) picture(t *verdict.Trace, index map[int]int, spec model.Spec, f Finding, calls []record.Call) {
	id := map[record.Call]int{}
	for _, e := range events(calls) {
		if !e.begins {
			continue
		}
		o := verdict.Operation{
			ID: e.n + 1, Process: index[int(e.call.Proc)], Op: e.call.Kind.String(), Label: w.Op(e.call.Op()),
			From: e.call.Call, Witness: slices.Contains(f.Witness, e.call) && len(f.Witness) < len(calls),
		}
		if !e.call.Pending() {
			o.To, o.Result = &e.call.Return, w.Result(e.call)
		}
		id[e.call] = o.ID
		t.Operations = append(t.Operations, o)
	}
	if b, ok := spec.(*model.Buffer); ok && b.Config().Capacity != 0 && len(calls) <= excerpt {
		t.Points = w.points(spec, calls)
	}
	t.Constraints = w.constraints(f, id)
}

// constraints are the circle that a reordered item makes: what was sent first leaves
// first, and it did not. They are in the order of the circle.
func (w Words) constraints(f Finding, id map[record.Call]int) []verdict.Constraint {
	if f.Code != verdict.ReorderedItem || len(f.Witness) != 4 {
		return nil
	}
	// The witness has the sends of both items, then the receives, the other way round.
	send1, send2, recv2, recv1 := f.Witness[0], f.Witness[1], f.Witness[2], f.Witness[3]
	for _, c := range f.Witness {
		if id[c] == 0 {
			return nil
		}
	}
	item1, item2 := w.Item(send1.Value), w.Item(send2.Value)
	time := func(a, b record.Call, what string) verdict.Constraint {
		return verdict.Constraint{Before: id[a], After: id[b], Kind: "time", Why: fmt.Sprintf("%s (t=%d, t=%d)", what, a.Return, b.Call)}
	}
	return []verdict.Constraint{
		time(send1, send2, fmt.Sprintf("the send of %s had returned when that of %s was called", item1, item2)),
		{Before: id[recv1], After: id[recv2], Kind: "object", Why: fmt.Sprintf("first in, first out: %s went in before %s, so it leaves before it", item1, item2)},
		time(recv2, recv1, fmt.Sprintf("the receive of %s had returned when that of %s was called", item2, item1)),
	}
}

// mostSteps bounds the search for an order.
const mostSteps = 20_000

// points are an order of operations of a buffer that goes as far as any does, and at
// last, if one of those that returned has no place in it, one that does not fit next.
// Each has what the buffer holds after it. Where the search would be long it is the
// best order found so far.
func (w Words) points(spec model.Spec, calls []record.Call) []verdict.Point {
	s := &orderSearch{spec: spec, calls: calls, seen: map[string]bool{}, left: mostSteps, bestState: spec.Init()}
	s.extend(spec.Init(), 0, nil, 0)
	var out []verdict.Point
	var holds []string
	done := uint64(0)
	for _, i := range s.best {
		c := calls[i]
		done |= 1 << i
		switch item := w.Item(c.Value); {
		case c.Kind.Sends() && (c.Pending() || c.Status == model.OK):
			holds = append(holds, item)
		case c.Kind.Receives() && c.Pending() && len(holds) > 0: // it takes the oldest, for all that is known
			holds = slices.Delete(holds, 0, 1)
		case c.Kind.Receives() && c.Done():
			if at := slices.Index(holds, item); at >= 0 {
				holds = slices.Delete(holds, at, at+1)
			}
		}
		out = append(out, verdict.Point{Operation: i + 1, State: append([]string{}, holds...), OK: true})
	}
	next := -1
	for i, c := range calls {
		if done&(1<<i) == 0 && !c.Pending() && (next < 0 || c.Return < calls[next].Return) {
			next = i
		}
	}
	if next < 0 {
		return out
	}
	c := calls[next]
	p := verdict.Point{Operation: next + 1, State: append([]string{}, holds...), Want: "wait", Got: w.Result(c)}
	if o := spec.Step(s.bestState, c.Op()); len(o) > 0 {
		p.Want = w.Result(record.NewCall(c.Op(), o[0].Result, 0, 0))
	}
	return append(out, p)
}

// orderSearch looks, depth first, for an order that has as many as possible of the
// operations that have returned, and as few as possible of the others.
type orderSearch struct {
	spec      model.Spec
	calls     []record.Call // at most 64
	seen      map[string]bool
	left      int // steps
	best      []int
	returned  int // of the best
	bestState model.State
}

// extend tries what may take effect next: an operation that was called before any
// other one that is left has returned. One that has not returned may have had any
// result.
func (s *orderSearch) extend(state model.State, done uint64, order []int, returned int) {
	if returned > s.returned || returned == s.returned && len(order) < len(s.best) {
		s.best, s.bestState, s.returned = slices.Clone(order), state, returned
	}
	key := fmt.Sprint(done, " ", state.Key())
	if s.left == 0 || s.seen[key] {
		return
	}
	s.seen[key] = true
	s.left--
	first := int64(math.MaxInt64)
	for i, c := range s.calls {
		if done&(1<<i) == 0 {
			first = min(first, c.Return)
		}
	}
	for i, c := range s.calls {
		if done&(1<<i) != 0 || c.Call > first {
			continue
		}
		var next []model.State
		more := returned
		if c.Pending() {
			for _, o := range s.spec.Step(state, c.Op()) {
				next = append(next, o.Next)
			}
		} else {
			more++
			next = model.Accept(s.spec, state, c.Op(), c.Result())
		}
		for _, n := range next {
			s.extend(n, done|1<<i, append(order, i), more)
		}
	}
}
