package prim

// Counting semaphores. State.N is the count. The n-th wait gets the unit of the n-th
// post, as with a channel that has a buffer without end: see channel.go. Kinds 88 to 94.
const (
	OpSemPost    Kind = 88 + iota
	OpSemWait         // as it is announced
	OpSemTook         // a wait that got its unit
	OpSemTry          // as it is announced
	OpSemTryTook      // one that got a unit
	OpSemTryNo        // there was none
	OpSemValue
)

var _ = describe(
	[]Info{
		{Kind: OpSemPost, Name: "post", On: semaphores, Apply: giveUnit},
		{Kind: OpSemWait, Name: "wait", On: semaphores, Enabled: aUnitIsThere, Refine: took, WaitsFor: aUnitOf},
		{Kind: OpSemTook, Name: "wait", On: semaphores, Apply: takeUnit},
		{Kind: OpSemTry, Name: "trywait", On: semaphores, Refine: tryWait},
		{Kind: OpSemTryTook, Name: "trywait", On: semaphores, Apply: takeUnit},
		{Kind: OpSemTryNo, Name: "trywait(no)", On: semaphores, Reads: true},
		{Kind: OpSemValue, Name: "getvalue", On: semaphores, Reads: true},
	},
	depend(kinds(OpSemPost), kinds(OpSemPost, OpSemTry, OpSemTryTook, OpSemTryNo, OpSemValue)),
	depend(kinds(OpSemWait, OpSemTook, OpSemTry, OpSemTryTook), kinds(OpSemWait, OpSemTook, OpSemTry, OpSemTryTook, OpSemTryNo, OpSemValue)),
	commute(kinds(OpSemPost), kinds(OpSemWait, OpSemTook), "which unit is taken is a matter of order on each side; the edges between the sides are kept apart"),
	commute(kinds(OpSemTryNo, OpSemValue), kinds(OpSemTryNo, OpSemValue), "neither changes the count"),
)

var semaphores = []string{"semaphore"}

//go:norace
func giveUnit(s *State, _ *Event) { s.N++ }

//go:norace
func takeUnit(s *State, _ *Event) { s.N-- }

//go:norace
func aUnitIsThere(s *State) bool { return s.N > 0 }

//go:norace
func took(s *State) Kind {
	if s.N > 0 {
		return OpSemTook
	}
	return OpSemWait
}

//go:norace
func tryWait(s *State) Kind {
	if s.N > 0 {
		return OpSemTryTook
	}
	return OpSemTryNo
}

//go:norace
func aUnitOf(w Words, t *Thread) string { return "a unit of " + w.Object(t.Op.Obj) }
