package space

import (
	"slices"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// worker expands states in one goroutine.
type worker struct {
	e     *search
	add   adder
	batch *step.Batch
	hash  []uint64

	transitions, deadlocks uint64
	faults                 []fault // at most one for each code
}

// run takes jobs until there are none or the table must grow.
func (w *worker) run(level int) {
	e := w.e
	for {
		j := int(e.next.Add(1)) - 1
		if j >= len(e.jobs) {
			return
		}
		g := e.jobs[j]
		for g.first < g.end {
			if e.stop.Load() {
				return
			}
			g.first = w.fill(level, g)
			w.flush(level)
			n := e.st.count.Load()
			if n > e.o.MaxStates {
				e.stop.Store(true)
				return
			}
			if n >= e.st.limit() {
				e.leftMu.Lock()
				e.left = append(e.left, g)
				e.leftMu.Unlock()
				return
			}
		}
	}
}

// fill expands states of the segment until the batch is full; it returns the
// first state that it did not expand.
func (w *worker) fill(level int, g segment) uint32 {
	e := w.e
	b := w.batch
	for n := g.first; n < g.end; n++ {
		if b.Len() >= batchSize {
			return n
		}
		s := e.st.state(n)
		if f, broken := e.p.Broken(s, false); broken {
			w.fault(fault{code: f.Code, level: level, state: s, kind: inState})
			continue
		}
		before := b.Len()
		e.p.Expand(s, b)
		if b.Len() == before {
			if !e.p.Accepting(s) {
				w.deadlocks++
				w.fault(fault{code: model.Deadlock, level: level, state: s, kind: stuck})
			}
			continue
		}
		for i := before; i < b.Len(); i++ {
			if b.Failed[i] {
				w.failed(level, s, b.Moves[i])
			}
		}
	}
	return g.end
}

// failed notes a step that broke a property.
func (w *worker) failed(level int, s []uint64, mv step.Move) {
	next := make([]uint64, len(s))
	eff, err := w.e.p.Apply(s, mv, next)
	if err != nil || !eff.Broken {
		panic("space: a step that failed does not fail when it is repeated")
	}
	w.fault(fault{code: eff.Fault.Code, level: level, state: s, kind: inStep, move: mv})
}

// fault keeps f if it comes before what the worker has found with that code.
func (w *worker) fault(f fault) {
	for i := range w.faults {
		if w.faults[i].code == f.code {
			if f.before(w.faults[i]) {
				f.state = slices.Clone(f.state)
				w.faults[i] = f
			}
			return
		}
	}
	f.state = slices.Clone(f.state)
	w.faults = append(w.faults, f)
}

// flush adds the states of the batch to the store. First it reads all their
// slots, so that the processor has many cache misses under way at once.
func (w *worker) flush(level int) {
	b, st := w.batch, w.e.st
	n, width := b.Len(), st.w
	w.transitions += uint64(n)
	w.hash = slices.Grow(w.hash[:0], n)[:n]
	var sum uint64
	for i := range n {
		h := hash(b.States[i*width : (i+1)*width])
		w.hash[i] = h
		sum |= atomic.LoadUint64(&st.table[st.slot(h)])
	}
	touched(sum)
	last := level >= w.e.o.MaxDepth
	fresh := uint64(0)
	for i := range n {
		if b.Failed[i] {
			continue
		}
		s := b.States[i*width : (i+1)*width]
		if last {
			if !st.has(s, w.hash[i]) {
				w.e.leftMu.Lock()
				w.e.over = true
				w.e.leftMu.Unlock()
			}
		} else if w.add.add(s, w.hash[i]) {
			fresh++
		}
	}
	if fresh > 0 {
		st.count.Add(fresh)
	}
	b.Reset()
}
