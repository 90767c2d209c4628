package prim

// Go's runtime serves those that wait for a channel in the order in which they came,
// and what makes one of them ready hands over to it at once: nobody overtakes it.
// Where a channel has a buffer, whoever announces a send or a receive that cannot be
// executed may not have come yet, as far as the others can tell; and so every order
// of those that wait is one in which they may have come. That changes when nobody
// can go on, and the clock jumps or somebody notices: then all have come that have
// announced an operation. They go before whatever is announced later.
//
// A receive that makes room for one of them hands over to it, and a close has it
// panic: these two depend on each other then, as on whatever else is done to the
// channel. See [Op.Also].
//
// So the arrival at a channel with a buffer is no event. Executions in which nobody
// waits at such a moment are as many as without this, and those that are left out
// otherwise are those in which somebody is overtaken. One case is left in: a select
// that waits for channels with a buffer and for others has come for certain as soon
// as it waits, which others may notice at the channels without a buffer; here it
// counts as the others do.

// Earlier reports whether one that has been seen to wait since a moment came before
// another, which has been seen since then; 0: it has not been seen to wait.
//
//go:norace
func Earlier(since, other int32) bool { return since != 0 && (other == 0 || since < other) }

// Queue is the first of the channels with a buffer for which a thread can wait in the
// operation, from place i on, and whether it wants to send; next is the place after it, -1 if
// there is none. (A function that is called for each would be one that the race detector sees.)
//
//go:norace
func (o *Op) Queue(i int) (ch int32, send bool, next int) {
	switch o.Kind {
	case OpSend, OpRecv, OpRecvItem, OpRecvClosed:
		if i == 0 {
			return o.Obj, o.Kind == OpSend, 1
		}
	case OpSelectGo:
		for ; i < len(o.Cases()); i++ {
			if c := o.Cases()[i]; c&CaseBuffered != 0 {
				return o.More()[i], c&CaseSends != 0, i + 1
			}
		}
	}
	return 0, false, -1
}

// Overtakes reports whether one who waits to send on a channel with a buffer, or to receive
// from it, can go on, and an operation about the channel would overtake him. It would not
// if he receives and the two commute; with who waits to send, a receive does not (see
// [Op.Also]).
//
//go:norace
func Overtakes(op *Op, send bool, ch int32, s *State) bool {
	if !Ready(s, send) {
		return false
	}
	if send || op.Obj != ch || op.Cases() != nil {
		return true
	}
	a, b := On(receive(s), ch), On(Refine(op.Kind, s), ch)
	return Depends(&a, &b)
}

// Waiting are those who wait for a channel with a buffer, in the order in which they come.
type Waiting interface {
	State(ch int32) *State
	// Before is how many were seen to wait before a thread, to send on a channel or to
	// receive from it, and still do.
	Before(thread, ch int32, send bool) int32
}

// Gets reports whether a thread that waits in a select has been handed something at a channel
// with a buffer: more is there than those have come for who were seen to wait before.
//
//go:norace
func (o *Op) Gets(w Waiting, thread int32) bool {
	more := o.More()
	for i, c := range o.Cases() {
		send := c&CaseSends != 0
		if c&CaseBuffered == 0 {
			continue
		}
		s := w.State(more[i])
		left := s.N
		if send {
			left = s.Size - s.N
		}
		if s.Closed || left > 0 && left > w.Before(thread, more[i], send) {
			return true
		}
	}
	return false
}

// Claims reports whether a thread waits in the operation to send on a channel with a buffer,
// or to receive from it.
//
//go:norace
func (o *Op) Claims(id int32, send bool) bool {
	for ch, sends, i := o.Queue(0); i >= 0; ch, sends, i = o.Queue(i) {
		if ch == id && sends == send {
			return true
		}
	}
	return false
}

// Sends reports whether a thread waits to send on the channel, which has a buffer, in
// the operation.
//
//go:norace
func (o *Op) Sends(id int32) bool { return o.Claims(id, true) }
