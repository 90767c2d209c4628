package model

import "fmt"

// Spec is the sequential meaning of one communication object, with waiting.
//
// A specification is a value without state of its own: it may be shared by any
// number of goroutines. States are immutable.
type Spec interface {
	// Name is the object with its parameters, in words: "bounded buffer of
	// capacity 4".
	Name() string
	// Init is the state of a new object.
	Init() State
	// Step gives every outcome that the operation may have from the state
	// when it takes effect alone. None: the operation waits. (An operation
	// that the object does not offer has the outcome Unsupported.)
	Step(s State, op Op) []Outcome
	// Joint gives every outcome that two operations of different processes
	// may have when they take effect together, as the two halves of a
	// rendezvous do. None: they do not join. It is symmetric: Joint(s, a, b)
	// and Joint(s, b, a) describe the same events.
	Joint(s State, a, b Op) []JointOutcome
	// Decode returns the state with the given key.
	Decode(key string) (State, error)
}

// State is a state of an object.
type State interface {
	// Key identifies the state: two states of one specification with equal
	// keys allow the same behaviour. It is a compact binary encoding that
	// [Spec] Decode reads back.
	Key() string
	// String is the state in words.
	String() string
}

// Outcome is one way in which an operation may end.
type Outcome struct {
	Next   State
	Result Result
}

// JointOutcome is one way in which two operations may end together.
type JointOutcome struct {
	Next State
	A, B Result // of the first and of the second operation
}

// Op is a call of an operation.
type Op struct {
	Kind  Kind
	Proc  int   // the calling process
	Value int64 // what a send sends
	Size  int   // size of that message in bytes; of a read, how many bytes at most
	Peer  int   // direct passing: whom a send names; whom a receive names, or AnyPeer
	Box   int   // indirect passing: the mailbox
	// Contended says that an operation of the opposite direction was under
	// way at some time during this one. The engine that knows sets it; weak
	// refusals depend on it.
	Contended bool
	// Overlapped says that any other operation was: abortable refusals depend
	// on it.
	Overlapped bool
	// Of a step of an operation (see [Divided]): its number, from 1, and how
	// many there are. Only [Divided] Parts sets them.
	part, parts uint8
}

// AnyPeer stands for any sender in a receive that names none, and for an
// unknown one in a result.
const AnyPeer = -1

// Kind is the kind of an operation: a direction, and what it does when it
// cannot go on at once.
type Kind uint8

// Kinds of operations.
const (
	Send        Kind = iota // waits while it cannot send
	Recv                    // waits while it cannot receive
	TrySend                 // answers Full instead of waiting
	TryRecv                 // answers Empty instead of waiting
	SendContext             // waits at most until its deadline, then answers Deadline; "send_until" in a history
	RecvContext             // waits at most until its deadline, then answers Deadline; "recv_until" in a history
	Close                   // no more sends; what was accepted can still be received
	Create                  // makes a mailbox
	Destroy                 // ends a mailbox, and whatever it holds
	CloseRead               // nobody reads a stream any more
)

// Status is how an operation ended.
type Status uint8

// Ways in which an operation ends.
const (
	OK          Status = iota
	Full               // nothing was sent: there was no room
	Empty              // nothing was received: there was nothing
	Deadline           // the deadline passed; nothing was sent or received
	Closed             // the object is closed (for a receive: and drained)
	Destroyed          // there is no such mailbox, or no longer
	Exists             // there is such a mailbox already
	WrongSize          // the message has not the size the object takes; nothing was sent
	WrongPeer          // the link joins other processes, or runs the other way
	Unsupported        // the object has no such operation
	Failed             // it ended in an error that is none of these; nothing was sent or received
)

// Result is what an operation returned.
type Result struct {
	Status Status
	Value  int64 // what a receive got, if Status is OK
	From   int   // who sent it, where the object tells; else AnyPeer
	N      int   // how many bytes a write has sent into a stream; else 0
}

// must panics if a specification cannot be built.
func must(what string, err error) {
	if err != nil {
		panic(fmt.Sprintf("model: %s: %v", what, err))
	}
}
