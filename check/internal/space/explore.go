package space

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// search is one exploration: breadth first, level by level. In a level the
// workers take jobs of states off a counter, expand them and add the successors
// to the store; what is new makes up the next level.
//
// Everything it reports is independent of the number of workers: sets of states
// by level, counts of transitions from them, and, where one of several states
// must be chosen, the one with the least words.
type search struct {
	p       step.Program
	o       Options
	st      *store
	workers []*worker

	levels [][]segment // state numbers, by level
	jobs   []segment   // of the level under way
	next   atomic.Int64
	left   []segment // jobs that were begun and not finished
	leftMu sync.Mutex
	stop   atomic.Bool // bound reached or context done: give the level up

	done  totals // of the levels completed
	found map[model.Code]fault
	cut   cut  // why the search ended early
	over  bool // at the last level allowed, a successor was new
}

// cut says why a search ended before it had seen everything.
type cut int

const (
	cutNot cut = iota
	cutStates
	cutDepth
	cutStopped
)

// totals are the counts of a search.
type totals struct {
	distinct, transitions, deadlocks uint64
	depth, firstDeadlock             int
	enabled, disabled                []uint64
}

// fault is a fault that was found: in a state, or in a step from it.
type fault struct {
	code  model.Code
	level int
	state []uint64
	kind  faultKind
	move  step.Move // for inStep
}

type faultKind int

const (
	stuck faultKind = iota
	inState
	inStep
)

// before orders faults of one code: the one reached first, and among those one
// that does not depend on the order of work.
func (f fault) before(g fault) bool {
	if f.level != g.level {
		return f.level < g.level
	}
	if c := slices.Compare(f.state, g.state); c != 0 {
		return c < 0
	}
	if f.kind != g.kind {
		return f.kind < g.kind
	}
	return compareMoves(f.move, g.move) < 0
}

func compareMoves(a, b step.Move) int {
	if a.Pid != b.Pid {
		return int(a.Pid) - int(b.Pid)
	}
	if a.Stmt != b.Stmt {
		return int(a.Stmt) - int(b.Stmt)
	}
	return int(int64(a.Alt) - int64(b.Alt))
}

const (
	batchSize = 256 // successors whose cache misses overlap
	leastJob  = 64  // states
	mostJob   = 512
)

func newSearch(p step.Program, o Options) *search {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	if o.MaxStates == 0 {
		o.MaxStates = math.MaxUint64
	}
	if o.MaxDepth == 0 {
		o.MaxDepth = math.MaxInt
	}
	e := &search{p: p, o: o, st: newStore(p.Words(), o.Workers), found: map[model.Code]fault{}}
	for range o.Workers {
		e.workers = append(e.workers, &worker{e: e, add: adder{s: e.st}, batch: step.NewBatch(p)})
	}
	n := len(p.Statements())
	e.done.enabled, e.done.disabled = make([]uint64, n), make([]uint64, n)
	return e
}

// run explores until nothing is left or a bound is reached.
func (e *search) run() {
	w := e.workers[0]
	init := make([]uint64, e.p.Words())
	e.p.Initial(init)
	w.add.add(init, hash(init))
	e.st.count.Store(1)
	unwatch := context.AfterFunc(e.o.Context, func() { e.stop.Store(true) })
	defer unwatch()

	for level := 1; ; level++ {
		front := e.takeNew()
		if len(front) == 0 {
			return
		}
		e.levels = append(e.levels, front)
		e.level(level, front)
		switch {
		case e.st.count.Load() > e.o.MaxStates:
			// What a part of a level shows depends on the order of work:
			// only whole levels count.
			e.cut = cutStates
			return
		case e.stop.Load():
			e.cut = cutStopped
			e.collectFaults()
			return
		}
		e.complete(level, front)
		if e.over {
			e.cut = cutDepth
			return
		}
		e.report(level, 0)
	}
}

// takeNew returns the states that were added since it was last called.
func (e *search) takeNew() []segment {
	var out []segment
	for _, w := range e.workers {
		out = append(out, w.add.added...)
		w.add.added = nil
	}
	return out
}

// level expands the states of a level, growing the table when it fills up.
func (e *search) level(level int, front []segment) {
	n := 0
	for _, g := range front {
		n += int(g.end - g.first)
	}
	e.jobs = split(front, uint32(min(max(n/(4*len(e.workers)), leastJob), mostJob)))
	for {
		e.next.Store(0)
		parallel(min(len(e.workers), len(e.jobs)), func(i int) { e.workers[i].run(level) })
		if e.stop.Load() {
			return
		}
		if n := int(e.next.Load()); n < len(e.jobs) {
			e.left = append(e.left, e.jobs[n:]...)
		}
		if len(e.left) == 0 {
			return
		}
		e.jobs, e.left = e.left, nil
		var all []segment
		for _, l := range e.levels {
			all = append(all, l...)
		}
		for _, w := range e.workers {
			all = append(all, w.add.added...)
		}
		e.st.grow(all, len(e.workers))
		left := uint64(0)
		for _, g := range e.jobs {
			left += uint64(g.end - g.first)
		}
		e.report(level, left)
	}
}

// complete adds what the workers counted in a level to the totals.
func (e *search) complete(level int, front []segment) {
	for _, g := range front {
		e.done.distinct += uint64(g.end - g.first)
	}
	e.done.depth = level
	for _, w := range e.workers {
		e.done.transitions += w.transitions
		if w.deadlocks > 0 && e.done.firstDeadlock == 0 {
			e.done.firstDeadlock = level
		}
		e.done.deadlocks += w.deadlocks
		w.transitions, w.deadlocks = 0, 0
		for i, n := range w.batch.Enabled {
			e.done.enabled[i] += n
		}
		for i, n := range w.batch.Disabled {
			e.done.disabled[i] += n
		}
		clear(w.batch.Enabled)
		clear(w.batch.Disabled)
	}
	e.collectFaults()
}

func (e *search) collectFaults() {
	for _, w := range e.workers {
		for _, f := range w.faults {
			if old, ok := e.found[f.code]; !ok || f.before(old) {
				e.found[f.code] = f
			}
		}
		w.faults = w.faults[:0]
	}
}

func (e *search) report(level int, left uint64) {
	if e.o.Progress == nil {
		return
	}
	e.o.Progress(Progress{Level: level, Distinct: e.st.count.Load(), Transitions: e.done.transitions, Frontier: left})
}
