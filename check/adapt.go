package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/ipccheck/ipccheck/check/internal/adapt"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// Errors says what the errors of an object mean. The first entry for which
// errors.Is holds counts. A nil error means OK; context.Canceled,
// context.DeadlineExceeded and os.ErrDeadlineExceeded mean Deadline without being
// listed. An error that is not listed is a fault of the object (IPC017), and is
// reported with its type and text.
type Errors []ErrorMeaning

// ErrorMeaning is the meaning of one error.
type ErrorMeaning struct {
	Err    error
	Status Status
}

// Status is the meaning of an error. It panics, which the suites report, if the
// error is not known.
func (e Errors) Status(err error) Status {
	if err == nil {
		return OK
	}
	for _, m := range e {
		if errors.Is(err, m.Err) {
			return m.Status
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return Deadline
	}
	var known []string
	for _, m := range e {
		known = append(known, strconv.Quote(m.Err.Error()))
	}
	known = append(known, "context.Canceled", "context.DeadlineExceeded", "os.ErrDeadlineExceeded")
	panic(harness.UnknownResult(fmt.Sprintf("an error of type %T, %q, that matches none of %s", err, err.Error(), words.List(known, "and"))))
}

// FromChan gives the operations of a channel. Sending on a closed channel and
// closing it twice, which panic, count as Closed. The race detector takes closing
// a channel while others send for a race, so in builds with it there is no Close.
func FromChan[T any](ch chan T) Ops[T] {
	return Ops[T](adapt.Chan(ch))
}

// FromChans gives the operations of an object that is sent to by one channel and
// received from by another, with goroutines of its own between them: unbounded
// channels, priority queues, pumps. close closes the object; nil closes the channel in.
// Sending on a closed channel counts as Closed.
//
// Such an object is rarely at its channels at just the moment at which an operation
// that does not wait comes, so its promise mostly needs Refusals: [Spurious]; and it
// holds an item more for each goroutine that has one in its hands. As for [FromChan],
// in builds with the race detector there is no Close.
func FromChans[T any](in chan<- T, out <-chan T, close func()) Ops[T] {
	return Ops[T](adapt.Chans(in, out, close))
}

// FromBlocking gives the operations of an object whose put and get wait while they
// cannot go on. Either function may be nil.
func FromBlocking[T any](put func(T), get func() T) Ops[T] {
	var o Ops[T]
	if put != nil {
		o.Send = func(v T) Status { put(v); return OK }
	}
	if get != nil {
		o.Recv = func() (T, Status) { return get(), OK }
	}
	return o
}

// FromTry gives the operations of an object whose offer and poll answer false instead
// of waiting. Either function may be nil.
func FromTry[T any](offer func(T) bool, poll func() (T, bool)) Ops[T] {
	var o Ops[T]
	if offer != nil {
		o.TrySend = func(v T) Status {
			if offer(v) {
				return OK
			}
			return Full
		}
	}
	if poll != nil {
		o.TryRecv = func() (T, Status) {
			v, ok := poll()
			if !ok {
				return v, Empty
			}
			return v, OK
		}
	}
	return o
}

// FromTryErr gives the operations of an object whose push and pop return an error
// instead of waiting. Either function may be nil.
func FromTryErr[T any](push func(T) error, pop func() (T, error), table Errors) Ops[T] {
	var o Ops[T]
	if push != nil {
		o.TrySend = func(v T) Status { return table.Status(push(v)) }
	}
	if pop != nil {
		o.TryRecv = func() (T, Status) {
			v, err := pop()
			return v, table.Status(err)
		}
	}
	return o
}

// From gives the operations that the object has as methods:
//
//	Send(T) error          TrySend(T) error       SendContext(context.Context, T) error
//	Recv() (T, error)      TryRecv() (T, error)   RecvContext(context.Context) (T, error)
//	Close() error          Len() int              Cap() int
//
// Other methods are not looked at. It panics if the object has neither a way to
// send nor one to receive.
func From[T any](x any, table Errors) Ops[T] {
	var o Ops[T]
	if x, ok := x.(interface{ Send(T) error }); ok {
		o.Send = func(v T) Status { return table.Status(x.Send(v)) }
	}
	if x, ok := x.(interface{ TrySend(T) error }); ok {
		o.TrySend = func(v T) Status { return table.Status(x.TrySend(v)) }
	}
	if x, ok := x.(interface {
		SendContext(context.Context, T) error
	}); ok {
		o.SendContext = func(ctx context.Context, v T) Status { return table.Status(x.SendContext(ctx, v)) }
	}
	received := func(v T, err error) (T, Status) { return v, table.Status(err) }
	if x, ok := x.(interface{ Recv() (T, error) }); ok {
		o.Recv = func() (T, Status) { return received(x.Recv()) }
	}
	if x, ok := x.(interface{ TryRecv() (T, error) }); ok {
		o.TryRecv = func() (T, Status) { return received(x.TryRecv()) }
	}
	if x, ok := x.(interface {
		RecvContext(context.Context) (T, error)
	}); ok {
		o.RecvContext = func(ctx context.Context) (T, Status) { return received(x.RecvContext(ctx)) }
	}
	if x, ok := x.(interface{ Close() error }); ok {
		o.Close = func() Status { return table.Status(x.Close()) }
	}
	if x, ok := x.(interface{ Len() int }); ok {
		o.Len = x.Len
	}
	if x, ok := x.(interface{ Cap() int }); ok {
		o.Cap = x.Cap
	}
	if o.Send == nil && o.TrySend == nil && o.SendContext == nil && o.Recv == nil && o.TryRecv == nil && o.RecvContext == nil {
		var zero T
		panic(fmt.Sprintf("check: %T has none of the methods that From looks for with items of type %T: build an Ops yourself", x, zero))
	}
	return o
}
