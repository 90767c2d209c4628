package prim

// WaitGroup. Kinds 21 and 22.
const (
	OpWGAdd  Kind = 21 + iota // Arg is how much
	OpWGWait                  // until the counter is 0
)

var _ = describe(
	[]Info{
		{Kind: OpWGAdd, Name: "add", On: []string{"waitgroup"}, Apply: addCount, Adds: argument},
		{Kind: OpWGWait, Name: "wait", On: []string{"waitgroup"}, Reads: true, Jointly: true, Enabled: zero, WaitsFor: theZero},
	},
	depend(kinds(OpWGAdd), kinds(OpWGWait)),
	commute(kinds(OpWGAdd), kinds(OpWGAdd), "sums do not depend on the order, unless one is below zero: see Plan.OrderSums"),
	commute(kinds(OpWGWait), kinds(OpWGWait), "neither changes the counter"),
)

//go:norace
func addCount(s *State, e *Event) { s.N += e.Op.Arg }

//go:norace
func argument(op *Op) int32 { return op.Arg }

//go:norace
func zero(s *State) bool { return s.N == 0 }

//go:norace
func theZero(w Words, t *Thread) string { return w.Object(t.Op.Obj) + " to come to zero" }
