package adapt

import (
	"context"

	"github.com/ipccheck/ipccheck/model"
)

// Ops are the operations of an object with items of a type, as check.Ops.
type Ops[T any] struct {
	Send    func(v T) model.Status
	Recv    func() (T, model.Status)
	TrySend func(v T) model.Status
	TryRecv func() (T, model.Status)

	SendContext func(ctx context.Context, v T) model.Status
	RecvContext func(ctx context.Context) (T, model.Status)

	Close func() model.Status

	Len func() int
	Cap func() int

	Dispose func()
}

// Convert makes operations on numbered items out of operations on values of another
// type. The two functions must be inverse to each other.
func Convert[T any](o Ops[T], to func(int) T, from func(T) int) Ops[int] {
	out := Ops[int]{Close: o.Close, Len: o.Len, Cap: o.Cap, Dispose: o.Dispose}
	if o.Send != nil {
		out.Send = func(v int) model.Status { return o.Send(to(v)) }
	}
	if o.TrySend != nil {
		out.TrySend = func(v int) model.Status { return o.TrySend(to(v)) }
	}
	if o.SendContext != nil {
		out.SendContext = func(ctx context.Context, v int) model.Status { return o.SendContext(ctx, to(v)) }
	}
	received := func(v T, s model.Status) (int, model.Status) {
		if s != model.OK {
			return 0, s
		}
		return from(v), s
	}
	if o.Recv != nil {
		out.Recv = func() (int, model.Status) { return received(o.Recv()) }
	}
	if o.TryRecv != nil {
		out.TryRecv = func() (int, model.Status) { return received(o.TryRecv()) }
	}
	if o.RecvContext != nil {
		out.RecvContext = func(ctx context.Context) (int, model.Status) { return received(o.RecvContext(ctx)) }
	}
	return out
}
