package prim

// Signals of processes. A thread has an object for those that are sent to it: State.N is
// how many have come that it does not block. An operation of a thread that signals may
// come to has this object as its [Op.Alert]: if one has come it is delivered first, and
// the operation turns out to be an OpInterrupted. The kinds are named in op.go, as
// every operation may be interrupted.

var _ = describe(
	[]Info{
		{Kind: OpSigSend, Name: "kill", On: signals, Apply: cameOne},
		{Kind: OpSigMask, Name: "sigmask", On: signals, Apply: areLeft},
		{Kind: OpSigWait, Name: "wait", On: signals, Reads: true, Enabled: hasCome, WaitsFor: aSignal},
		{Kind: OpInterrupted, Name: "interrupted", On: signals, Many: true, Apply: areLeft},
	},
	commute(kinds(OpSigSend), kinds(OpSigSend), "which have come is a set"),
	depend(kinds(OpSigMask, OpSigWait, OpInterrupted), kinds(OpSigSend, OpSigMask, OpSigWait, OpInterrupted)),
)

var signals = []string{"signals"}

//go:norace
func cameOne(s *State, e *Event) { s.N += e.Op.Arg }

//go:norace
func areLeft(s *State, e *Event) { s.N = e.Op.Arg }

//go:norace
func hasCome(s *State) bool { return s.N > 0 }

//go:norace
func aSignal(Words, *Thread) string { return "a signal" }
