package prim

import "fmt"

// Kind is the kind of an operation on a primitive. Where an operation turns out
// to have done less than it might have (a compare-and-swap that failed, a signal
// that woke nobody), its event carries the weaker kind.
//
// Every primitive has a range of numbers of its own, which begins at a number
// that its file states.
type Kind uint8

// maxKinds bounds the numbers of kinds.
const maxKinds = 128

// Info describes a kind.
type Info struct {
	Kind Kind
	Name string // the operation in a word
	// On are the sorts of objects that it works on. Kinds without a sort in common
	// never meet on one object.
	On []string
	// Noun is what its object is called, "" : the first of On.
	Noun string

	// Reads: it changes nothing that others can read.
	Reads bool
	// Last: it is executed only when nothing else is enabled; it depends on
	// everything and is never reversed.
	Last bool
	// Never: nobody executes it; the thread waits for others to complete it, or
	// forever.
	Never bool
	// Many: it looks at all the objects in [Op.More].
	Many bool
	// Second is what it does to the object Op.Obj2.
	Second Kind
	// Lock: it waits for a lock. Held: until its owner gives it up. Wakes: it waits
	// to be woken before.
	Lock, Held, Wakes bool

	// Apply is what the event does to the state of its object; nil: nothing.
	Apply func(s *State, e *Event)
	// Refine is what the operation, announced as this kind, turns out to be in a
	// state; nil: it stays what it is.
	Refine func(s *State) Kind
	// Enabled reports whether the operation can be executed in a state of its
	// object; nil: always.
	Enabled func(s *State) bool
	// EnabledIn is Enabled, for an operation that needs more than the state of one
	// object. It has precedence.
	EnabledIn func(v View, op *Op, thread int32) bool
	// Adds is what it adds to a count of its object that must not go below zero; nil:
	// nothing. Two that add commute with each other unless the operation is
	// Ordered, whatever the table says.
	Adds func(op *Op) int32
	// Jointly: several operations that commute with each other may disable it
	// together, and taking one of them away is not enough.
	Jointly bool

	// WaitsFor says what a thread waits for that is blocked in the operation; nil or
	// "" : its object.
	WaitsFor func(w Words, t *Thread) string
	// In: a thread is said to be blocked in it, not to be waiting for it.
	In bool
	// Label is the event in a few words; nil: the name and the object.
	Label func(w Words, e *Event) string
}

// Words names things of an execution.
type Words interface {
	Object(obj int32) string
	Objects(objs []int32) string
}

// View is a moment of an execution.
type View interface {
	// State is the state of an object.
	State(obj int32) *State
	// Woken reports whether a thread in a wait set has been woken.
	Woken(thread int32) bool
	// Due reports whether the clock has got to where a sleeping thread goes on.
	Due(thread int32) bool
}

// State is the state of an object: what decides which operations are enabled,
// and what they turn out to be.
type State struct {
	Owner  int32 // of a lock: the thread that holds it for writing, +1
	N      int32 // readers of a lock, counter of a WaitGroup, items in a channel, waiters of a Cond
	Size   int32 // of a channel: its capacity
	Closed bool  // of a channel
	Shut   Shut  // of a stream: who does not wait for it
}

// infos describes the kinds, by number.
var infos [maxKinds]Info

// What is asked most often of a kind, by number: packed, for speed.
var (
	flags   [maxKinds]flag
	effects [maxKinds]struct {
		apply     func(s *State, e *Event)
		refine    func(s *State) Kind
		enabled   func(s *State) bool
		enabledIn func(v View, op *Op, thread int32) bool
	}
)

type flag uint8

const (
	reads flag = 1 << iota
	last
	many
	always // it can always be executed
	adds
)

// relation says whether the order of two operations on one object can matter.
type relation uint8

const (
	undeclared relation = iota
	ordered             // it can
	commuting
)

var (
	relations [maxKinds][maxKinds]relation
	reasons   = map[[2]Kind]string{} // of those that commute
)

// inOrder reports whether operations of two kinds on one object depend on each
// other.
//
//go:norace
func inOrder(a, b Kind) bool {
	switch relations[a%maxKinds][b%maxKinds] {
	case ordered:
		return true
	case commuting:
		return false
	}
	panic(unknownPair(a, b))
}

//go:norace
func unknownPair(a, b Kind) string {
	return fmt.Sprintf("prim: %v (kind %d) and %v (kind %d) meet on one object, and it is not declared whether they commute", a, a, b, b)
}

// String is the operation in a word.
//
//go:norace
func (k Kind) String() string { return infos[k].Name }

// Writes reports whether an operation changes what others can read: a loop that
// only reads makes no progress.
//
//go:norace
func (k Kind) Writes() bool { return flags[k%maxKinds]&reads == 0 }

// Last reports whether the operation is executed only when no other is enabled;
// it depends on everything and is never reversed.
//
//go:norace
func (k Kind) Last() bool { return flags[k%maxKinds]&last != 0 }

// Always reports whether the operation can be executed at any time.
//
//go:norace
func (k Kind) Always() bool { return flags[k%maxKinds]&always != 0 }

// Adds reports whether the operation adds to a count that must not go below zero.
//
//go:norace
func (k Kind) Adds() bool { return flags[k%maxKinds]&adds != 0 }

// EnabledIn is what says, by the state of its object alone, whether the operation can
// be executed; nil: it always can, or more counts. See [Enabled].
//
//go:norace
func (k Kind) EnabledIn() func(s *State) bool { return effects[k%maxKinds].enabled }

// Info describes the kind.
//
//go:norace
func (k Kind) Info() *Info { return &infos[k%maxKinds] }

// OpNone is no operation.
const OpNone Kind = 0

var _ = describe([]Info{{Kind: OpNone, Name: "none", Reads: true}})
