package model

import (
	"fmt"
	"slices"
	"strings"
)

// rules are what every queue of an object keeps to: a buffer is one queue, a
// mailbox one for each box, a link one for each direction. All three levels of
// buffering are one parameter.
type rules struct {
	capacity  int // 0: rendezvous; NoLimit: unbounded
	order     Order
	refusals  Refusals // of the forms that answer at once
	deadlines Refusals // of the forms with a deadline
	closeOK   bool     // a second close succeeds
	loss      Loss
	ignores   bool // a send after the close succeeds, and its item is dropped
}

func (r *rules) check() error {
	switch {
	case r.capacity < NoLimit:
		return fmt.Errorf("a capacity of %d: want 0 for a rendezvous, more for a bounded buffer, or %d for no limit", r.capacity, NoLimit)
	case r.loss > DropNewest:
		return fmt.Errorf("%v: want lossless, drop oldest or drop newest", r.loss)
	case r.loss != Lossless && r.capacity == 0:
		return fmt.Errorf("a capacity of 0 that %v: want 1 or more, since a rendezvous holds nothing", r.loss)
	case r.order > Bag:
		return fmt.Errorf("%v: want fifo, per-producer or bag", r.order)
	case r.refusals > Spurious:
		return fmt.Errorf("%v: want strict, weak, abortable or spurious", r.refusals)
	case r.deadlines > Spurious:
		return fmt.Errorf("%v: want strict, weak, abortable or spurious", r.deadlines)
	}
	return nil
}

// extras are the rules that differ from the usual ones, in words.
func (r *rules) extras() string {
	var b strings.Builder
	switch {
	case r.capacity == 0: // nothing is held, so nothing has an order
	case r.order == PerProducer:
		b.WriteString(", per-producer order")
	case r.order == Bag:
		b.WriteString(", no order")
	}
	if r.refusals != Strict {
		fmt.Fprintf(&b, ", %v refusals", r.refusals)
	}
	if r.deadlines != Strict {
		fmt.Fprintf(&b, ", %v deadlines", r.deadlines)
	}
	if r.loss != Lossless {
		fmt.Fprintf(&b, ", %v", r.loss)
	}
	if r.ignores {
		b.WriteString(", ignores sends after close")
	}
	return b.String()
}

// queue is the contents of one queue. It is immutable: what changes it makes a
// new one, which may share the array behind it.
//
// The items stand in a canonical order, so that equal queues have equal
// encodings: in the order of arrival; by producer and then arrival; or by value.
type queue struct {
	items  []item
	closed bool
}

type item struct {
	value    int64
	producer int // 0 unless the order is per producer
}

func (r *rules) room(q queue) bool { return r.capacity == NoLimit || len(q.items) < r.capacity }

// add returns the queue, which is not closed, with one more item.
func (r *rules) add(q queue, op Op) queue {
	it := item{value: op.Value}
	at := len(q.items)
	switch r.order {
	case PerProducer:
		it.producer = op.Proc
		for at > 0 && q.items[at-1].producer > it.producer {
			at--
		}
	case Bag:
		for at > 0 && q.items[at-1].value > it.value {
			at--
		}
	}
	items := make([]item, len(q.items)+1)
	copy(items, q.items[:at])
	items[at] = it
	copy(items[at+1:], q.items[at:])
	return queue{items: items}
}

// next reports whether item i is one of those that may leave next. Equal ones
// are represented by the first.
func (r *rules) next(q queue, i int) bool {
	switch {
	case i == 0:
		return true
	case r.order == PerProducer:
		return q.items[i].producer != q.items[i-1].producer
	case r.order == Bag:
		return q.items[i].value != q.items[i-1].value
	}
	return false
}

// without returns the queue without item i.
func (q queue) without(i int) queue {
	if i == 0 {
		return queue{q.items[1:], q.closed}
	}
	return queue{slices.Concat(q.items[:i], q.items[i+1:]), q.closed}
}

func (q queue) holds(v int64) bool {
	return slices.ContainsFunc(q.items, func(it item) bool { return it.value == v })
}

// send gives the outcomes of a send, refusals not included.
func (r *rules) send(s State, q queue, op Op, with func(queue) State) []Outcome {
	switch {
	case q.closed && r.ignores:
		return answer(s, OK)
	case q.closed:
		return answer(s, Closed)
	case r.room(q):
		return []Outcome{{with(r.add(q, op)), done}}
	case r.loss == DropNewest:
		return answer(s, OK)
	case r.loss == DropOldest:
		var out []Outcome
		for i := range q.items {
			if r.next(q, i) {
				out = append(out, Outcome{with(r.add(q.without(i), op)), done})
			}
		}
		return out
	}
	return nil
}

// recv adds the ways in which a receive may get something from the queue. The
// sender is told as from.
func (r *rules) recv(out []Outcome, q queue, from int, with func(queue) State) []Outcome {
	for i, it := range q.items {
		if r.next(q, i) {
			out = append(out, Outcome{with(q.without(i)), Result{Value: it.value, From: from}})
		}
	}
	return out
}

// transfer gives the outcomes of an operation on one queue, refusals not
// included.
func (r *rules) transfer(s State, q queue, op Op, with func(queue) State) []Outcome {
	switch {
	case op.Kind.Sends():
		return r.send(s, q, op, with)
	case op.Kind.Receives():
		if q.closed && len(q.items) == 0 {
			return answer(s, Closed)
		}
		return r.recv(nil, q, AnyPeer, with)
	case op.Kind == Close && !q.closed:
		return []Outcome{{with(queue{q.items, true}), done}}
	case op.Kind == Close && r.closeOK:
		return answer(s, OK)
	case op.Kind == Close:
		return answer(s, Closed)
	}
	return answer(s, Unsupported)
}

// refuse adds the refusal to the other outcomes of an operation, where the rules
// allow it.
func (r *rules) refuse(s State, op Op, out []Outcome) []Outcome {
	refusal, ok := op.Kind.Refusal()
	if !ok {
		return out
	}
	mode := r.refusals
	if refusal == Deadline {
		mode = r.deadlines
	}
	switch {
	case len(out) == 0: // it would wait
	case mode.Excused(op) && out[0].Result.Status == OK:
	case mode == Spurious && out[0].Result.Status != Unsupported:
	default:
		return out
	}
	return append(out, Outcome{s, Result{Status: refusal, From: AnyPeer}})
}

// meet reports whether the two operations can be the halves of a rendezvous,
// whatever they name. One of them at least must be there when the other comes,
// so two that do not wait never meet.
func (r *rules) meet(a, b Op) bool {
	return r.capacity == 0 && a.Kind.Opposite(b.Kind) && a.Proc != b.Proc && (a.Kind.Waits() || b.Kind.Waits())
}

// met is the outcome of a rendezvous after which the object is in the state.
func met(s State, a, b Op, from int) []JointOutcome {
	if a.Kind.Sends() {
		return []JointOutcome{{s, done, Result{Value: a.Value, From: from}}}
	}
	return []JointOutcome{{s, Result{Value: b.Value, From: from}, done}}
}

// done is the result of an operation that succeeds and receives nothing.
var done = Result{Status: OK, From: AnyPeer}

// answer is the outcome that changes nothing.
func answer(s State, st Status) []Outcome {
	return []Outcome{{s, Result{Status: st, From: AnyPeer}}}
}

// words are the contents: "[7 8]", by producer "[0: 7 8; 2: 9]".
func (r *rules) words(q queue) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, it := range q.items {
		switch {
		case r.order == PerProducer && r.next(q, i):
			if i > 0 {
				b.WriteString("; ")
			}
			fmt.Fprintf(&b, "%d: ", it.producer)
		case i > 0:
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, it.value)
	}
	b.WriteByte(']')
	if q.closed {
		b.WriteString(" closed")
	}
	return b.String()
}
