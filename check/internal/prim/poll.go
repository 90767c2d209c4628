package prim

// Poll looks at several pipes, which are in [Op.More]. What it looks for there is in Arg,
// two bits for each. Kinds 111 and 112.
const (
	OpPoll    Kind = 111 + iota // until it finds something
	OpPollNow                   // it does not wait
)

// What a poll looks for.
const (
	PollBytes   = iota // or the end
	PollRoom           // for PIPE_BUF bytes
	PollReaders        // that there are none, of a read end
)

// pipeBuf is how many bytes there must be room for.
const pipeBuf = 4096

var _ = describe(
	[]Info{
		{Kind: OpPoll, Name: "poll", On: polled, Reads: true, Many: true, EnabledIn: findsSomething, WaitsFor: thePipes, In: true, Label: polls},
		{Kind: OpPollNow, Name: "poll", On: polled, Reads: true, Many: true, Label: polls},
	},
	depend(kinds(OpPoll, OpPollNow), kinds(OpPipeRead, OpPipeGot, OpPipeWrite, OpPipeTryRead, OpPipeTryNo, OpPipeTryWrite, OpPipeBegin, OpPipeOpen, OpPipeClose, OpPipeReaders, OpPipeHasReader)),
	commute(kinds(OpPoll, OpPollNow), kinds(OpPoll, OpPollNow), "both read what neither changes"),
)

var polled = []string{"pipe", "read end"}

//go:norace
func findsSomething(v View, op *Op, _ int32) bool {
	for i, obj := range op.More() {
		s := v.State(obj)
		switch op.Arg >> (2 * i) & 3 {
		case PollBytes:
			if bytesOrEnd(s) {
				return true
			}
		case PollRoom:
			if s.Size-s.N >= pipeBuf {
				return true
			}
		case PollReaders:
			if s.Owner == 0 {
				return true
			}
		}
	}
	return false
}

//go:norace
func thePipes(w Words, t *Thread) string { return "poll of " + w.Objects(t.Op.More()) }

//go:norace
func polls(w Words, e *Event) string { return "poll " + w.Objects(e.Op.More()) }
