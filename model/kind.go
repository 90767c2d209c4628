package model

// Sends reports whether the operation sends.
func (k Kind) Sends() bool { return k == Send || k == TrySend || k == SendContext }

// Receives reports whether the operation receives.
func (k Kind) Receives() bool { return k == Recv || k == TryRecv || k == RecvContext }

// Waits reports whether the operation may wait, forever or until a deadline.
func (k Kind) Waits() bool {
	return k == Send || k == Recv || k == SendContext || k == RecvContext
}

// Opposite reports whether one of the two operations sends and the other
// receives.
func (k Kind) Opposite(l Kind) bool {
	return k.Sends() && l.Receives() || k.Receives() && l.Sends()
}

// Refusal is the answer of the operation where it does not wait any longer; ok
// is false if it has none.
func (k Kind) Refusal() (s Status, ok bool) {
	switch k {
	case TrySend:
		return Full, true
	case TryRecv:
		return Empty, true
	case SendContext, RecvContext:
		return Deadline, true
	}
	return 0, false
}
