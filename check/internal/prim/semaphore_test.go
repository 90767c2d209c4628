package prim

// A primitive in one file: a counting semaphore. Explored by
// TestPrimitiveInOneFile.
const (
	OpAcquire Kind = 120 + iota
	OpRelease
)

var _ = describe(
	[]Info{
		{Kind: OpAcquire, Name: "acquire", On: []string{"credits"}, Enabled: above0, Apply: takeOne, Jointly: true, WaitsFor: aUnit},
		{Kind: OpRelease, Name: "release", On: []string{"credits"}, Apply: giveOne},
	},
	depend(kinds(OpAcquire), kinds(OpAcquire)),
	commute(kinds(OpRelease), kinds(OpAcquire, OpRelease), "what counts is how many units there are; without the release an acquire may not be enabled, which is no matter of order"),
)

func above0(s *State) bool { return s.N > 0 }

func takeOne(s *State, _ *Event) { s.N-- }

func giveOne(s *State, _ *Event) { s.N++ }

func aUnit(w Words, t *Thread) string { return "a unit of " + w.Object(t.Op.Obj) }
