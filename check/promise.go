package check

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/model"
)

// Promise is what an object says of itself. The zero value is the strictest
// promise of a buffer: as many items as the constructor is asked for, first in
// first out, refusals only when full or empty, any number of producers and
// consumers, any wait or refusal in time.
type Promise struct {
	// Name is the object in the report; the name of the test if empty.
	Name string
	// Capacities are the arguments with which the constructor is called, each
	// for an object of its own; 1, 2, 3 and 8 if empty.
	Capacities []int
	// Capacity is the number of items that an object holds which was built
	// with n; nil means [Exact].
	Capacity func(n int) int
	Order    Order
	Refusals Refusals
	// Producers and Consumers are how many goroutines may send and receive at
	// the same time; 0 means any number.
	Producers, Consumers int
	// RefusalsCoverDeadlines says that the rule about refusals holds for deadlines too: a
	// strict object then goes on whenever it can, though the context is done. By
	// default it may answer Deadline as soon as the context is done, as a select
	// does.
	RefusalsCoverDeadlines bool
	// Spins says that an operation waits by running in a loop. Otherwise that is
	// a fault (IPC016).
	Spins bool
	// Sizes are the sizes of messages that mailboxes take; the zero value: any.
	Sizes Sizes
	// CloseAlone says that Close is called only when nobody sends, as by the last
	// of the senders, and CloseRead only when nobody reads. By default it may come
	// at any time, and those who wait must see it.
	CloseAlone bool
	// IdempotentClose says that a second Close answers OK; by default Closed.
	IdempotentClose bool
	// SendAfterClose is what a send on a closed object does; by default it answers
	// Closed. Several mailboxes do not panic.
	SendAfterClose SendAfterClose
	// Loss says what becomes of an item for which there is no room; by default the
	// send waits or answers Full.
	Loss Loss
	// ApproximateLen says that Len may be wrong, within the capacity; by default it
	// is the number of items held.
	ApproximateLen bool
}

// holds is the capacity of an object built with n.
func (p Promise) holds(n int) int {
	if p.Capacity == nil {
		return n
	}
	return p.Capacity(n)
}

// invalid says why there is no object that promises this; nil if there may be one.
func (p Promise) invalid() error {
	for _, n := range p.Capacities {
		c := model.BufferConfig{Capacity: p.holds(n), Order: p.Order, Refusals: p.Refusals, Loss: p.Loss}
		if err := c.Validate(); err != nil {
			return err
		}
	}
	switch {
	case p.Producers < 0:
		return fmt.Errorf("%d Producers: want 0, which is any number, or more", p.Producers)
	case p.Consumers < 0:
		return fmt.Errorf("%d Consumers: want 0, which is any number, or more", p.Consumers)
	case p.SendAfterClose > Ignored:
		return fmt.Errorf("%d as SendAfterClose: want AnswersClosed, Panics or Ignored", p.SendAfterClose)
	case p.Sizes.Bytes < 0:
		return fmt.Errorf("messages of %d bytes: want 0 or more", p.Sizes.Bytes)
	}
	return nil
}

func (p Promise) deadlines() Refusals {
	if p.RefusalsCoverDeadlines {
		return p.Refusals
	}
	return Spurious
}

// terms are what an object built with n promises.
func (p Promise) terms(n int) contract.Terms {
	return contract.Terms{
		Capacity: p.holds(n), Order: p.Order, Refusals: p.Refusals, Deadlines: p.deadlines(),
		IdempotentClose: p.IdempotentClose, CloseAlone: p.CloseAlone, Spins: p.Spins,
		IgnoreSends: p.SendAfterClose == Ignored, Loss: p.Loss, ApproximateLen: p.ApproximateLen,
		Producers: p.Producers, Consumers: p.Consumers,
	}
}

// Rules for [Promise] Capacity.

// Exact is the rule of an object that holds as many items as it is asked for.
func Exact(n int) int { return n }

// OneLess is the rule of a circular queue of size n.
func OneLess(n int) int { return n - 1 }

// PowerOfTwo is the rule of an object that rounds its size up.
func PowerOfTwo(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// NoLimit is the rule of an unbounded object.
func NoLimit(int) int { return Unbounded }

// Unbounded is the capacity of an object without limit.
const Unbounded = model.NoLimit

// Order is the order in which items leave.
type Order = model.Order

// Orders.
const (
	FIFO        = model.FIFO        // in the order in which they entered
	PerProducer = model.PerProducer // those of one producer do
	Bag         = model.Bag         // in any order
)

// Refusals says when an operation that does not wait may answer full or empty.
type Refusals = model.Refusals

// Modes of refusal.
const (
	Strict    = model.Strict    // only when it is
	Weak      = model.Weak      // also while an opposite operation is under way
	Abortable = model.Abortable // also while any other operation is under way
	Spurious  = model.Spurious  // at any time
)

// SendAfterClose is what a send does on an object that is closed.
type SendAfterClose uint8

// Modes of sending after close.
const (
	AnswersClosed SendAfterClose = iota // it answers Closed
	Panics                              // it panics, as on a channel, and so may a second Close; answering Closed is as good
	Ignored                             // it answers OK, and the item is dropped
)

// Loss is what becomes of an item for which there is no room.
type Loss = model.Loss

// Modes of loss. In all but the first a send neither waits nor is refused.
const (
	Lossless   = model.Lossless   // its send waits, or answers Full
	DropOldest = model.DropOldest // it takes the place of the one that would have left next
	DropNewest = model.DropNewest // it is dropped itself
)
