package prim

// How many goroutines there are, which a program may ask for: a matter of who has been
// started and who is gone by then. Kinds 62 and 63.
const (
	OpCount   Kind = 62 + iota
	OpCounted      // one more, or one less
)

var _ = describe(
	[]Info{
		{Kind: OpCount, Name: "count", On: []string{"goroutine count"}, Reads: true},
		{Kind: OpCounted, Name: "counted", On: []string{"goroutine count"}},
	},
	depend(kinds(OpCount), kinds(OpCounted)),
	commute(kinds(OpCount), kinds(OpCount), "neither changes how many there are"),
	commute(kinds(OpCounted), kinds(OpCounted), "how many there are is a sum"),
)
