package prim

// Cond. Wait is two operations: the one that joins the wait set and unlocks, and
// the one that locks again. Kinds 16 to 20.
const (
	OpCondWait     Kind = 16 + iota // Obj2 is the lock
	OpCondWake                      // Obj is the lock, Arg the Cond
	OpSignal                        // one that wakes somebody
	OpBroadcast                     // one that wakes somebody
	OpSignalNobody                  // a signal or broadcast that found the wait set empty
)

var _ = describe(
	[]Info{
		{Kind: OpCondWait, Name: "wait", On: []string{"cond"}, Second: OpUnlock, Apply: joinWaiters},
		{Kind: OpCondWake, Name: "woken, lock", On: []string{"mutex"}, Held: true, Wakes: true, Jointly: true, Apply: hold, EnabledIn: wokenAndFree, WaitsFor: theSignal},
		{Kind: OpSignal, Name: "signal", On: []string{"cond"}, Apply: wakeOne, Refine: signal},
		{Kind: OpBroadcast, Name: "broadcast", On: []string{"cond"}, Apply: wakeAll, Refine: broadcast},
		{Kind: OpSignalNobody, Name: "signal(nobody)", On: []string{"cond"}, Reads: true},
	},
	depend(kinds(OpCondWait, OpSignal, OpBroadcast), kinds(OpCondWait, OpSignal, OpBroadcast, OpSignalNobody)),
	commute(kinds(OpSignalNobody), kinds(OpSignalNobody), "neither finds anybody to wake"),
	// On the lock it is a Lock.
	depend(kinds(OpCondWake), kinds(OpCondWake, OpLock, OpUnlock, OpTryLock, OpTryLockFailed, OpWLock, OpRLock, OpRUnlock, OpTryRLock, OpTryRLocked, OpTryRLockFailed)),
	commute(kinds(OpCondWake), kinds(OpWLockGo), "there is one writer at a time, and it is in"),
)

//go:norace
func joinWaiters(s *State, _ *Event) { s.N++ }

//go:norace
func wakeOne(s *State, _ *Event) { s.N-- }

//go:norace
func wakeAll(s *State, _ *Event) { s.N = 0 }

//go:norace
func signal(s *State) Kind {
	if s.N == 0 {
		return OpSignalNobody
	}
	return OpSignal
}

//go:norace
func broadcast(s *State) Kind {
	if s.N == 0 {
		return OpSignalNobody
	}
	return OpBroadcast
}

// wokenAndFree: the lock may be one that nobody controls.
//
//go:norace
func wokenAndFree(v View, op *Op, thread int32) bool {
	return v.Woken(thread) && (op.Obj < 0 || free(v.State(op.Obj)))
}

//go:norace
func theSignal(w Words, t *Thread) string {
	if t.Woken {
		return "" // the lock
	}
	return "a signal of " + w.Object(t.Op.Arg)
}
