package prim

// Barriers. State.N is how many have arrived of State.Size; the last one wakes the
// others. Kinds 95 and 96.
const (
	OpArrive    Kind = 95 + iota
	OpBarrierGo      // one that has been woken
)

var _ = describe(
	[]Info{
		{Kind: OpArrive, Name: "arrive", On: []string{"barrier"}, Apply: meetOthers},
		{Kind: OpBarrierGo, Name: "go on", On: []string{"barrier"}, Reads: true, Wakes: true, EnabledIn: woken, WaitsFor: theOthers},
	},
	depend(kinds(OpArrive), kinds(OpArrive)),
	commute(kinds(OpBarrierGo), kinds(OpArrive, OpBarrierGo), "who has been woken goes on whoever else arrives"),
)

//go:norace
func meetOthers(s *State, _ *Event) {
	if s.N++; s.N == s.Size {
		s.N = 0
	}
}

//go:norace
func woken(v View, _ *Op, thread int32) bool { return v.Woken(thread) }

//go:norace
func theOthers(w Words, t *Thread) string { return "others to arrive at " + w.Object(t.Op.Obj) }
