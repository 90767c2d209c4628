package oracle

import "slices"

// relaxation is a part of the specification that a search leaves out.
type relaxation uint

const (
	anyOrder  relaxation = 1 << iota // items leave in any order
	anySize                          // there is always room
	anyRefuse                        // a refusal is always right
	mayLose                          // an item that was accepted may be gone
	mayWait                          // who waits may
	anyClosed                        // what is answered after a close, and to a close, is right
	anyLen                           // any length is right
)

// explained reports whether there is an order of the operations, one after the other,
// that keeps the times at which they were called and returned and in which each answers
// what the object must answer; relaxed says what need not hold. Where the run is over
// (stuck) who still waits must have to.
//
// The time grows exponentially with the number of operations that overlap.
func explained(o Object, h []operation, stuck bool, relaxed relaxation) bool {
	s := &search{object: o, history: h, stuck: stuck, relaxed: relaxed, tried: map[string]bool{}}
	return s.from(state{}, make([]bool, len(h)))
}

type search struct {
	object  Object
	history []operation
	stuck   bool
	relaxed relaxation
	tried   map[string]bool // what led to nothing
}

// state is what the object holds.
type state struct {
	items  []item
	closed bool
}

type item struct {
	value int
	by    string
}

func (s *search) may(r relaxation) bool { return s.relaxed&r != 0 }

// from goes on from a state in which the operations that are done have taken effect.
func (s *search) from(at state, done []bool) bool {
	key := at.key(done)
	if s.tried[key] {
		return false
	}
	end := true
	first := never // the earliest return of those that are left
	for i := range s.history {
		if op := &s.history[i]; !done[i] && !op.pending() {
			end = false
			first = min(first, op.to)
		}
	}
	if end && s.over(at, done) {
		return true
	}
	for i := range s.history {
		op := &s.history[i]
		// One that was called after another one had returned comes after it.
		if done[i] || op.from > first || op.pending() && s.stuck && !s.may(mayWait) {
			continue
		}
		done[i] = true
		for _, next := range s.after(at, op) {
			if s.from(next, done) {
				return true
			}
		}
		done[i] = false
	}
	s.tried[key] = true
	return false
}

func (at state) key(done []bool) string {
	b := make([]byte, 0, len(done)+4*len(at.items)+1)
	for _, d := range done {
		b = append(b, '0')
		if d {
			b[len(b)-1] = '1'
		}
	}
	for _, i := range at.items {
		b = append(b, byte(i.value), byte(i.value>>8), byte(i.value>>16), ';')
	}
	if at.closed {
		b = append(b, 'c')
	}
	return string(b)
}

// over reports whether the run may end in the state.
func (s *search) over(at state, done []bool) bool {
	if !s.stuck || s.may(mayWait) {
		return true
	}
	for i := range s.history {
		if op := &s.history[i]; !done[i] && op.pending() && !s.waits(at, op) {
			return false
		}
	}
	return true
}

// waits reports whether an operation must wait in the state.
func (s *search) waits(at state, op *operation) bool {
	switch op.Op {
	case Send:
		return !at.closed && !s.room(at)
	case Recv:
		return !at.closed && len(at.items) == 0
	case SendContext:
		return !at.closed && !s.room(at) && !s.cancelled(never)
	case RecvContext:
		return !at.closed && len(at.items) == 0 && !s.cancelled(never)
	}
	return false
}

func (s *search) room(at state) bool {
	return s.object.Capacity < 0 || len(at.items) < s.object.Capacity || s.may(anySize)
}

// cancelled reports whether the contexts were ended before a time.
func (s *search) cancelled(before int) bool {
	return slices.ContainsFunc(s.history, func(o operation) bool { return o.Op == Cancel && o.from < before })
}

// after are the states in which an operation that answers what it has answered, or has
// not returned, can leave the object; none if it cannot take effect here.
func (s *search) after(at state, op *operation) []state {
	switch {
	case op.Op == Cancel:
		return []state{at}
	case op.Op == Close:
		return s.afterClose(at, op)
	case op.Op == Len:
		n := op.Return.Value
		if op.pending() || s.may(anyLen) || n == len(at.items) || s.busy(op) && n >= 0 && (s.object.Capacity < 0 || n <= s.object.Capacity) {
			return []state{at}
		}
		return nil
	case op.pending() || op.Status == OK:
		return s.takesEffect(at, op)
	case op.Status == Deadline:
		if s.cancelled(op.to) {
			return []state{at}
		}
	case op.Status == Closed:
		drained := op.Op.sends() || len(at.items) == 0 || s.may(mayLose)
		if at.closed && drained || s.may(anyClosed) {
			return []state{at}
		}
	case op.Status == Full && op.Op == TrySend, op.Status == Empty && op.Op == TryRecv:
		return s.afterRefusal(at, op)
	}
	return nil
}

func (s *search) afterClose(at state, op *operation) []state {
	want := OK
	if at.closed && !s.object.IdempotentClose {
		want = Closed
	}
	if !op.pending() && op.Status != want && !s.may(anyClosed) {
		return nil
	}
	return []state{{items: at.items, closed: true}}
}

func (s *search) afterRefusal(at state, op *operation) []state {
	right := len(at.items) == 0
	if op.Op == TrySend {
		right = !s.room(at) || s.object.Capacity >= 0 && len(at.items) >= s.object.Capacity
	}
	if at.closed && !s.may(anyClosed) {
		right = false
	}
	switch {
	case right, s.may(anyRefuse):
	case s.object.Refusals == Spurious && s.overlapped(op, func(Op) bool { return true }):
	case s.object.Refusals == Weak && s.overlapped(op, func(other Op) bool { return other.sends() != op.Op.sends() }):
	case op.Op == TryRecv && s.may(mayLose) && (!at.closed || s.may(anyClosed)): // what was inside is not, from now on
		return []state{{closed: at.closed}}
	default:
		return nil
	}
	return []state{at}
}

// busy reports whether another operation was under way at the same time, and not only
// waiting up to the end.
func (s *search) busy(op *operation) bool {
	return slices.ContainsFunc(s.history, func(o operation) bool {
		return o.from != op.from && o.Op != Cancel && !o.pending() && o.from < op.to && op.from < o.to
	})
}

// overlapped reports whether an operation of some kind was under way at the same time.
func (s *search) overlapped(op *operation, kind func(Op) bool) bool {
	return slices.ContainsFunc(s.history, func(o operation) bool {
		return o.from != op.from && o.Op != Cancel && kind(o.Op) && o.from < op.to && op.from < o.to
	})
}

// takesEffect sends an item, or receives one.
func (s *search) takesEffect(at state, op *operation) (next []state) {
	if op.Op.sends() {
		if at.closed && !s.may(anyClosed) || !s.room(at) {
			return nil
		}
		next = append(next, state{append(slices.Clone(at.items), item{op.Call.Value, op.Call.Process}), at.closed})
		if s.may(mayLose) {
			next = append(next, at)
		}
		return next
	}
	for i, it := range at.items {
		if !op.pending() && it.value != op.Return.Value || !s.mayLeave(at, i) {
			continue
		}
		next = append(next, state{slices.Delete(slices.Clone(at.items), i, i+1), at.closed})
	}
	return next
}

// mayLeave reports whether the order of the object lets an item leave.
func (s *search) mayLeave(at state, i int) bool {
	switch {
	case s.may(anyOrder), s.object.Order == Bag:
		return true
	case s.object.Order == PerProducer:
		return !slices.ContainsFunc(at.items[:i], func(o item) bool { return o.by == at.items[i].by })
	}
	return i == 0
}
