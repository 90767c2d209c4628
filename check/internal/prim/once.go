package prim

// A sync.Once: who comes first calls the function, and the others wait until it has returned.
// They do not wait for each other, as they would for a lock; so the orders in which they come are
// one. Kinds 64 to 67.
const (
	OpOnceDo   Kind = 64 + iota // of who comes first, once it is executed
	OpOnceLate                  // somebody came before
	OpOnceDone                  // the function has returned
	OpOnceWait                  // until it has
)

const onceKind = "once"

var _ = describe(
	[]Info{
		{Kind: OpOnceDo, Name: "do", On: []string{onceKind}, Apply: hold, Refine: isFirst},
		{Kind: OpOnceLate, Name: "do(late)", On: []string{onceKind}, Reads: true},
		{Kind: OpOnceDone, Name: "done", On: []string{onceKind}, Apply: isDone},
		{Kind: OpOnceWait, Name: "wait", On: []string{onceKind}, Reads: true, Held: true, Jointly: true, Enabled: done, WaitsFor: theFirst},
	},
	depend(kinds(OpOnceDo), kinds(OpOnceDo, OpOnceLate)),
	depend(kinds(OpOnceDone), kinds(OpOnceDone, OpOnceWait)),
	commute(kinds(OpOnceLate), kinds(OpOnceLate, OpOnceDone, OpOnceWait), "it is late whether the function has returned or not"),
	commute(kinds(OpOnceWait), kinds(OpOnceWait), "neither changes anything"),
	commute(kinds(OpOnceDo), kinds(OpOnceDone, OpOnceWait), "there is nothing to wait for before, and no other is the first after that"),
)

//go:norace
func isFirst(s *State) Kind {
	if s.Owner == 0 {
		return OpOnceDo
	}
	return OpOnceLate
}

//go:norace
func isDone(s *State, _ *Event) { s.Closed = true }

//go:norace
func done(s *State) bool { return s.Closed }

//go:norace
func theFirst(w Words, t *Thread) string { return w.Object(t.Op.Obj) + " to be done" }
