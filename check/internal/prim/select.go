package prim

// Select looks at several channels. Kinds 36 and 37.
const (
	OpSelect   Kind = 36 + iota // looks at its cases
	OpSelectGo                  // goes on, with a case that has become ready
)

// CaseKind is what a case of a select does to its channel.
type CaseKind uint8

// Parts of a CaseKind.
const (
	CaseSends    CaseKind = 1 << iota // else it receives
	CaseBuffered                      // the channel has a buffer
)

var _ = describe([]Info{
	{Kind: OpSelect, Name: "select", Noun: "channel", Many: true, Label: selected},
	{Kind: OpSelectGo, Name: "select goes on", Noun: "channel", Many: true, EnabledIn: someCase, WaitsFor: theCases, In: true, Label: selected},
})

// someCase: without a buffer a partner completes the select.
//
//go:norace
func someCase(v View, op *Op, _ int32) bool {
	for i, c := range op.Cases() {
		if ch := op.More()[i]; c&CaseBuffered != 0 && Ready(v.State(ch), c&CaseSends != 0) {
			return true
		}
	}
	return false
}

// Meets reports whether a case of the select is about a channel without a buffer: where a
// close completes it.
//
//go:norace
func (o *Op) Meets(ch int32) bool {
	for i, c := range o.Cases() {
		if c&CaseBuffered == 0 && o.More()[i] == ch {
			return true
		}
	}
	return false
}

// WaitsForMore reports whether a case of the select is about a channel with a buffer.
//
//go:norace
func (o *Op) WaitsForMore() bool {
	for _, c := range o.Cases() {
		if c&CaseBuffered != 0 {
			return true
		}
	}
	return false
}

// Offers reports whether a select that waits is there for a partner at a channel, which has
// no buffer.
//
//go:norace
func (o *Op) Offers(ch int32) bool {
	return o.Kind == OpSelect && o.Meets(ch)
}

// ApplyCase lets a select take effect on the channel with a buffer whose case it
// has taken.
//
//go:norace
func ApplyCase(s *State, e *Event) {
	if e.Sent {
		putItem(s, e)
	} else {
		takeItem(s, e)
	}
}

//go:norace
func theCases(w Words, t *Thread) string { return "select on " + w.Objects(t.Op.More()) }

//go:norace
func selected(w Words, e *Event) string {
	switch {
	case e.Chan < 0:
		return e.Op.Kind.String() + " " + w.Objects(e.Op.More())
	case e.Sent:
		return "select: send " + w.Object(e.Chan)
	}
	return "select: receive " + w.Object(e.Chan)
}
