package check

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// object is an object under test: it performs operations. A blocking operation
// with a context is performed in its deadline form.
type object interface {
	perform(ctx context.Context, op model.Op) model.Result
}

// run is one execution: an object under test and the processes that use it.
type run struct {
	object   object
	patience time.Duration
	clock    record.Clock
	progress *record.Progress
	procs    []*proc

	races      int // data races reported in this process before the run
	goroutines int // goroutines of this process before the run

	mu   sync.Mutex
	gids map[int64]bool // every goroutine that ran a process
}

// proc is a process of a run: a goroutine that performs operations one at a
// time and records them.
type proc struct {
	run   *run
	name  string
	id    int
	log   *record.Log
	gid   atomic.Int64  // the last goroutine that ran it
	next  atomic.Int64  // sequence number of the next item
	up    chan struct{} // its goroutine runs and belongs to the run's family
	done  chan struct{}
	crash *crash // read it only after done
}

// crash is how code under test ended a goroutine.
type crash struct {
	op      model.Op
	value   any // what it panicked with
	stack   string
	goexit  bool
	unknown bool // an error that the table of errors does not list
}

// stop unwinds a process after a crash.
type stop struct{}

// newRun calls the constructor, in a process of its own.
func newRun(build func() object, patience time.Duration) (*run, record.End) {
	r := &run{patience: patience, progress: record.NewProgress(), gids: map[int64]bool{}}
	r.races, _ = record.Races()
	r.goroutines = runtime.NumGoroutine()
	p := r.proc("constructor")
	p.start(func() {
		defer p.guard(model.Op{Kind: model.Create})
		r.object = build()
	})
	return r, await(p.done, patience)
}

// proc adds a process, which has no goroutine yet.
func (r *run) proc(name string) *proc {
	p := &proc{run: r, name: name, id: len(r.procs), log: record.NewLog(&r.clock)}
	r.procs = append(r.procs, p)
	return p
}

// start runs the body on a new goroutine. A process may be started again after
// it is done.
func (p *proc) start(body func()) {
	up, done := make(chan struct{}), make(chan struct{})
	p.up, p.done = up, done
	go func() {
		finished := false
		defer func() {
			switch r := recover(); r.(type) {
			case nil:
				if !finished && p.crash == nil {
					p.crash = &crash{goexit: true, stack: string(debug.Stack())}
					if c, ok := p.log.Open(); ok {
						p.crash.op = c.Op()
					}
				}
			case stop:
			default:
				panic(r) // our own fault
			}
			close(done)
		}()
		p.gid.Store(p.run.adopt())
		close(up)
		body()
		finished = true
	}()
}

// guard recovers from a panic of the code under test and unwinds the process.
func (p *proc) guard(op model.Op) {
	r := recover()
	if r == nil {
		return
	}
	p.crash = &crash{op: op, value: r, stack: string(debug.Stack())}
	_, p.crash.unknown = r.(unclassified)
	panic(stop{})
}

// do performs an operation and records it. If the code under test panics it does
// not return.
func (p *proc) do(ctx context.Context, op model.Op) model.Result {
	op.Proc = p.id
	p.log.Begin(op)
	r := p.call(ctx, op)
	p.log.End(r)
	if r.Status == OK || r.Status == Closed || r.Status == Destroyed {
		p.run.progress.Advance()
	}
	return r
}

func (p *proc) call(ctx context.Context, op model.Op) model.Result {
	defer p.guard(op)
	return p.run.object.perform(ctx, op)
}

// item is a new value, which names its producer and its place among those of
// that producer.
func (p *proc) item() int64 { return int64(p.id)*itemsPerProc + p.next.Add(1) }

// itemsPerProc is more than any process sends in a run. Values stay below 1<<31,
// for objects that carry no more.
const itemsPerProc = 1_000_000

// itemName is a value in words.
func (r *run) itemName(v int64) string {
	if _, ok := r.object.(stream); ok {
		return pieceName(v, func(p int) string {
			if p < len(r.procs) {
				return r.procs[p].name
			}
			return ""
		})
	}
	p, n := v/itemsPerProc, v%itemsPerProc
	if v > 0 && n > 0 && p < int64(len(r.procs)) {
		if last := r.procs[p].next.Load(); n <= last {
			return fmt.Sprintf("item %d of %s", n, r.procs[p].name)
		}
	}
	return fmt.Sprintf("item %d", v)
}

// alone runs one operation on the goroutine of an idle process and waits for
// it.
func (p *proc) alone(ctx context.Context, op model.Op) (model.Result, record.End) {
	var res model.Result
	p.start(func() { res = p.do(ctx, op) })
	end := await(p.done, p.run.patience)
	if end != record.Complete {
		return model.Result{}, end
	}
	return res, end
}

// finished reports whether the process has nothing under way.
func (p *proc) finished() bool {
	select {
	case <-p.done:
		return true
	default:
		return p.done == nil
	}
}

// adopt makes the calling goroutine one of the run's, and returns its number.
func (r *run) adopt() int64 {
	id := self()
	r.mu.Lock()
	r.gids[id] = true
	r.mu.Unlock()
	return id
}

// family are the goroutines of all processes, those that have ended too.
func (r *run) family() map[int64]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.gids)
}

// history is what the processes did, and how it ended.
func (r *run) history(end record.End) record.History {
	logs := make([]*record.Log, len(r.procs))
	for i, p := range r.procs {
		logs[i] = p.log
	}
	return record.Merge(end, logs...)
}

// crashes are the crashes of the processes that are done.
func (r *run) crashes() []*crash {
	var out []*crash
	for _, p := range r.procs {
		if p.done != nil && p.finished() && p.crash != nil {
			out = append(out, p.crash)
		}
	}
	return out
}

// yield lets others run, n times.
func yield(n int) {
	for range n {
		runtime.Gosched()
	}
}
