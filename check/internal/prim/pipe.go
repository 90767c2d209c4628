package prim

// Pipes of the operating system. An operation on the bytes in a pipe has the pipe as
// its object: State.N is how many there are, State.Size how many there may be, and
// State.Owner how many descriptors of its write end are open. Those of its read end are
// an object of their own, which a write has as its second one: State.Owner is how many.
// Kinds 97 to 103, 108 to 110, and 117.
const (
	OpPipeRead      Kind = 97 + iota // Arg is how many bytes it brings, so it is negative, once it is executed
	OpPipeWrite                      // Arg is how many it brings
	OpPipeOpen                       // Arg more descriptors of the write end
	OpPipeClose                      // -Arg less of them
	OpPipeReaders                    // Arg more or less of the read end
	OpPipeHasReader                  // what a write does to the second object
	OpPipeGot                        // a read that found bytes: it does not matter to it who may write
)

// Reads and writes that do not wait.
const (
	OpPipeTryRead  Kind = 108 + iota // as it is announced
	OpPipeTryNo                      // there are no bytes yet
	OpPipeTryWrite                   // Arg is how many it brings, as there is room, once it is executed
)

// OpPipeBegin opens the write end of a fifo, which nobody may have open.
const OpPipeBegin Kind = 117

var _ = describe(
	[]Info{
		{Kind: OpPipeRead, Name: "read", On: pipes, Apply: addBytes, Enabled: bytesOrEnd, Refine: got, WaitsFor: bytesOf},
		{Kind: OpPipeGot, Name: "read", On: pipes, Apply: addBytes},
		{Kind: OpPipeWrite, Name: "write", On: pipes, Second: OpPipeHasReader, Apply: addBytes, EnabledIn: roomOrBroken, WaitsFor: roomIn},
		{Kind: OpPipeTryRead, Name: "read", On: pipes, Refine: tryGot},
		{Kind: OpPipeTryNo, Name: "read(no)", On: pipes, Reads: true},
		{Kind: OpPipeTryWrite, Name: "write", On: pipes, Second: OpPipeHasReader, Apply: addBytes},
		{Kind: OpPipeOpen, Name: "open", On: pipes, Apply: addEnds},
		{Kind: OpPipeBegin, Name: "open", On: pipes, Apply: addEnds},
		{Kind: OpPipeClose, Name: "close", On: pipes, Apply: addEnds},
		{Kind: OpPipeReaders, Name: "close", On: []string{"read end"}, Noun: "pipe", Apply: addEnds},
		{Kind: OpPipeHasReader, Name: "write", On: []string{"read end"}, Noun: "pipe", Reads: true},
	},
	depend(kinds(OpPipeRead, OpPipeGot, OpPipeWrite, OpPipeTryRead, OpPipeTryWrite), kinds(OpPipeRead, OpPipeGot, OpPipeWrite, OpPipeTryRead, OpPipeTryNo, OpPipeTryWrite)),
	commute(kinds(OpPipeTryNo), kinds(OpPipeTryNo), "neither changes what there is"),
	depend(kinds(OpPipeClose), kinds(OpPipeRead, OpPipeTryRead, OpPipeTryNo)),
	commute(kinds(OpPipeOpen), kinds(OpPipeRead, OpPipeTryRead, OpPipeTryNo, OpPipeClose), "who opens another has one open, so that the pipe has not ended, and does not end, before"),
	commute(kinds(OpPipeOpen, OpPipeClose), kinds(OpPipeGot), "there are bytes, whoever may write"),
	commute(kinds(OpPipeClose), kinds(OpPipeClose), "the last of them ends the pipe, whichever it is"),
	commute(kinds(OpPipeOpen), kinds(OpPipeOpen), "what counts is how many there are"),
	commute(kinds(OpPipeOpen, OpPipeClose), kinds(OpPipeWrite, OpPipeTryWrite), "it says nothing of the bytes"),
	depend(kinds(OpPipeBegin), kinds(OpPipeRead, OpPipeTryRead, OpPipeTryNo, OpPipeOpen, OpPipeClose, OpPipeBegin)),
	commute(kinds(OpPipeBegin), kinds(OpPipeGot, OpPipeWrite, OpPipeTryWrite), "it says nothing of the bytes"),
	depend(kinds(OpPipeReaders), kinds(OpPipeHasReader)),
	commute(kinds(OpPipeReaders), kinds(OpPipeReaders), "what counts is how many there are"),
	commute(kinds(OpPipeHasReader), kinds(OpPipeHasReader), "neither changes who reads"),
)

var pipes = []string{"pipe"}

//go:norace
func addBytes(s *State, e *Event) { s.N += e.Op.Arg }

//go:norace
func addEnds(s *State, e *Event) { s.Owner += e.Op.Arg }

//go:norace
func bytesOrEnd(s *State) bool { return s.N > 0 || s.Owner == 0 }

//go:norace
func got(s *State) Kind {
	if s.N > 0 {
		return OpPipeGot
	}
	return OpPipeRead
}

//go:norace
func tryGot(s *State) Kind {
	switch {
	case s.N > 0:
		return OpPipeGot
	case s.Owner == 0:
		return OpPipeRead
	}
	return OpPipeTryNo
}

//go:norace
func roomOrBroken(v View, op *Op, _ int32) bool {
	s := v.State(op.Obj)
	return s.N+min(op.Arg, s.Size) <= s.Size || v.State(op.Obj2).Owner == 0
}

//go:norace
func bytesOf(w Words, t *Thread) string { return "bytes of " + w.Object(t.Op.Obj) }

//go:norace
func roomIn(w Words, t *Thread) string { return "room in " + w.Object(t.Op.Obj) }
