package check

import (
	"context"

	"github.com/ipccheck/ipccheck/check/internal/adapt"
	"github.com/ipccheck/ipccheck/model"
)

// Status is how an operation ended.
type Status = model.Status

// Ways in which an operation ends.
const (
	OK        = model.OK
	Full      = model.Full      // refused: there was no room
	Empty     = model.Empty     // refused: there was nothing
	Deadline  = model.Deadline  // the context was done first
	Closed    = model.Closed    // the object is closed (for a receive: and drained)
	Destroyed = model.Destroyed // there is no such mailbox, or no longer
	Exists    = model.Exists    // there is such a mailbox already
	WrongSize = model.WrongSize // the message has not the size the object takes
	WrongPeer = model.WrongPeer // the link joins other processes
)

// Ops are the operations of one object under test. An operation that the object
// does not have stays nil, and the verdict says what was not checked for want of it.
//
// An operation may be called by several goroutines at once, unless the
// [Promise] allows only one producer or consumer.
type Ops[T any] struct {
	Send    func(v T) Status   // waits while it cannot send
	Recv    func() (T, Status) // waits while it cannot receive
	TrySend func(v T) Status   // answers Full instead of waiting
	TryRecv func() (T, Status) // answers Empty instead of waiting

	// These wait at most until the context is done, then answer Deadline.
	SendContext func(ctx context.Context, v T) Status
	RecvContext func(ctx context.Context) (T, Status)

	Close func() Status // no more sends

	// Asked only while nothing else is under way.
	Len func() int // items held
	Cap func() int // items that can be held

	// Dispose ends the object, after every execution: sessions, pools, janitors whose
	// goroutines outlive Close, or that has none. It is called once, when nothing else
	// is under way, and may wait. What goroutines of the object there are after it are
	// left behind (IPC012).
	Dispose func()
}

// Convert makes operations on numbered items out of operations on values of
// another type. The two functions must be inverse to each other. A type of
// several words shows torn items, which an int cannot be.
func Convert[T any](o Ops[T], to func(int) T, from func(T) int) Ops[int] {
	return Ops[int](adapt.Convert(adapt.Ops[T](o), to, from))
}
