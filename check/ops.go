package check

import (
	"context"

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
}

// Convert makes operations on numbered items out of operations on values of
// another type. The two functions must be inverse to each other. A type of
// several words shows torn items, which an int cannot be.
func Convert[T any](o Ops[T], to func(int) T, from func(T) int) Ops[int] {
	out := Ops[int]{Close: o.Close, Len: o.Len, Cap: o.Cap}
	if o.Send != nil {
		out.Send = func(v int) Status { return o.Send(to(v)) }
	}
	if o.TrySend != nil {
		out.TrySend = func(v int) Status { return o.TrySend(to(v)) }
	}
	if o.SendContext != nil {
		out.SendContext = func(ctx context.Context, v int) Status { return o.SendContext(ctx, to(v)) }
	}
	received := func(v T, s Status) (int, Status) {
		if s != OK {
			return 0, s
		}
		return from(v), s
	}
	if o.Recv != nil {
		out.Recv = func() (int, Status) { return received(o.Recv()) }
	}
	if o.TryRecv != nil {
		out.TryRecv = func() (int, Status) { return received(o.TryRecv()) }
	}
	if o.RecvContext != nil {
		out.RecvContext = func(ctx context.Context) (int, Status) { return received(o.RecvContext(ctx)) }
	}
	return out
}
