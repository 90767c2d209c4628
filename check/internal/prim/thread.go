package prim

// Threads of the operating system, as far as others wait for them; and the end of the
// process. State.N is 1 as long as the thread lives. Kinds 84 to 87, and 113.
const (
	OpThreadEnd Kind = 84 + iota
	OpJoin           // until the thread has ended
	OpExit           // the process ends: when nobody else can go on
	OpTimeout        // a wait with a time limit ends without what it waits for: when nobody else can go on
)

// OpLives looks whether a thread has ended.
const OpLives Kind = 113

var _ = describe(
	[]Info{
		{Kind: OpLives, Name: "trywait", On: []string{"thread"}, Reads: true},
		{Kind: OpThreadEnd, Name: "end", On: []string{"thread"}, Apply: minusOneOf},
		{Kind: OpJoin, Name: "join", On: []string{"thread"}, Reads: true, Jointly: true, Enabled: zero, WaitsFor: theEnd},
		{Kind: OpFork, Name: "fork", Reads: true, Many: true, Label: plainly},
		{Kind: OpExit, Name: "exit", Last: true},
		{Kind: OpTimeout, Name: "time out", On: []string{"cond"}, Last: true, Apply: wakeOne},
	},
	depend(kinds(OpThreadEnd), kinds(OpThreadEnd, OpJoin, OpLives)),
	commute(kinds(OpJoin, OpLives), kinds(OpJoin, OpLives), "neither changes whether it lives"),
	depend(kinds(OpTimeout), kinds(OpTimeout, OpCondWait, OpSignal, OpBroadcast, OpSignalNobody)),
)

//go:norace
func minusOneOf(s *State, _ *Event) { s.N-- }

//go:norace
func theEnd(w Words, t *Thread) string { return w.Object(t.Op.Obj) + " to end" }
