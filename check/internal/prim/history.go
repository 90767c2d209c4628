package prim

// The history of an object: what a harness says of the operations that it performs on it.
// What is recorded depends on which operation had returned when another one was called.
// Kinds 114 to 116.
const (
	OpCalled   Kind = 114 + iota // Arg is which operation
	OpReturned                   // of one that was said to be called
	OpRecorded                   // of one that was not: the next one may be called from now on
)

var _ = describe(
	[]Info{
		{Kind: OpCalled, Name: "call", On: histories, Reads: true},
		{Kind: OpReturned, Name: "return", On: histories, Reads: true},
		{Kind: OpRecorded, Name: "record", On: histories, Reads: true},
	},
	depend(kinds(OpRecorded), kinds(OpCalled, OpReturned, OpRecorded)),
	depend(kinds(OpCalled), kinds(OpReturned)),
	commute(kinds(OpCalled), kinds(OpCalled), "operations that are called one after the other are under way at the same time"),
	commute(kinds(OpReturned), kinds(OpReturned), "which of two operations has returned first orders neither before the other"),
)

var histories = []string{"history"}
