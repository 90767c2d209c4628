package prim

// A test, which other goroutines may log to as long as it has not ended. Kinds 60
// and 61.
const (
	OpTestLog Kind = 60 + iota
	OpTestEnd
)

var _ = describe(
	[]Info{
		{Kind: OpTestLog, Name: "log", On: []string{"test"}, Reads: true},
		{Kind: OpTestEnd, Name: "end", On: []string{"test"}, Apply: shut},
	},
	depend(kinds(OpTestEnd), kinds(OpTestLog, OpTestEnd)),
	commute(kinds(OpTestLog), kinds(OpTestLog), "each only sees whether the test has ended"),
)

//go:norace
func shut(s *State, _ *Event) { s.Closed = true }
