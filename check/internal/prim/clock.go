package prim

// Time, and waiting without an end. Kinds 40 to 45, and 47.
const (
	OpSleep Kind = 40 + iota // until the clock has got there
	OpTick                   // the clock jumps to the next timer: nobody else can go on
	OpQuiet                  // until nobody else can go on, but for the clock
	OpBlock                  // forever: a nil channel, a select without cases
	OpYield                  // until nobody can go on who does not yield
	OpBegin                  // nothing: see [Plan] Late
)

// OpPause is nothing, too: where a thread may do much without an operation.
const OpPause Kind = 47

var _ = describe([]Info{
	{Kind: OpSleep, Name: "sleep", EnabledIn: due, WaitsFor: aTimer},
	{Kind: OpTick, Name: "clock", On: []string{clock}, Last: true, Apply: fewer, Label: jumps},
	{Kind: OpQuiet, Name: "wait for all", Last: true, WaitsFor: allOthers},
	{Kind: OpBlock, Name: "block", Reads: true, Never: true, WaitsFor: nothing},
	{Kind: OpYield, Name: "let others go on", Last: true},
	{Kind: OpBegin, Name: "begin", Reads: true},
	{Kind: OpPause, Name: "pause", Reads: true},
})

//go:norace
func due(v View, _ *Op, thread int32) bool { return v.Due(thread) }

//go:norace
func jumps(Words, *Event) string { return "the clock jumps" }

//go:norace
func nothing(Words, *Thread) string { return "a nil channel, or a select without cases" }

//go:norace
func aTimer(_ Words, t *Thread) string {
	if t.Stalled {
		return "a timer, and time stands still: not all in the bubble are durably blocked"
	}
	return "a timer"
}

//go:norace
func allOthers(_ Words, t *Thread) string {
	if t.Stalled {
		return "all others in the bubble to be durably blocked"
	}
	return "all others to wait"
}
