package prim

// What a Mutex and an RWMutex locked for writing have in common. Kinds 4 to 7.
const (
	OpLock Kind = 4 + iota // a Mutex
	OpUnlock
	OpTryLock       // one that succeeds, once it is executed
	OpTryLockFailed // the lock was taken
)

var _ = describe(
	[]Info{
		{Kind: OpLock, Name: "lock", On: []string{"mutex"}, Lock: true, Held: true, Jointly: true, Apply: hold, Enabled: free},
		{Kind: OpUnlock, Name: "unlock", On: []string{"mutex"}, Apply: unlock},
		{Kind: OpTryLock, Name: "trylock", On: []string{"mutex"}, Apply: hold, Refine: tryLock},
		{Kind: OpTryLockFailed, Name: "trylock(no)", On: []string{"mutex"}, Reads: true},
	},
	depend(kinds(OpLock, OpUnlock, OpTryLock, OpTryLockFailed), kinds(OpLock, OpUnlock, OpTryLock, OpTryLockFailed)),
)

//go:norace
func hold(s *State, e *Event) { s.Owner = e.G + 1 }

//go:norace
func unlock(s *State, _ *Event) { s.Owner = 0 }

//go:norace
func free(s *State) bool { return s.Owner == 0 && s.N == 0 }

//go:norace
func tryLock(s *State) Kind {
	if free(s) {
		return OpTryLock
	}
	return OpTryLockFailed
}
