package prim

// Streams: the bytes that one end of a connection has sent and the other has not
// received, and the connections that a listener has not accepted. State.N is how many
// there are, State.Size how many there may be before those wait who bring more. Kinds
// 48 to 59.
const (
	OpStreamRead          Kind = 48 + iota // takes what is there; Arg is how much, once it is executed
	OpStreamWrite                          // brings Arg, once it is executed
	OpStreamPart                           // a write that is to bring more: nobody else writes before
	OpStreamShut                           // an end closes it, and its other stream
	OpStreamShutOther                      // the same for the other stream
	OpStreamReadDeadline                   // is set, or passes
	OpStreamWriteDeadline                  // is set, or passes
	OpAccept
	OpConnect
	OpListenerShut
	OpListenerDeadline
)

var _ = describe(
	[]Info{
		{Kind: OpStreamRead, Name: "read", On: streams, Noun: "connection", Apply: flow, Enabled: canRead, WaitsFor: theData},
		{Kind: OpStreamWrite, Name: "write", On: streams, Noun: "connection", Apply: flow, EnabledIn: canWrite, WaitsFor: theSpace},
		{Kind: OpStreamPart, Name: "write (part)", On: streams, Noun: "connection", Apply: flowOn},
		{Kind: OpStreamShut, Name: "close", On: streams, Noun: "connection", Second: OpStreamShutOther, Apply: closeStream},
		{Kind: OpStreamShutOther, Name: "close", On: streams, Noun: "connection", Apply: closeStream},
		{Kind: OpStreamReadDeadline, Name: "read deadline of", On: streams, Noun: "connection", Apply: readersPass, Label: passes},
		{Kind: OpStreamWriteDeadline, Name: "write deadline of", On: streams, Noun: "connection", Apply: writersPass, Label: passes},
	},
	depend(kinds(OpStreamRead), kinds(OpStreamRead, OpStreamWrite, OpStreamPart, OpStreamReadDeadline)),
	depend(kinds(OpStreamWrite, OpStreamPart), kinds(OpStreamWrite, OpStreamPart, OpStreamWriteDeadline)),
	depend(kinds(OpStreamShut, OpStreamShutOther), kinds(OpStreamRead, OpStreamWrite, OpStreamPart, OpStreamShut, OpStreamShutOther, OpStreamReadDeadline, OpStreamWriteDeadline)),
	depend(kinds(OpStreamReadDeadline), kinds(OpStreamReadDeadline)),
	depend(kinds(OpStreamWriteDeadline), kinds(OpStreamWriteDeadline)),
	commute(kinds(OpStreamReadDeadline), kinds(OpStreamWrite, OpStreamPart, OpStreamWriteDeadline), "it is that of those who read, and says nothing of what there is"),
	commute(kinds(OpStreamWriteDeadline), kinds(OpStreamRead), "it is that of those who write, and what there is can be read whenever it passes"),
)

var streams = []string{"stream"}

// Listeners: the connections that nobody has accepted are a stream of their own.
var _ = describe(
	[]Info{
		{Kind: OpAccept, Name: "accept", On: listeners, Apply: flow, Enabled: canRead, WaitsFor: theConnection},
		{Kind: OpConnect, Name: "connect", On: listeners, Apply: flow, EnabledIn: canWrite, WaitsFor: theSpace},
		{Kind: OpListenerShut, Name: "close", On: listeners, Apply: closeStream},
		{Kind: OpListenerDeadline, Name: "deadline of", On: listeners, Apply: readersPass, Label: passes},
	},
	depend(kinds(OpAccept), kinds(OpAccept, OpConnect, OpListenerShut, OpListenerDeadline)),
	depend(kinds(OpConnect), kinds(OpConnect, OpListenerShut)),
	depend(kinds(OpListenerShut), kinds(OpListenerShut, OpListenerDeadline)),
	depend(kinds(OpListenerDeadline), kinds(OpListenerDeadline)),
	commute(kinds(OpConnect), kinds(OpListenerDeadline), "it is that of those who accept, and says nothing of who has come"),
)

var listeners = []string{"listener"}

//go:norace
func flow(s *State, e *Event) {
	s.N += e.Op.Arg
	if e.Op.Kind == OpStreamWrite {
		s.Owner = 0
	}
}

//go:norace
func flowOn(s *State, e *Event) { s.N, s.Owner = s.N+e.Op.Arg, e.G+1 }

//go:norace
func closeStream(s *State, e *Event) { s.shut(ShutBoth, e.Op.Arg) }

//go:norace
func readersPass(s *State, e *Event) { s.shut(ShutReaders, e.Op.Arg) }

//go:norace
func writersPass(s *State, e *Event) { s.shut(ShutWriters, e.Op.Arg) }

//go:norace
func (s *State) shut(who Shut, what int32) { s.Shut = s.Shut.Changed(who, what) }

//go:norace
func canRead(s *State) bool { return s.N > 0 || s.Shut&(ShutBoth|ShutReaders) != 0 }

//go:norace
func canWrite(v View, op *Op, thread int32) bool {
	s := v.State(op.Obj)
	return s.Shut&(ShutBoth|ShutWriters) != 0 || s.N < s.Size && (s.Owner == 0 || s.Owner == thread+1)
}

//go:norace
func passes(w Words, e *Event) string {
	if e.Op.Arg == ShutSet {
		return "passed: " + e.Op.Kind.String() + " " + w.Object(e.Op.Obj)
	}
	return e.Op.Kind.String() + " " + w.Object(e.Op.Obj)
}

//go:norace
func theData(w Words, t *Thread) string { return "data on " + w.Object(t.Op.Obj) }

//go:norace
func theSpace(w Words, t *Thread) string { return "room in " + w.Object(t.Op.Obj) }

//go:norace
func theConnection(w Words, t *Thread) string { return "a connection to " + w.Object(t.Op.Obj) }
