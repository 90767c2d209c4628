package adapt

import (
	"context"
	"runtime"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/model"
)

// Chan gives the operations of a channel. The panics of the runtime about a closed
// channel count as Closed. In builds with the race detector, which takes closing a
// channel while others send for a race, there is no Close.
//
// In a controlled run the operations are controlled.
func Chan[T any](ch chan T) Ops[T] {
	native, controlled := nativeChan(ch), controlledChan(ch)
	at := func() *Ops[T] {
		if exec.Current() != nil {
			return &controlled
		}
		return &native
	}
	o := Ops[T]{
		Send:        func(v T) model.Status { return at().Send(v) },
		Recv:        func() (T, model.Status) { return at().Recv() },
		TrySend:     func(v T) model.Status { return at().TrySend(v) },
		TryRecv:     func() (T, model.Status) { return at().TryRecv() },
		SendContext: func(ctx context.Context, v T) model.Status { return at().SendContext(ctx, v) },
		RecvContext: func(ctx context.Context) (T, model.Status) { return at().RecvContext(ctx) },
		Close:       func() model.Status { return at().Close() },
		Len:         func() int { return at().Len() },
		Cap:         func() int { return cap(ch) },
	}
	if _, race := record.Races(); race {
		o.Close = nil
	}
	return o
}

// nativeChan is Chan, outside of controlled runs.
func nativeChan[T any](ch chan T) Ops[T] {
	got := func(v T, ok bool) (T, model.Status) {
		if !ok {
			return v, model.Closed
		}
		return v, model.OK
	}
	return Ops[T]{
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
	}
}

// controlledChan is Chan, in a controlled run.
func controlledChan[T any](ch chan T) Ops[T] {
	got := func(v T, ok bool) (T, model.Status) {
		if !ok {
			return v, model.Closed
		}
		return v, model.OK
	}
	send := func(otherwise model.Status, poll bool, v T, more ...sched.Case) (s model.Status) {
		defer closedChannel(&s)
		if sched.Select(poll, append([]sched.Case{sched.SendCase(ch, v)}, more...)...) == 0 {
			return model.OK
		}
		return otherwise
	}
	recv := func(otherwise model.Status, poll bool, more ...sched.Case) (T, model.Status) {
		var v T
		var ok bool
		if sched.Select(poll, append([]sched.Case{sched.RecvCase(ch, &v, &ok)}, more...)...) == 0 {
			return got(v, ok)
		}
		return v, otherwise
	}
	over := func(ctx context.Context) sched.Case { return sched.RecvCase(ctx.Done(), nil, nil) }
	return Ops[T]{
		Send: func(v T) (s model.Status) {
			defer closedChannel(&s)
			sched.Send(ch, v)
			return model.OK
		},
		Recv:        func() (T, model.Status) { return got(sched.Recv2(ch)) },
		TrySend:     func(v T) model.Status { return send(model.Full, true, v) },
		TryRecv:     func() (T, model.Status) { return recv(model.Empty, true) },
		SendContext: func(ctx context.Context, v T) model.Status { return send(model.Deadline, false, v, over(ctx)) },
		RecvContext: func(ctx context.Context) (T, model.Status) { return recv(model.Deadline, false, over(ctx)) },
		Close: func() (s model.Status) {
			defer closedChannel(&s)
			sched.Close(ch)
			return model.OK
		},
		Len: func() int { return sched.Len(ch) },
	}
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
