package adapt

import (
	"context"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/model"
)

// Panicking gives the operations of an object that panics where others answer closed:
// a send after a close was called, or under way then, and a second close. Every other
// panic stays one, and so do those of the runtime that are not about a closed channel.
func Panicking[T any](o Ops[T]) Ops[T] {
	var closes atomic.Int32
	if send := o.Send; send != nil {
		o.Send = func(v T) (s model.Status) {
			return panicking(func() model.Status { return send(v) }, &closes, 1)
		}
	}
	if send := o.TrySend; send != nil {
		o.TrySend = func(v T) (s model.Status) {
			return panicking(func() model.Status { return send(v) }, &closes, 1)
		}
	}
	if send := o.SendContext; send != nil {
		o.SendContext = func(ctx context.Context, v T) (s model.Status) {
			return panicking(func() model.Status { return send(ctx, v) }, &closes, 1)
		}
	}
	if closer := o.Close; closer != nil {
		o.Close = func() model.Status {
			closes.Add(1)
			return panicking(closer, &closes, 2)
		}
	}
	return o
}

// panicking calls f. A panic means closed if close was called so often by then.
func panicking(f func() model.Status, closes *atomic.Int32, enough int32) (s model.Status) {
	done := false
	defer func() {
		if done || closes.Load() < enough {
			return
		}
		switch r := recover(); {
		case r == nil: // runtime.Goexit
		case harness.AboutClosing(r):
			s = model.Closed
		default:
			panic(r)
		}
	}()
	s = f()
	done = true
	return s
}
