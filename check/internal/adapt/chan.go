package adapt

import (
	"context"
	"runtime"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/harness"
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
	o := chans(ch, ch, nil, true)
	o.Len = func() int {
		if exec.Current() != nil {
			return sched.Len(ch)
		}
		return len(ch)
	}
	o.Cap = func() int { return cap(ch) }
	return o
}

// Chans gives the operations of an object that is sent to by one channel and received
// from by another, as [Chan] does. closer closes it, and the channel in; nil closes that
// alone.
//
// In a controlled run the operations are controlled only if goroutines run beside the
// caller that are: the object's own, which use the other ends.
func Chans[T any](in chan<- T, out <-chan T, closer func()) Ops[T] {
	g := exec.Current()
	return chans(in, out, closer, g != nil && g.Accompanied())
}

func chans[T any](in chan<- T, out <-chan T, closer func(), control bool) Ops[T] {
	native, controlled := nativeChans(in, out), controlledChans(in, out)
	at := func() *Ops[T] {
		if control && exec.Current() != nil {
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
	}
	if closer != nil {
		o.Close = func() (s model.Status) {
			defer closedChannel(&s)
			closer()
			return model.OK
		}
	}
	if _, race := record.Races(); race {
		o.Close = nil
		if exec.Suites != nil {
			exec.Suites.Unfinished = "in which the channel is never closed: the detector takes that for a race with those who send"
		}
	}
	return o
}

// received is the answer of a receive.
func received[T any](v T, ok bool) (T, model.Status) {
	if !ok {
		return v, model.Closed
	}
	return v, model.OK
}

// nativeChans is Chans, outside of controlled runs.
func nativeChans[T any](in chan<- T, out <-chan T) Ops[T] {
	return Ops[T]{
		Send: func(v T) (s model.Status) {
			defer closedChannel(&s)
			in <- v
			return model.OK
		},
		Recv: func() (T, model.Status) {
			v, ok := <-out
			return received(v, ok)
		},
		TrySend: func(v T) (s model.Status) {
			defer closedChannel(&s)
			select {
			case in <- v:
				return model.OK
			default:
				return model.Full
			}
		},
		TryRecv: func() (T, model.Status) {
			select {
			case v, ok := <-out:
				return received(v, ok)
			default:
				var zero T
				return zero, model.Empty
			}
		},
		SendContext: func(ctx context.Context, v T) (s model.Status) {
			defer closedChannel(&s)
			select {
			case in <- v:
				return model.OK
			case <-ctx.Done():
				return model.Deadline
			}
		},
		RecvContext: func(ctx context.Context) (T, model.Status) {
			select {
			case v, ok := <-out:
				return received(v, ok)
			case <-ctx.Done():
				var zero T
				return zero, model.Deadline
			}
		},
		Close: func() (s model.Status) {
			defer closedChannel(&s)
			close(in)
			return model.OK
		},
	}
}

// controlledChans is Chans, in a controlled run.
func controlledChans[T any](in chan<- T, out <-chan T) Ops[T] {
	send := func(otherwise model.Status, poll bool, v T, more ...sched.Case) (s model.Status) {
		defer closedChannel(&s)
		if sched.Select(poll, append([]sched.Case{sched.SendCase(in, v)}, more...)...) == 0 {
			return model.OK
		}
		return otherwise
	}
	recv := func(otherwise model.Status, poll bool, more ...sched.Case) (T, model.Status) {
		var v T
		var ok bool
		if sched.Select(poll, append([]sched.Case{sched.RecvCase(out, &v, &ok)}, more...)...) == 0 {
			return received(v, ok)
		}
		return v, otherwise
	}
	over := func(ctx context.Context) sched.Case { return sched.RecvCase(ctx.Done(), nil, nil) }
	return Ops[T]{
		Send: func(v T) (s model.Status) {
			defer closedChannel(&s)
			sched.Send(in, v)
			return model.OK
		},
		Recv:        func() (T, model.Status) { return received(sched.Recv2(out)) },
		TrySend:     func(v T) model.Status { return send(model.Full, true, v) },
		TryRecv:     func() (T, model.Status) { return recv(model.Empty, true) },
		SendContext: func(ctx context.Context, v T) model.Status { return send(model.Deadline, false, v, over(ctx)) },
		RecvContext: func(ctx context.Context) (T, model.Status) { return recv(model.Deadline, false, over(ctx)) },
		Close: func() (s model.Status) {
			defer closedChannel(&s)
			sched.Close(in)
			return model.OK
		},
	}
}

// closedChannel turns the runtime's panic about a closed channel into Closed.
func closedChannel(s *model.Status) {
	r := recover()
	if r == nil {
		return
	}
	if err, ok := r.(runtime.Error); ok && harness.ClosedChannel(err) {
		*s = model.Closed
		return
	}
	panic(r)
}
