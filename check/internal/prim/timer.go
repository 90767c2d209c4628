package prim

// Timers that may fire while somebody can go on. Kinds 70 to 79.
//
// Time is an object then, the clock: what is set, stopped or read depends on when time
// passes. What happens when a timer fires is an event of its own, of a thread that the
// clock starts; so timers of the same moment fire in any order.
const (
	OpAdvance    Kind = 70 + iota // the clock jumps to the next timer, though others can go on
	OpArm                         // a new timer is set
	OpLook                        // somebody looks at the clock
	OpDisarm                      // what a stop does to the clock
	OpStopTimer                   // a timer is stopped, and what it has sent is taken back
	OpExpire                      // a timer sends on its channel, if there is room
	OpExpired                     // what that does to the clock
	OpResetTimer                  // a timer is stopped and set again, at once
	OpRearm                       // what that does to the clock
	OpLookInTurn                  // somebody looks at the clock, and it matters who does first
)

const (
	clock = "clock"
	timer = "timer"
)

var _ = describe(
	[]Info{
		{Kind: OpAdvance, Name: "clock", On: []string{clock}, Apply: fewer, Enabled: mayPass, Label: jumps},
		{Kind: OpArm, Name: "set a timer", On: []string{clock}, Apply: another, Label: plainly},
		{Kind: OpLook, Name: "look at the clock", On: []string{clock}, Reads: true, Label: plainly},
		{Kind: OpDisarm, Name: "stop a timer", On: []string{clock}, Apply: fewer},
		{Kind: OpStopTimer, Name: "stop", On: []string{timer, buffered}, Second: OpDisarm},
		{Kind: OpResetTimer, Name: "reset", On: []string{timer, buffered}, Second: OpRearm},
		{Kind: OpRearm, Name: "reset a timer", On: []string{clock}, Apply: anew},
		{Kind: OpLookInTurn, Name: "look at the clock", On: []string{clock}, Label: plainly},
		{Kind: OpExpire, Name: "timer sends on", On: []string{buffered}, Second: OpExpired},
		{Kind: OpExpired, Name: "timer sends", On: []string{clock}, Apply: sentOne},
	},
	depend(kinds(OpAdvance, OpTick), kinds(OpAdvance, OpTick, OpArm, OpLook, OpLookInTurn, OpDisarm, OpRearm, OpExpired)),
	depend(kinds(OpExpired), kinds(OpDisarm, OpRearm)), // it may be the timer that is stopped
	depend(kinds(OpLookInTurn), kinds(OpLookInTurn)),
	commute(kinds(OpExpired), kinds(OpExpired, OpArm, OpLook, OpLookInTurn), "which of them is first changes nothing of the time"),
	commute(kinds(OpArm, OpLook, OpDisarm, OpRearm), kinds(OpArm, OpLook, OpDisarm, OpRearm, OpLookInTurn), "none of them changes the time, and moments do not depend on the order in which they are named"),
	depend(kinds(OpExpire, OpStopTimer, OpResetTimer), kinds(OpExpire, OpStopTimer, OpResetTimer, OpSend, OpRecv, OpRecvItem, OpRecvClosed, OpClose, OpChanLen)),
)

// mayPass: a timer is set, and those that have fired have sent what they send. Owner
// counts those that have not.
//
//go:norace
func mayPass(s *State) bool { return s.N > 0 && s.Owner == 0 }

//go:norace
func another(s *State, _ *Event) { s.N++ }

// anew: Arg says whether it was set before, as 1, and is 1 more if it is not set after that,
// as its time had come.
//
//go:norace
func anew(s *State, e *Event) { s.N += 1 - e.Op.Arg }

// Fired is the Arg of an event after which so many timers fewer are set, and so many are
// yet to send something.
//
//go:norace
func Fired(fewer, sends int) int32 { return int32(fewer | sends<<16) }

//go:norace
func fewer(s *State, e *Event) {
	s.N -= e.Op.Arg & 0xffff
	s.Owner += e.Op.Arg >> 16
}

//go:norace
func sentOne(s *State, _ *Event) { s.Owner-- }

//go:norace
func plainly(_ Words, e *Event) string { return e.Op.Kind.String() }
