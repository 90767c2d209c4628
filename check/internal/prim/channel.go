package prim

// Channels with a buffer, and what is the same without one. Kinds 24 to 29.
//
// The n-th receive gets the item of the n-th send. Which send and which receive
// these are is a matter of order among sends and among receives; between the two
// sides only the edges of [Event.After] count, from a send to the receive of its
// item, and from a receive to the send that gets its slot.
const (
	OpSend       Kind = 24 + iota
	OpRecv            // as it is announced
	OpRecvItem        // a receive that got an item
	OpRecvClosed      // a receive that found the channel closed and empty
	OpClose
	OpChanLen
)

// Sorts of channels.
const (
	buffered   = "channel"
	rendezvous = "channel without a buffer"
)

var _ = describe(
	[]Info{
		{Kind: OpSend, Name: "send", On: []string{buffered}, Apply: putItem, Enabled: canSend, WaitsFor: theRoom},
		{Kind: OpRecv, Name: "receive", On: []string{buffered}, Refine: receive, Enabled: canRecv, WaitsFor: theItem},
		{Kind: OpRecvItem, Name: "receive", On: []string{buffered}, Apply: takeItem},
		{Kind: OpRecvClosed, Name: "receive(closed)", On: []string{buffered, rendezvous}, Reads: true},
		{Kind: OpClose, Name: "close", On: []string{buffered, rendezvous}, Apply: closeChannel},
		{Kind: OpChanLen, Name: "len", On: []string{buffered}, Reads: true},
	},
	depend(kinds(OpSend), kinds(OpSend, OpClose, OpChanLen)),
	depend(kinds(OpRecv, OpRecvItem), kinds(OpRecv, OpRecvItem, OpRecvClosed, OpChanLen)),
	depend(kinds(OpClose), kinds(OpClose, OpRecv, OpRecvClosed)),
	commute(kinds(OpSend), kinds(OpRecv, OpRecvItem, OpRecvClosed), "which item is received is a matter of order on each side; the edges between the sides are kept apart"),
	commute(kinds(OpClose), kinds(OpRecvItem), "items that are there can be received after a close as before it"),
	commute(kinds(OpClose), kinds(OpChanLen), "a close takes no item away"),
	commute(kinds(OpChanLen, OpRecvClosed), kinds(OpChanLen, OpRecvClosed), "neither changes the channel"),
)

//go:norace
func putItem(s *State, _ *Event) {
	if !s.Closed {
		s.N++
	}
}

//go:norace
func takeItem(s *State, _ *Event) { s.N-- }

//go:norace
func closeChannel(s *State, _ *Event) { s.Closed = true }

//go:norace
func canSend(s *State) bool { return s.N < s.Size || s.Closed }

//go:norace
func canRecv(s *State) bool { return s.N > 0 || s.Closed }

// Ready reports whether one can send on a channel with a buffer, or receive from it.
//
//go:norace
func Ready(s *State, send bool) bool {
	if send {
		return canSend(s)
	}
	return canRecv(s)
}

//go:norace
func receive(s *State) Kind {
	switch {
	case s.N > 0:
		return OpRecvItem
	case s.Closed:
		return OpRecvClosed
	}
	return OpRecv
}

//go:norace
func theRoom(w Words, t *Thread) string { return "room in " + w.Object(t.Op.Obj) }

//go:norace
func theItem(w Words, t *Thread) string { return "an item of " + w.Object(t.Op.Obj) }
