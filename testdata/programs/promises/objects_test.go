package promises

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/ipccheck/ipccheck/check"
)

var table = check.Errors{{Err: ErrClosed, Status: check.Closed}, {Err: ErrFull, Status: check.Full}, {Err: ErrEmpty, Status: check.Empty}}

func buffer(t *testing.T, p check.Promise, set func(q *queue)) {
	check.Buffer(t, func(n int) check.Ops[int] {
		q := newQueue(n)
		if set != nil {
			set(q)
		}
		return check.From[int](q, table)
	}, p)
}

func panics(q *queue) {
	q.late = func(int) error { panic("send on closed queue") }
	q.double = true
}
func TestKeepPanics(t *testing.T)         { buffer(t, check.Promise{SendAfterClose: check.Panics}, panics) }
func TestBreakPanicsNotSaid(t *testing.T) { buffer(t, check.Promise{}, panics) }
func TestBreakPanicsOK(t *testing.T) {
	buffer(t, check.Promise{SendAfterClose: check.Panics}, func(q *queue) { q.late = func(int) error { return nil } })
}
func ignores(q *queue) { q.late = func(int) error { return nil } }
func TestKeepIgnored(t *testing.T) {
	buffer(t, check.Promise{SendAfterClose: check.Ignored}, ignores)
}
func TestBreakIgnoredNotSaid(t *testing.T) { buffer(t, check.Promise{}, ignores) }
func delivers(q *queue) {
	q.late = func(v int) error { q.items = append(q.items, v); return nil }
}
func TestBreakIgnoredDelivered(t *testing.T) {
	buffer(t, check.Promise{SendAfterClose: check.Ignored}, delivers)
}
func TestBreakIgnoredPanics(t *testing.T) {
	buffer(t, check.Promise{SendAfterClose: check.Ignored}, func(q *queue) { q.late = func(int) error { panic("no") } })
}
func TestKeepError(t *testing.T) { buffer(t, check.Promise{}, nil) }
func TestBreakErrorFull(t *testing.T) {
	buffer(t, check.Promise{}, func(q *queue) { q.late = func(int) error { return ErrFull } })
}
func TestBreakErrorUnknown(t *testing.T) {
	buffer(t, check.Promise{}, func(q *queue) { q.late = func(int) error { return &Timeout{3} } })
}

func pump(t *testing.T, fault string) {
	check.Buffer(t, func(int) check.Ops[int] {
		in, out := make(chan int), make(chan int)
		go Pump(in, out, fault)
		return check.FromChans(in, out, nil)
	}, check.Promise{Capacity: check.NoLimit, Refusals: check.Spurious, SendAfterClose: check.Panics})
}
func TestKeepFromChans(t *testing.T) { pump(t, "") }
func TestKeepPolledPump(t *testing.T) {
	check.Buffer(t, func(int) check.Ops[int] {
		in, out := make(chan int), make(chan int)
		go Pump(in, out, "")
		o := check.FromChans(in, out, nil)
		o.Send, o.Recv, o.SendContext, o.RecvContext = nil, nil, nil, nil
		return o
	}, check.Promise{Capacities: []int{1}, Capacity: check.NoLimit, Refusals: check.Spurious})
}
func TestBreakFromChansLose(t *testing.T)   { pump(t, "lose") }
func TestBreakFromChansSwap(t *testing.T)   { pump(t, "swap") }
func TestBreakFromChansDouble(t *testing.T) { pump(t, "double") }

func oldest(q *queue) {
	q.full = func(q *queue, v int) (error, bool) { q.items = append(q.items[1:], v); return nil, true }
}
func newest(q *queue) {
	q.full = func(q *queue, v int) (error, bool) { return nil, true }
}
func TestKeepDropOldest(t *testing.T) { buffer(t, check.Promise{Loss: check.DropOldest}, oldest) }
func TestKeepDropNewest(t *testing.T) { buffer(t, check.Promise{Loss: check.DropNewest}, newest) }
func TestBreakDropOldestIsNewest(t *testing.T) {
	buffer(t, check.Promise{Loss: check.DropOldest}, newest)
}
func TestBreakDropNewestIsOldest(t *testing.T) {
	buffer(t, check.Promise{Loss: check.DropNewest}, oldest)
}
func TestBreakDropNotSaid(t *testing.T)       { buffer(t, check.Promise{}, oldest) }
func TestBreakDropNewestNotSaid(t *testing.T) { buffer(t, check.Promise{}, newest) }
func TestBreakDropTwo(t *testing.T) {
	buffer(t, check.Promise{Loss: check.DropOldest}, func(q *queue) {
		q.full = func(q *queue, v int) (error, bool) {
			q.items = append(q.items[min(2, len(q.items)):], v)
			return nil, true
		}
	})
}
func TestBreakDropWaits(t *testing.T) { buffer(t, check.Promise{Loss: check.DropOldest}, nil) }

func TestKeepAbortableSem(t *testing.T) {
	check.Buffer(t, func(n int) check.Ops[int] { s := newSem(n); return check.FromTry(s.Offer, s.Poll) }, check.Promise{Refusals: check.Abortable})
}
func TestKeepAbortableLock(t *testing.T) {
	check.Buffer(t, func(n int) check.Ops[int] { s := &lock{n: n}; return check.FromTry(s.Offer, s.Poll) }, check.Promise{Refusals: check.Abortable})
}
func TestBreakAbortableLockWeak(t *testing.T) {
	check.Buffer(t, func(n int) check.Ops[int] { s := &lock{n: n}; return check.FromTry(s.Offer, s.Poll) }, check.Promise{Refusals: check.Weak})
}
func TestBreakAbortableSemStrict(t *testing.T) {
	check.Buffer(t, func(n int) check.Ops[int] { s := newSem(n); return check.FromTry(s.Offer, s.Poll) }, check.Promise{})
}
func TestBreakAbortableLie(t *testing.T) {
	check.Buffer(t, func(n int) check.Ops[int] { s := newSem(n); s.lie = true; return check.FromTry(s.Offer, s.Poll) }, check.Promise{Refusals: check.Abortable})
}

func TestKeepDispose(t *testing.T) {
	check.Buffer(t, func(n int) check.Ops[int] {
		j := newJanitor(n)
		o := check.From[int](j, table)
		o.Dispose = func() { close(j.stop); <-j.done }
		return o
	}, check.Promise{})
}
func TestBreakDisposeNone(t *testing.T) {
	check.Buffer(t, func(n int) check.Ops[int] {
		j := newJanitor(n)
		return check.From[int](j, table)
	}, check.Promise{})
}
func TestBreakDisposeNothing(t *testing.T) {
	check.Buffer(t, func(n int) check.Ops[int] {
		j := newJanitor(n)
		o := check.From[int](j, table)
		o.Dispose = func() {}
		return o
	}, check.Promise{})
}

func lags(q *queue) {
	last := 0
	q.length = func(q *queue) int { l := last; last = len(q.items); return l }
}
func TestKeepApproximateLen(t *testing.T) { buffer(t, check.Promise{ApproximateLen: true}, lags) }
func TestBreakLenNotSaid(t *testing.T)    { buffer(t, check.Promise{}, lags) }
func TestBreakLenBeyond(t *testing.T) {
	buffer(t, check.Promise{ApproximateLen: true}, func(q *queue) { q.length = func(q *queue) int { return q.capacity + 1 } })
}
func TestBreakLenNegative(t *testing.T) {
	buffer(t, check.Promise{ApproximateLen: true}, func(q *queue) { q.length = func(q *queue) int { return len(q.items) - 1 } })
}

func deadline(t *testing.T, result func(error) error, table check.Errors) {
	check.Buffer(t, func(n int) check.Ops[int] {
		ch := make(chan int, n)
		return check.Ops[int]{
			SendContext: func(ctx context.Context, v int) check.Status {
				select {
				case ch <- v:
					return check.OK
				case <-ctx.Done():
					return table.Status(result(ctx.Err()))
				}
			},
			RecvContext: func(ctx context.Context) (int, check.Status) {
				select {
				case v := <-ch:
					return v, check.OK
				case <-ctx.Done():
					return 0, table.Status(result(ctx.Err()))
				}
			},
		}
	}, check.Promise{})
}
func TestKeepDeadline(t *testing.T) { deadline(t, func(e error) error { return e }, table) }
func TestKeepDeadlineOwn(t *testing.T) {
	mine := errors.New("mine")
	deadline(t, func(e error) error { return errors.Join(mine, io.EOF) }, check.Errors{{Err: mine, Status: check.Deadline}})
}
func TestBreakDeadlineUnknown(t *testing.T) {
	deadline(t, func(e error) error { return &Timeout{7} }, table)
}

func stream(t *testing.T, p check.StreamPromise, set func(*pipe)) {
	check.Stream(t, func(n int) check.StreamOps {
		q := newPipe(n)
		if set != nil {
			set(q)
		}
		return check.StreamOps{Write: status(q.Write), Read: status(q.Read),
			Close: func() check.Status { q.Close(); return check.OK }, CloseRead: func() check.Status { q.CloseRead(); return check.OK }}
	}, p)
}
func status(f func([]byte) (int, error)) func([]byte) (int, check.Status) {
	return func(b []byte) (int, check.Status) {
		n, err := f(b)
		return n, check.Errors{{Err: io.EOF, Status: check.Closed}, {Err: io.ErrClosedPipe, Status: check.Closed}}.Status(err)
	}
}

var once = check.Promise{IdempotentClose: true}

func TestKeepStream(t *testing.T) { stream(t, check.StreamPromise{Promise: once}, nil) }
func TestKeepStreamFrom(t *testing.T) {
	check.Stream(t, func(n int) check.StreamOps { p := newPipe(n); return check.FromStream(p, p, nil) }, check.StreamPromise{Promise: once})
}
func TestBreakStreamForget(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once}, func(p *pipe) { p.forget = true })
}
func TestBreakStreamAll(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once}, func(p *pipe) { p.all = true })
}
func TestKeepShort(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once, Short: true}, func(p *pipe) { p.short = true })
}
func TestBreakShortNotSaid(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once}, func(p *pipe) { p.short = true })
}
func TestBreakShortSkip(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once, Short: true}, func(p *pipe) { p.short, p.skip = true, true })
}
func TestBreakZeroRead(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once}, func(p *pipe) { p.zero = true })
}
func TestBreakZeroReadShort(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once, Short: true}, func(p *pipe) { p.zero = true })
}
func TestKeepHalfClose(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once, HalfClose: true}, func(p *pipe) { p.half = true })
}
func TestBreakHalfCloseNotSaid(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once}, func(p *pipe) { p.half = true })
}
func TestBreakHalfCloseDrop(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once, HalfClose: true}, func(p *pipe) { p.half, p.halfDrop = true, true })
}
func TestBreakHalfCloseWhole(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once, HalfClose: true}, nil)
}
func TestBreakStreamLate(t *testing.T) {
	stream(t, check.StreamPromise{Promise: once}, func(p *pipe) { p.late = true })
}
func TestBreakLate(t *testing.T) { buffer(t, check.Promise{}, delivers) }

var zero = check.StreamPromise{Promise: check.Promise{Capacities: []int{0}, IdempotentClose: true}}

func TestKeepZeroIOPipe(t *testing.T) {
	check.Stream(t, func(int) check.StreamOps { r, w := io.Pipe(); return check.FromStream(w, r, nil) }, zero)
}
func TestKeepZeroNetPipe(t *testing.T) {
	check.Stream(t, func(int) check.StreamOps { r, w := net.Pipe(); return check.FromStream(w, r, nil) }, zero)
}
func TestBreakZeroBuffered(t *testing.T) {
	check.Stream(t, func(int) check.StreamOps { p := newPipe(2); return check.FromStream(p, p, nil) }, zero)
}
