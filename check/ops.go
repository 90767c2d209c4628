package check

import (
	"context"
	"fmt"

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

// buffer is an object under test with the operations of a buffer.
type buffer struct{ ops Ops[int] }

func (b buffer) Has(k model.Kind) bool {
	switch k {
	case model.Send:
		return b.ops.Send != nil
	case model.Recv:
		return b.ops.Recv != nil
	case model.TrySend:
		return b.ops.TrySend != nil
	case model.TryRecv:
		return b.ops.TryRecv != nil
	case model.SendContext:
		return b.ops.SendContext != nil
	case model.RecvContext:
		return b.ops.RecvContext != nil
	case model.Close:
		return b.ops.Close != nil
	}
	return false
}

func (b buffer) Perform(ctx context.Context, op model.Op) model.Result {
	var v int
	var s Status
	switch {
	case op.Kind == model.Send && ctx == nil:
		s = b.ops.Send(int(op.Value))
	case op.Kind == model.TrySend:
		s = b.ops.TrySend(int(op.Value))
	case op.Kind.Sends():
		s = b.ops.SendContext(ctx, int(op.Value))
	case op.Kind == model.Recv && ctx == nil:
		v, s = b.ops.Recv()
	case op.Kind == model.TryRecv:
		v, s = b.ops.TryRecv()
	case op.Kind.Receives():
		v, s = b.ops.RecvContext(ctx)
	case op.Kind == model.Close:
		s = b.ops.Close()
	default:
		panic(fmt.Sprintf("check: a buffer has no operation %v", op.Kind))
	}
	r := model.Result{Status: s, From: model.AnyPeer}
	if s == OK && op.Kind.Receives() {
		r.Value = int64(v)
	}
	return r
}

func (b buffer) Len() (n int, ok bool) { return ask(b.ops.Len) }
func (b buffer) Cap() (n int, ok bool) { return ask(b.ops.Cap) }

// ask calls the function, if there is one.
func ask(f func() int) (n int, ok bool) {
	if f == nil {
		return 0, false
	}
	return f(), true
}
