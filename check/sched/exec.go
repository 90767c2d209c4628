package sched

import (
	"fmt"
	"iter"
	"math/bits"
	"runtime"
)

// MaxGoroutines is how many goroutines a controlled run may have.
const MaxGoroutines = 64

// Chooser makes the choices of a controlled run.
type Chooser interface {
	// Pick returns the goroutine whose announced operation is executed next,
	// one of those in the mask; or -1 to end the run.
	Pick(x *Exec, enabled uint64) int
	// Alt returns a number in [0, n): which outcome the operation under way
	// has. n is at least 2.
	Alt(x *Exec, n int) int
}

// Event is an operation that was executed.
type Event struct {
	G    int32
	Seq  int32 // number among the goroutine's events, from 0
	Op   Op    // as it turned out
	Full Op    // as it was announced
	Alt  int32
	Alts int32 // how many outcomes it had; 0 or 1: one

	// Wakes are the goroutines whose continuation this event causes.
	Wakes uint64
}

// End is how a run ended.
type End uint8

// Ends of a run.
const (
	Done     End = iota // every goroutine has finished
	Deadlock            // those that have not finished wait for ever
	Bound               // the step bound was reached
	Stopped             // the chooser ended it
	Panicked            // a goroutine panicked
)

// Exec is a controlled run: goroutines that execute one at a time, in an order
// that a chooser picks. It is reused from run to run.
type Exec struct {
	Events []Event
	Gs     []*G // by number; 0 is the body
	End    End
	Panic  any // with Panicked

	MaxSteps  int
	SignalAny bool // Signal wakes any waiter, not the one that waits longest

	ch    Chooser
	pool  []*G
	cur   *G
	next  *G
	objs  []object
	epoch uint32
	kill  bool
}

// active is the run under way in this process, nil if there is none.
var active *Exec

// Current returns the controlled goroutine that is executing, nil outside a
// controlled run.
func Current() *G {
	if active == nil {
		return nil
	}
	return active.cur
}

// Handle ties a primitive to its state in a run. The zero value is ready.
type Handle struct {
	epoch uint32
	id    int32
}

// object is the state of a primitive.
type object struct {
	owner   int32   // of a lock: goroutine+1
	n       int32   // readers of a lock; counter of a WaitGroup
	waiters []int32 // wait set of a Cond, longest first
}

// Object returns the number of the primitive in this run.
func (x *Exec) Object(h *Handle) int32 {
	if h.epoch != x.epoch {
		h.epoch = x.epoch
		h.id = int32(len(x.objs))
		if len(x.objs) < cap(x.objs) {
			x.objs = x.objs[:len(x.objs)+1]
			o := &x.objs[h.id]
			o.owner, o.n, o.waiters = 0, 0, o.waiters[:0]
		} else {
			x.objs = append(x.objs, object{})
		}
	}
	return h.id
}

// G is a controlled goroutine.
type G struct {
	ID  int
	Op  Op    // announced, if State is Pending
	Seq int32 // events executed

	Parent   int32 // goroutine that spawned it, -1 for the body
	ParentAt int32 // events the parent had executed by then

	x      *Exec
	state  gstate
	ready  bool // a wake that was waited for has come
	fn     func()
	resume func() (struct{}, bool)
	yield  func(struct{}) bool
	dead   bool // its coroutine cannot be used again
}

type gstate uint8

const (
	eager   gstate = iota // runs up to its first operation, for its spawner
	pending               // has announced an operation
	running
	finished
)

// Finished reports whether the goroutine has ended.
func (g *G) Finished() bool { return g.state == finished }

// Run executes the body under the chooser's control until it ends.
func (x *Exec) Run(body func(), ch Chooser) {
	x.Events = x.Events[:0]
	x.objs = x.objs[:0]
	x.Gs = x.Gs[:0]
	x.ch = ch
	x.End = Done
	x.Panic = nil
	x.kill = false
	x.epoch++
	active = x
	g := x.newG(body)
	x.start(g)
	x.schedule(nil)
	for x.next != nil {
		n := x.next
		x.next = nil
		x.cur = n
		n.resume()
	}
	x.cleanUp()
	active = nil
}

func (x *Exec) newG(fn func()) *G {
	if len(x.Gs) == MaxGoroutines {
		panic(fmt.Sprintf("sched: more than %d goroutines in a controlled run", MaxGoroutines))
	}
	var g *G
	if n := len(x.pool); n > 0 {
		g = x.pool[n-1]
		x.pool = x.pool[:n-1]
	} else {
		g = &G{x: x}
		g.resume, _ = iter.Pull(g.loop)
	}
	g.ID = len(x.Gs)
	g.Seq = 0
	g.Op = Op{Kind: OpNone, Obj: -1, Obj2: -1}
	g.ready = false
	g.fn = fn
	g.Parent, g.ParentAt = -1, 0
	if x.cur != nil && g.ID > 0 {
		g.Parent, g.ParentAt = int32(x.cur.ID), x.cur.Seq
	}
	x.Gs = append(x.Gs, g)
	return g
}

// start runs a new goroutine up to its first operation.
func (x *Exec) start(g *G) {
	was := x.cur
	g.state = eager
	x.cur = g
	g.resume()
	x.cur = was
}

// Go starts a controlled goroutine.
func (g *G) Go(fn func()) {
	if g.x.kill {
		return
	}
	g.x.start(g.x.newG(fn))
}

// loop is the coroutine of a goroutine: it runs one function after another.
func (g *G) loop(yield func(struct{}) bool) {
	g.yield = yield
	for {
		g.call()
		g.leave()
		if !yield(struct{}{}) {
			return
		}
	}
}

// leave marks the goroutine finished and hands on.
func (g *G) leave() {
	was := g.state
	g.state = finished
	if was != eager && !g.x.kill {
		g.x.schedule(g)
	}
}

func (g *G) call() {
	normal := false
	defer func() {
		if normal {
			return
		}
		g.dead = true
		if r := recover(); r != nil {
			g.dead = false
			if !g.x.kill {
				g.x.End, g.x.Panic = Panicked, r
			}
			return
		}
		// Goexit. The coroutine cannot be stopped from ending, so it is
		// parked here; see cleanUp.
		if g.x.kill {
			return
		}
		g.leave()
		g.yield(struct{}{})
	}()
	g.fn()
	normal = true
}

// announce makes op the goroutine's next operation and returns when it is to be
// executed. It returns false if the run is over and the operation must do
// nothing.
func (g *G) announce(op Op) bool {
	x := g.x
	if x.kill {
		return false
	}
	g.Op = op
	if g.state == eager {
		g.state = pending
		g.yield(struct{}{})
	} else {
		g.state = pending
		n := x.pick()
		if n != g {
			x.next = n
			g.yield(struct{}{})
		}
	}
	if x.kill {
		runtime.Goexit()
	}
	g.state = running
	x.Events = append(x.Events, Event{G: int32(g.ID), Seq: g.Seq, Op: op, Full: op})
	g.Seq++
	return true
}

// schedule picks the next goroutine on behalf of one that does not go on.
func (x *Exec) schedule(*G) { x.next = x.pick() }

// pick returns the goroutine that executes its operation next, nil at the end.
func (x *Exec) pick() *G {
	if x.End != Done {
		return nil
	}
	var enabled uint64
	all := true
	for i, g := range x.Gs {
		if g.state == pending {
			all = false
			if x.Enabled(g) {
				enabled |= 1 << i
			}
		}
	}
	if enabled == 0 {
		if !all {
			x.End = Deadlock
		}
		return nil
	}
	if x.MaxSteps > 0 && len(x.Events) >= x.MaxSteps {
		x.End = Bound
		return nil
	}
	i := x.ch.Pick(x, enabled)
	if i < 0 {
		x.End = Stopped
		return nil
	}
	if enabled>>i&1 == 0 {
		panic(fmt.Sprintf("sched: goroutine %d was picked and is not enabled", i))
	}
	return x.Gs[i]
}

// Enabled reports whether the operation the goroutine has announced can be
// executed now.
func (x *Exec) Enabled(g *G) bool {
	switch g.Op.Kind {
	case OpLock:
		o := &x.objs[g.Op.Obj]
		return o.owner == 0 && o.n == 0
	case OpRLock:
		return x.objs[g.Op.Obj].owner == 0
	case OpCondWake:
		o := &x.objs[g.Op.Obj]
		return g.ready && o.owner == 0 && o.n == 0
	case OpWGWait:
		return x.objs[g.Op.Obj].n == 0
	}
	return true
}

// last is the event under way.
func (x *Exec) last() *Event { return &x.Events[len(x.Events)-1] }

// alt chooses one of n outcomes of the event under way.
func (x *Exec) alt(n int) int {
	if n < 2 {
		return 0
	}
	a := x.ch.Alt(x, n)
	e := x.last()
	e.Alt, e.Alts = int32(a), int32(n)
	return a
}

// wake lets a goroutine that waits for it go on.
func (x *Exec) wake(id int32) {
	x.Gs[id].ready = true
	x.last().Wakes |= 1 << id
}

// cleanUp unwinds the goroutines left over and keeps the coroutines of the
// others.
func (x *Exec) cleanUp() {
	x.kill = true
	for _, g := range x.Gs {
		if g.state != finished || g.dead {
			// Goexit in a coroutine ends whoever resumes it.
			done := make(chan struct{})
			x.cur = g
			go func() {
				defer close(done)
				g.resume()
			}()
			<-done
			continue
		}
		x.pool = append(x.pool, g)
	}
	x.cur = nil
}

// Close ends the coroutines kept for further runs.
func (x *Exec) Close() {
	for _, g := range x.pool {
		g.fn = runtime.Goexit
		x.kill = true
		done := make(chan struct{})
		go func() {
			defer close(done)
			g.resume()
		}()
		<-done
	}
	x.pool = nil
}

// Mask lists the goroutines of a mask.
func Mask(m uint64) iter.Seq[int] {
	return func(yield func(int) bool) {
		for ; m != 0; m &= m - 1 {
			if !yield(bits.TrailingZeros64(m)) {
				return
			}
		}
	}
}

// Woken reports whether the goroutine, waiting in a wait set, has been woken.
func (g *G) Woken() bool { return g.ready }
