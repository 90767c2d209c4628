package model

// Matches reports whether the observed result is the one that a specification
// gives: the same status, as many bytes written, the same value where something was
// received, and the same sender where both tell one.
func (r Result) Matches(observed Result) bool {
	if r.Status != observed.Status || r.N != observed.N {
		return false
	}
	if r.Status != OK {
		return true
	}
	return r.Value == observed.Value &&
		(r.From == observed.From || r.From == AnyPeer || observed.From == AnyPeer)
}

// Accept gives the states in which the object may be after the operation took
// effect alone and returned the observed result. None: the specification does
// not allow the result in this state, or the operation waits. Of the result of
// an operation that does not receive, only the status and the bytes written count.
func Accept(spec Spec, s State, op Op, observed Result) []State {
	if !op.Kind.Receives() {
		observed.Value, observed.From = 0, AnyPeer
	}
	var out []State
	for _, o := range spec.Step(s, op) {
		if o.Result.Matches(observed) {
			out = append(out, o.Next)
		}
	}
	return out
}

// Waits reports whether the operation waits in the state, as long as it is
// alone.
func Waits(spec Spec, s State, op Op) bool { return len(spec.Step(s, op)) == 0 }
