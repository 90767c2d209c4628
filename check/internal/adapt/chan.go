package adapt

import (
	"context"
	"runtime"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Chan gives the operations of a channel. The panics of the runtime about a closed
// channel count as Closed. In builds with the race detector, which takes closing a
// channel while others send for a race, there is no Close.
func Chan[T any](ch chan T) Ops[T] {
	got := func(v T, ok bool) (T, model.Status) {
		if !ok {
			return v, model.Closed
		}
		return v, model.OK
	}
	o := Ops[T]{
		Send: func(v T) (s model.Status) {
			defer closedChannel(&s)
			ch <- v
			return model.OK
		},
		Recv: func() (T, model.Status) {
			v, ok := <-ch
			return got(v, ok)
		},
		TrySend: func(v T) (s model.Status) {
			defer closedChannel(&s)
			select {
			case ch <- v:
				return model.OK
			default:
				return model.Full
			}
		},
		TryRecv: func() (T, model.Status) {
			select {
			case v, ok := <-ch:
				return got(v, ok)
			default:
				var zero T
				return zero, model.Empty
			}
		},
		SendContext: func(ctx context.Context, v T) (s model.Status) {
			defer closedChannel(&s)
			select {
			case ch <- v:
				return model.OK
			case <-ctx.Done():
				return model.Deadline
			}
		},
		RecvContext: func(ctx context.Context) (T, model.Status) {
			select {
			case v, ok := <-ch:
				return got(v, ok)
			case <-ctx.Done():
				var zero T
				return zero, model.Deadline
			}
		},
		Close: func() (s model.Status) {
			defer closedChannel(&s)
			close(ch)
			return model.OK
		},
		Len: func() int { return len(ch) },
		Cap: func() int { return cap(ch) },
	}
	if _, race := record.Races(); race {
		o.Close = nil
	}
	return o
}

// closedChannel turns the runtime's panic about a closed channel into Closed.
func closedChannel(s *model.Status) {
	r := recover()
	if r == nil {
		return
	}
	if err, ok := r.(runtime.Error); ok && (err.Error() == "send on closed channel" || err.Error() == "close of closed channel") {
		*s = model.Closed
		return
	}
	panic(r)
}
