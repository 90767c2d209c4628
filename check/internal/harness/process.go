package harness

import (
	"context"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Process is a process of an execution: a goroutine that performs operations one at
// a time and records them.
type Process struct {
	*contract.Source
	Log *record.Log

	execution *Execution
	goroutine atomic.Int64  // ID of the last goroutine that ran it
	up        chan struct{} // its goroutine runs and is registered
	done      chan struct{} // nil: it was never started
	crash     *Crash        // valid after done
}

// Crash is how code under test ended a goroutine.
type Crash struct {
	Op      model.Op
	Value   any  // what it panicked with
	Goexit  bool // by runtime.Goexit
	Unknown bool // Value is an [UnknownResult]
	stack   string
}

// At is the position in user code that panicked; empty if the stack does not tell.
func (c *Crash) At() string { return Goroutine{Stack: afterPanic(c.stack)}.Top() }

// AboutClosing reports whether somebody may panic with the value because an object is
// closed: whatever he chose himself, and what the runtime says of channels.
func AboutClosing(r any) bool {
	err, ok := r.(runtime.Error)
	return !ok || ClosedChannel(err)
}

// ClosedChannel reports whether the runtime says that a channel is closed.
func ClosedChannel(err runtime.Error) bool {
	return err.Error() == "send on closed channel" || err.Error() == "close of closed channel"
}

// UnknownResult is the panic value of an operation that returned what has no meaning
// for the object: it says what that is.
type UnknownResult string

// ShortRead is the panic value of a read that returned less than is there: it says
// how much.
type ShortRead string

// unwind is the panic value that ends a process after a crash.
type unwind struct{}

// Start runs the body on a new goroutine. A process may be started again after it
// is done.
func (p *Process) Start(body func()) {
	up, done := make(chan struct{}), make(chan struct{})
	p.up, p.done = up, done
	go func() {
		finished := false
		defer func() {
			switch r := recover(); r.(type) {
			case nil:
				if !finished && p.crash == nil {
					p.crash = &Crash{Goexit: true, stack: string(debug.Stack())}
					if c, ok := p.Log.Open(); ok {
						p.crash.Op = c.Op()
					}
				}
			case unwind:
			default:
				panic(r) // a bug of the harness
			}
			close(done)
		}()
		p.goroutine.Store(p.execution.registerGoroutine())
		close(up)
		body()
		finished = true
	}()
}

// call runs a function of the code under test and waits for it. A crash of it is
// one of an operation of the kind.
func (p *Process) call(k model.Kind, f func()) record.End {
	p.Start(func() {
		defer p.guard(model.Op{Kind: k})
		f()
	})
	return p.execution.Await(p)
}

// StartOp starts an operation on a new goroutine and returns once the goroutine is
// registered, so that [Execution.Settled] knows of it.
func (p *Process) StartOp(ctx context.Context, op model.Op) {
	p.Start(func() { p.Do(ctx, op) })
	<-p.up
}

// guard recovers from a panic of the code under test and unwinds the process.
func (p *Process) guard(op model.Op) {
	r := recover()
	if r == nil {
		return
	}
	p.crash = &Crash{Op: op, Value: r, stack: string(debug.Stack())}
	_, p.crash.Unknown = r.(UnknownResult)
	panic(unwind{})
}

// Do performs an operation and records it. If the code under test panics it does
// not return.
func (p *Process) Do(ctx context.Context, op model.Op) model.Result {
	op.Proc = p.Proc
	p.Log.Begin(op)
	r := p.perform(ctx, op)
	p.Log.End(r)
	if r.Status == model.OK || r.Status == model.Closed || r.Status == model.Destroyed {
		p.execution.progress.Advance()
	}
	return r
}

func (p *Process) perform(ctx context.Context, op model.Op) model.Result {
	defer p.guard(op)
	return p.execution.Object.Perform(ctx, op)
}

// Alone runs one operation on a goroutine of an idle process and waits for it. The
// result is valid if the end is complete and the process has not crashed.
func (p *Process) Alone(ctx context.Context, op model.Op) (model.Result, record.End) {
	var r model.Result
	p.Start(func() { r = p.Do(ctx, op) })
	end := p.execution.Await(p)
	if end != record.Complete {
		return model.Result{}, end
	}
	return r, end
}

// Finished reports whether the process has nothing under way.
func (p *Process) Finished() bool {
	select {
	case <-p.done:
		return true
	default:
		return p.done == nil
	}
}

// Crash is how the process crashed; nil if it did not, or is not done.
func (p *Process) Crash() *Crash {
	if p.done == nil || !p.Finished() {
		return nil
	}
	return p.crash
}

// Open is the operation that the process is performing.
func (p *Process) Open() (record.Call, bool) {
	if p.Finished() && p.done != nil {
		return record.Call{}, false
	}
	return p.Log.Open()
}

// Yield lets other goroutines run, n times.
func Yield(n int) {
	for range n {
		runtime.Gosched()
	}
}

// afterPanic is the part of a stack below the panic.
func afterPanic(stack string) string {
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") && i+2 < len(lines) {
			return strings.Join(lines[i+2:], "\n")
		}
	}
	return ""
}
