package prim

// RWMutex; see lock.go for what it has in common with a Mutex. Kinds 8 to 14.
const (
	OpWLock   Kind = 8 + iota // keeps new readers out
	OpWLockGo                 // those that were in have left
	OpRLock
	OpRUnlock
	OpTryRLock       // as it is announced
	OpTryRLocked     // one that succeeded
	OpTryRLockFailed // a writer has it, or waits
)

var _ = describe(
	[]Info{
		{Kind: OpWLock, Name: "lock", On: []string{"mutex"}, Noun: "rwmutex", Lock: true, Held: true, Apply: hold, Enabled: noWriter},
		{Kind: OpWLockGo, Name: "locked", On: []string{"mutex"}, Noun: "rwmutex", Lock: true, Enabled: noReaders, WaitsFor: theReaders},
		{Kind: OpRLock, Name: "rlock", On: []string{"mutex"}, Noun: "rwmutex", Lock: true, Held: true, Apply: enter, Adds: one, Enabled: noWriter},
		{Kind: OpRUnlock, Name: "runlock", On: []string{"mutex"}, Noun: "rwmutex", Apply: runlock, Adds: minusOne},
		{Kind: OpTryRLock, Name: "tryrlock", On: []string{"mutex"}, Noun: "rwmutex", Adds: one, Refine: tryRLock},
		{Kind: OpTryRLocked, Name: "tryrlock", On: []string{"mutex"}, Noun: "rwmutex", Apply: enter, Adds: one},
		{Kind: OpTryRLockFailed, Name: "tryrlock(no)", On: []string{"mutex"}, Noun: "rwmutex", Reads: true},
	},
	depend(kinds(OpWLock, OpRLock, OpRUnlock, OpTryRLock, OpTryRLocked, OpTryRLockFailed), kinds(OpLock, OpUnlock, OpTryLock)),
	depend(kinds(OpWLock, OpRLock, OpRUnlock, OpTryRLocked), kinds(OpTryLockFailed)),
	depend(kinds(OpWLock), kinds(OpWLock, OpRLock, OpTryRLock, OpTryRLocked, OpTryRLockFailed)),
	depend(kinds(OpWLockGo), kinds(OpRUnlock, OpUnlock)),
	commute(kinds(OpWLock), kinds(OpRUnlock), "a writer comes in whether or not readers are in, and they leave whether or not it waits"),
	commute(kinds(OpRLock, OpRUnlock, OpTryRLocked), kinds(OpRLock, OpRUnlock, OpTryRLocked), "readers do not see each other: what counts is how many there are, unless more leave than came: see Plan.OrderSums"),
	commute(kinds(OpTryRLock, OpTryRLockFailed), kinds(OpRLock, OpRUnlock, OpTryRLock, OpTryRLocked, OpTryRLockFailed, OpTryLockFailed), "it looks for a writer only, and these bring none and take none away"),
	commute(kinds(OpWLockGo), kinds(OpWLock, OpWLockGo, OpLock, OpTryLock), "there is one writer at a time, and this one is in"),
	commute(kinds(OpWLockGo), kinds(OpRLock, OpTryRLock, OpTryRLocked, OpTryRLockFailed, OpTryLockFailed), "readers are kept out since the writer came, and those who only try are refused whether or not it still waits"),
)

//go:norace
func enter(s *State, _ *Event) { s.N++ }

//go:norace
func runlock(s *State, _ *Event) { s.N-- }

//go:norace
func one(*Op) int32 { return 1 }

//go:norace
func minusOne(*Op) int32 { return -1 }

//go:norace
func noWriter(s *State) bool { return s.Owner == 0 }

//go:norace
func noReaders(s *State) bool { return s.N == 0 }

//go:norace
func tryRLock(s *State) Kind {
	if noWriter(s) {
		return OpTryRLocked
	}
	return OpTryRLockFailed
}

//go:norace
func theReaders(w Words, t *Thread) string {
	return "the readers of " + w.Object(t.Op.Obj) + " to leave"
}
