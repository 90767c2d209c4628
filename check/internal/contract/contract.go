// Package contract answers what an object under test promises, and what its
// operations look like: which it has, what they carry, how many items one of them
// moves, what a history of them must not show, and in which small groups of
// processes they are worth every interleaving.
//
// A buffer, a set of mailboxes and a stream of bytes each are a [Contract]; whoever
// runs and judges them asks the contract and not which of the three it is.
package contract

import (
	"math/rand/v2"
	"slices"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Contract is what one object under test promises.
type Contract interface {
	// Terms are what objects of all kinds promise alike.
	Terms() *Terms
	// With is the contract with other terms.
	With(t Terms) Contract
	// Spec is the specification of the object.
	Spec() model.Spec
	// Boxes are the numbers of the mailboxes to use; none if there is one object.
	Boxes() []int
	// Sizes are the sizes of messages, or of writes and reads, to try; none if
	// items have no size.
	Sizes() []int

	// Op is an operation with the next item of the source, if it sends.
	Op(src *Source, k model.Kind, box, size int) model.Op
	// DrawSize draws the size of the next operation. It reports false if the source
	// has no items left to send.
	DrawSize(src *Source, sends bool, rng *rand.Rand) (size int, ok bool)
	// TakeBack makes the source issue the items of a refused send again, where items
	// are few.
	TakeBack(src *Source, op model.Op)

	// Amount is how much an operation has moved, if it has returned: items, or bytes.
	Amount(c record.Call) int
	// Parts is into how many receives at most one send may be split.
	Parts() int
	// MostSends is how many sends a process can make in an execution; 0: any number.
	MostSends() int
	// Name is a value in words, such as "item 3 of producer 1".
	Name(v int64, sources []*Source) string

	// Faults are what is certainly wrong with a history: each code once. Drained
	// says that somebody took what was left at the end, and then found nothing.
	Faults(h record.History, drained bool, name Namer) []linear.Finding
	// Stuck are the operations that must not wait at the end of a history in which
	// nobody can go on.
	Stuck(h record.History, name Namer) []linear.Blocked
	// DecidesLong reports whether long histories are decided without a search.
	DecidesLong() bool

	// Scopes are small groups of processes for exhaustive exploration.
	Scopes() []Scope
}

// Namer is a value in words.
type Namer func(v int64) string

// Terms are what objects of all kinds promise alike.
type Terms struct {
	Kinds               []model.Kind // the operations that the object has
	Capacity            int          // in items, or blocks of bytes; [model.NoLimit]: none
	Order               model.Order
	Refusals, Deadlines model.Refusals
	IdempotentClose     bool // a second Close answers OK
	IgnoreSends         bool // a send after Close answers OK, and its item is dropped
	Loss                model.Loss
	ApproximateLen      bool // the length that the object tells may be wrong
	// Short says that a read may get fewer bytes than are there, and a write that does
	// not wait send fewer than there is room for.
	Short bool
	// HalfClose says that CloseRead closes another direction than the one looked at.
	HalfClose  bool
	CloseAlone bool // Close is called only when nobody sends
	Spins      bool // an operation may wait by running in a loop
	// Producers and Consumers are how many processes may send and receive at the
	// same time; 0: any number.
	Producers, Consumers int
}

// most is how many processes of a side there are in the largest executions.
const most = 4

// Has reports whether the object has the operation.
func (t *Terms) Has(k model.Kind) bool { return slices.Contains(t.Kinds, k) }

// First is the first of the operations that the object has, and the first of all if it
// has none.
func (t *Terms) First(kinds ...model.Kind) model.Kind {
	return kinds[max(slices.IndexFunc(kinds, t.Has), 0)]
}

// Unbounded reports whether there is no capacity.
func (t *Terms) Unbounded() bool { return t.Capacity == model.NoLimit }

// Lossy reports whether items are dropped for which there is no room: no send waits.
func (t *Terms) Lossy() bool { return t.Loss != model.Lossless && !t.Unbounded() }

// SendersWait reports whether a send may have to wait for room.
func (t *Terms) SendersWait() bool { return !t.Unbounded() && !t.Lossy() }

// Most is how many processes may send, or receive, in the largest executions.
func (t *Terms) Most(sends bool) int {
	n := t.Consumers
	if sends {
		n = t.Producers
	}
	if n == 0 {
		return most
	}
	return n
}

// buffer is the terms as those of a buffer.
func (t *Terms) buffer() model.BufferConfig {
	return model.BufferConfig{
		Capacity: t.Capacity, Order: t.Order, Refusals: t.Refusals,
		Deadlines: t.Deadlines, IdempotentClose: t.IdempotentClose, IgnoreSends: t.IgnoreSends, Loss: t.Loss,
	}
}
