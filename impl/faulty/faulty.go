// Package faulty holds implementations with one realistic fault each. They are
// what the engines and suites of the project must catch: each declares the code
// of its fault and the weakest engine that finds it reliably.
//
// Most variants embed a correct buffer and replace the one method that is wrong;
// the others are short programs of their own. What a variant offers and does not
// replace is right.
//
// It is for the tests of this project and no stable interface: variants come, go and
// change their names in any version.
package faulty

import "github.com/ipccheck/ipccheck/model"

// Variant is one faulty implementation.
type Variant struct {
	Name    string
	Summary string     // what is wrong, in a line
	Object  string     // the object it claims to be: "bounded", "unbounded", "rendezvous", "mailbox", "stream"
	Code    model.Code // the fault with which it must be caught

	// Promise is what an object built with n claims to promise.
	Promise func(n int) model.BufferConfig
	// MaxProducers and MaxConsumers are how many goroutines may, it claims, send
	// and receive at the same time; 0 means any number.
	MaxProducers, MaxConsumers int

	// Capacities are the arguments of New with which the fault can show; nil
	// means any.
	Capacities []int
	// Needs is the weakest engine that catches it reliably: [Sequential],
	// [Stress] or [Schedules].
	Needs string
	// Sequential says that one goroutine which never waits can catch it.
	Sequential bool
	// RaceFault says that the fault shows as a data race in the sense of Go's
	// memory model: builds with the race detector should skip it.
	RaceFault bool

	// New makes an object. It has the methods of package impl's interfaces that
	// the variant offers, for items of type int: any of impl.Sender,
	// impl.Receiver, impl.TrySender, impl.TryReceiver, impl.ContextSender,
	// impl.ContextReceiver, impl.Closer, impl.Sizer. For object "mailbox" it is
	// an impl.Mailboxes[[]byte] that takes messages of at most [MessageSize]
	// bytes, for "stream" something with some of the methods of impl.Stream.
	New func(capacity int) any
}

// Engines, from the weakest.
const (
	Sequential = "sequential" // operations are started one by one, when the one before has returned or waits
	Stress     = "stress"     // many goroutines, many runs
	Schedules  = "schedules"  // chosen interleavings
)

// MessageSize is the largest message, in bytes, that a variant of object
// "mailbox" claims to take.
const MessageSize = 8
