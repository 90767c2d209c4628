package model

import "slices"

// A stream without a buffer: a write offers its bytes, reads take them, and the write
// ends when all have been taken, or something ends it before. In a history the first
// of the two steps offers what was taken in the end.

// offered are the steps of a write without a buffer. There are none if it handed
// nothing over.
func offered(op Op, b string, r *Result) []Part {
	step := func(n uint8, piece string, result *Result) Part {
		o := op
		o.part, o.parts, o.Value = n, 2, Piece(piece)
		return Part{o, result}
	}
	if r == nil {
		return []Part{step(1, b, nil), step(2, b, nil)}
	}
	if r.N < 1 || r.N > len(b) || op.Kind != TrySend && (r.Status == OK) != (r.N == len(b)) {
		return nil
	}
	b = b[:r.N]
	return []Part{step(1, b, &Result{Status: OK, From: AnyPeer, N: r.N}), step(2, b, &Result{Status: r.Status, From: AnyPeer})}
}

// handOver is a step of a write: it offers its bytes, or ends when all are taken.
func (s *Stream) handOver(st *streamState, op Op) []Outcome {
	b, _ := Bytes(op.Value)
	closed := st.noWriter || s.broken(st)
	at := slices.IndexFunc(st.offers, func(o offer) bool { return o.proc == op.Proc })
	next := *st
	switch {
	case op.part == 1 && at < 0 && !closed:
		next.offers = append(slices.Clone(st.offers), offer{op.Proc, b})
		return []Outcome{{&next, Result{Status: OK, From: AnyPeer, N: len(b)}}}
	case op.part == 1 || at < 0 || st.offers[at].rest != "":
		return nil
	}
	next.offers = slices.Delete(slices.Clone(st.offers), at, at+1)
	out := []Outcome{{&next, done}}
	if closed {
		out = append(out, Outcome{&next, Result{Status: Closed, From: AnyPeer}})
	}
	if refusal, ok := op.Kind.Refusal(); ok {
		out = append(out, Outcome{&next, Result{Status: refusal, From: AnyPeer}})
	}
	return out
}

// takeOver is a read of at most so many bytes: those of the write whose turn it is, or
// of several.
func (s *Stream) takeOver(st *streamState, most int) []Outcome {
	all, first := "", 0
	for _, o := range st.offers {
		if all += o.rest; first == 0 {
			first = len(o.rest)
		}
	}
	switch {
	case s.broken(st), all == "" && st.noWriter:
		return answer(st, Closed)
	case all == "":
		return nil
	}
	least := min(most, first)
	if s.c.Short {
		least = 1
	}
	var out []Outcome
	for n := min(most, len(all)); n >= least; n-- {
		next := *st
		next.offers = slices.Clone(st.offers)
		for i, left := 0, n; left > 0; i++ {
			k := min(left, len(next.offers[i].rest))
			next.offers[i].rest = next.offers[i].rest[k:]
			left -= k
		}
		out = append(out, Outcome{&next, Result{Status: OK, Value: Piece(all[:n]), From: AnyPeer}})
	}
	return out
}

// handedOver are the offers of which all has been taken: the others end with the
// stream.
func (st *streamState) handedOver() []offer {
	return slices.DeleteFunc(slices.Clone(st.offers), func(o offer) bool { return o.rest != "" })
}
