package model

import "fmt"

// NoLimit is the capacity of an unbounded buffer.
const NoLimit = -1

// Order is the order in which an object promises to deliver what it holds.
type Order uint8

// Orders.
const (
	FIFO        Order = iota // first in, first out: items leave in the order in which they entered
	PerProducer              // the items of one producer keep their order
	Bag                      // no order
)

// String is "fifo", "per-producer" or "bag".
func (o Order) String() string {
	return word([]string{"fifo", "per-producer", "bag"}, int(o), "order")
}

// Loss says what becomes of an item for which there is no room.
type Loss uint8

// Modes of loss. In all but the first a send succeeds at once and never waits.
const (
	Lossless   Loss = iota // the send waits or is refused
	DropOldest             // the item takes the place of one that would have left next
	DropNewest             // the item itself is dropped
)

// String is "lossless", "drops the oldest" or "drops the newest".
func (l Loss) String() string {
	return word([]string{"lossless", "drops the oldest", "drops the newest"}, int(l), "loss")
}

// Refusals says when an operation that need not wait may be refused.
type Refusals uint8

// Modes of refusal. Each allows all that the one before it does. Abortable is the term
// of Aguilera, Frølund, Hadzilacos, Horn and Toueg (Abortable and query-abortable
// objects, PODC 2007): a semaphore that a second receiver takes for a moment, to see
// that there is nothing, makes a third one believe so too.
const (
	Strict    Refusals = iota // only where it would have to wait
	Weak                      // also while an operation of the opposite direction is under way
	Abortable                 // also while any other operation is under way
	Spurious                  // at any time
)

// String is "strict", "weak", "abortable" or "spurious".
func (r Refusals) String() string {
	return word([]string{"strict", "weak", "abortable", "spurious"}, int(r), "refusals")
}

// Excused reports whether what else was under way allows the operation to be refused
// though it could go on.
func (r Refusals) Excused(op Op) bool {
	return r == Weak && op.Contended || r == Abortable && (op.Contended || op.Overlapped)
}

// Sizes says which sizes of messages an object takes. The zero value: any.
type Sizes struct {
	Bytes int  // the size, in bytes
	Fixed bool // exactly Bytes; else at most Bytes, and any size if that is 0
}

// FixedSize takes messages of exactly n bytes.
func FixedSize(n int) Sizes { return Sizes{Bytes: n, Fixed: true} }

// MaxSize takes messages of at most n bytes, n > 0.
func MaxSize(n int) Sizes { return Sizes{Bytes: n} }

func (z Sizes) allow(n int) bool {
	if z.Fixed {
		return n == z.Bytes
	}
	return n >= 0 && (z.Bytes == 0 || n <= z.Bytes)
}

func (z Sizes) check() error {
	if z.Bytes < 0 {
		return fmt.Errorf("a message size of %d bytes: want 0 or more", z.Bytes)
	}
	return nil
}

// String is the rule in words, empty if there is none.
func (z Sizes) String() string {
	switch {
	case z.Fixed:
		return fmt.Sprintf("messages of %d bytes", z.Bytes)
	case z.Bytes > 0:
		return fmt.Sprintf("messages of at most %d bytes", z.Bytes)
	}
	return ""
}
