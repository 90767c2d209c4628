// Package harness answers how an object under test is executed: it runs processes,
// each a goroutine that performs operations one at a time and records them, waits
// until they are done or nobody can go on, and tells which goroutines are blocked
// where.
//
// It judges nothing, and asks a [contract.Contract] what operations look like.
package harness

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Plain stands for no context: a blocking operation is performed without a deadline.
var Plain context.Context

// Object is an object under test.
type Object interface {
	// Has reports whether the object has the operation.
	Has(k model.Kind) bool
	// Perform performs an operation: a blocking one in its deadline form, unless the
	// context is [Plain].
	Perform(ctx context.Context, op model.Op) model.Result
}

// Sized is an object that may tell how many items it holds, and can hold. It is
// asked only while no operation is under way; ok is false if it cannot tell.
type Sized interface {
	Len() (n int, ok bool)
	Cap() (n int, ok bool)
}

// Disposable is an object with a function that ends it, or nil.
type Disposable interface {
	Disposer() func()
}

// Execution is one execution of an object under test with the processes that use
// it.
type Execution struct {
	Object    Object
	Processes []*Process
	Patience  time.Duration // how long nothing may happen before nobody can go on

	clock    record.Clock
	progress *Progress

	races      int // data races reported in this process before the execution
	goroutines int // goroutines of this process before the execution

	mu  sync.Mutex
	ids map[int64]bool // every goroutine that ran a process
}

// New calls the constructor, in a process of its own, and returns how that ended.
func New(build func() Object, patience time.Duration) (*Execution, record.End) {
	x := &Execution{Patience: patience, progress: NewProgress(), ids: map[int64]bool{}}
	x.races, _ = record.Races()
	x.goroutines = runtime.NumGoroutine()
	return x, x.Process("constructor").call(model.Create, func() { x.Object = build() })
}

// Process adds a process, which has no goroutine yet.
func (x *Execution) Process(name string) *Process {
	p := &Process{
		Source:    &contract.Source{Proc: len(x.Processes), Name: name},
		Log:       record.NewLog(&x.clock),
		execution: x,
	}
	x.Processes = append(x.Processes, p)
	return p
}

// Observe calls a function of the object on a goroutine of its own, and returns how
// it crashed, if it did, and how it ended. Nothing of it is kept in the execution.
func (x *Execution) Observe(f func()) (*Crash, record.End) {
	p := x.Process("observer")
	end := p.call(0, f)
	x.Processes = x.Processes[:len(x.Processes)-1]
	return p.Crash(), end
}

// Dispose ends the object, if it can be. It returns whether it can, how that crashed,
// if it did, and how it ended.
func (x *Execution) Dispose() (can bool, crash *Crash, end record.End) {
	d, ok := x.Object.(Disposable)
	if !ok || d.Disposer() == nil {
		return false, nil, record.Complete
	}
	crash, end = x.Observe(d.Disposer())
	return true, crash, end
}

// Await waits until the process is done, or until nobody can go on.
func (x *Execution) Await(p *Process) record.End {
	return await(p.done, x.Patience, x.progress.Version)
}

// registerGoroutine adds the calling goroutine to the execution and returns its ID.
func (x *Execution) registerGoroutine() int64 {
	id := self()
	x.mu.Lock()
	x.ids[id] = true
	x.mu.Unlock()
	return id
}

// goroutineIDs are the goroutines of all processes, those that have ended too.
func (x *Execution) goroutineIDs() map[int64]bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return maps.Clone(x.ids)
}

// Settled waits until all goroutines of the execution are blocked or have ended. It
// reports false if some still runs after many looks: it may be waiting by spinning.
func (x *Execution) Settled() bool { return settled(x.goroutineIDs()) }

// Quiesce waits until all processes are done, or those that are not are blocked, with
// all goroutines of the execution. It reports false if some still runs after the
// patience.
func (x *Execution) Quiesce() bool {
	for begin := time.Now(); ; {
		if x.Idle() || x.Settled() {
			return true
		}
		if time.Since(begin) > x.Patience {
			return false
		}
	}
}

// Idle reports whether no process has an operation under way.
func (x *Execution) Idle() bool {
	return !slices.ContainsFunc(x.Processes, func(p *Process) bool { return !p.Finished() })
}

// History is what the processes did, and how it ended.
func (x *Execution) History(end record.End) record.History {
	logs := make([]*record.Log, len(x.Processes))
	for i, p := range x.Processes {
		logs[i] = p.Log
	}
	return record.Merge(end, logs...)
}

// Crashes are the crashes of the processes that are done.
func (x *Execution) Crashes() []*Crash {
	var out []*Crash
	for _, p := range x.Processes {
		if c := p.Crash(); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// Raced reports whether the race detector has reported a data race since the
// execution began.
func (x *Execution) Raced() bool {
	n, ok := record.Races()
	return ok && n > x.races
}

// Held is how many items, or bytes, are held after the operations that have
// returned, and whether the object is closed. Of what the object may have dropped it
// counts what there is room for.
func (x *Execution) Held(c contract.Contract) (held int, closed bool) {
	t := c.Terms()
	for _, call := range x.History(record.Complete).Calls {
		switch {
		case call.Kind.Sends() && closed && t.IgnoreSends:
		case call.Kind.Sends():
			if held += c.Amount(call); t.Lossy() {
				held = min(held, t.Capacity)
			}
		case call.Kind.Receives():
			held -= c.Amount(call)
		case (call.Kind == model.Close || call.Kind == model.CloseRead && !t.HalfClose) && call.Done():
			closed = true
		}
	}
	return held, closed
}

// Sources are the sources of the processes, by number.
func (x *Execution) Sources() []*contract.Source {
	out := make([]*contract.Source, len(x.Processes))
	for i, p := range x.Processes {
		out[i] = p.Source
	}
	return out
}
