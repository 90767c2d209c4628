package prim

// Channels without a buffer. The two that meet are the n-th to arrive on their
// sides. Kinds 30 to 33.
const (
	OpArriveSend Kind = 30 + iota
	OpArriveRecv
	OpParked // waits for a partner
	OpAwait  // receives from a channel on which nobody sends
)

var _ = describe(
	[]Info{
		{Kind: OpArriveSend, Name: "send", On: []string{rendezvous}, Noun: "channel"},
		{Kind: OpArriveRecv, Name: "receive", On: []string{rendezvous}, Noun: "channel", Refine: arrive},
		{Kind: OpAwait, Name: "receive", On: []string{rendezvous}, Noun: "channel", Refine: closes, Enabled: canRecv, WaitsFor: thePartner},
		{Kind: OpParked, Name: "parked", On: []string{rendezvous}, Noun: "channel", Reads: true, Never: true, WaitsFor: thePartner},
	},
	depend(kinds(OpArriveSend), kinds(OpArriveSend)),
	depend(kinds(OpArriveRecv), kinds(OpArriveRecv)),
	depend(kinds(OpArriveSend, OpArriveRecv), kinds(OpClose, OpRecvClosed)),
	depend(kinds(OpAwait), kinds(OpClose)),
	commute(kinds(OpAwait), kinds(OpAwait, OpParked, OpRecvClosed, OpArriveSend, OpArriveRecv), "it changes nothing, and nobody sends"),
	commute(kinds(OpArriveSend), kinds(OpArriveRecv), "who meets whom is a matter of order on each side"),
	commute(kinds(OpParked), kinds(OpParked, OpArriveSend, OpArriveRecv, OpClose, OpRecvClosed), "it is never executed"),
)

//go:norace
func arrive(s *State) Kind {
	if s.Closed {
		return OpRecvClosed
	}
	return OpArriveRecv
}

//go:norace
func closes(*State) Kind { return OpRecvClosed }

//go:norace
func thePartner(w Words, t *Thread) string { return "a partner on " + w.Object(t.Op.Obj) }
