package exec

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// MaxGoroutines is how many goroutines a controlled run may have.
const MaxGoroutines = 256

// Chooser makes the choices of a controlled run.
type Chooser interface {
	// Begin is called before every run. A run may be begun again before it
	// has ended, when the scheduler has learnt something about the program;
	// the same choices must then be made again.
	Begin(x *Exec)
	// Pick returns the goroutine whose announced operation is executed next,
	// one of those that are enabled; or -1 to end the run.
	Pick(x *Exec, enabled Set) int
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

	// The goroutines whose continuation this event causes: see [Exec.Wakes].
	wakesAt, wakes int32
	// After and Met are other events that come before what follows this one,
	// -1 if there is none: the send of the item received, or the receive that
	// made room, happen before this event; the arrival of the partner in a
	// rendezvous happens before the goroutine goes on.
	After, Met int32
	// Chan is the channel that a select sent on or received from, -1 if none.
	Chan int32
	Sent bool // the select's case sends
	Same bool // it left its object as it was
	// Fed are the channels that timers sent on, in a tick of the clock.
	Fed []int32
	// Pos is the place in the code, if the run keeps places.
	Pos string
}

// Beaten is a select that waited and was completed by its partner's event: it
// might have gone on by itself before, if a case of its own was ready.
type Beaten struct {
	Event  int32
	G, Seq int32
	Op     Op
}

// End is how a run ended.
type End uint8

// Ends of a run.
const (
	Done     End = iota // every goroutine has finished
	Deadlock            // those that have not finished wait for ever
	Bound               // the step bound was reached
	Stopped             // the chooser ended it
	Panicked            // a goroutine panicked, or did what the program dies of
	Failed              // the body reported a failure and gave up
	Crowded             // there were more than MaxGoroutines
	Endless             // a goroutine goes on and on without an operation
	again               // the run must be made again
)

// Exec is a controlled run: goroutines that execute one at a time, in an order
// that a chooser picks. It is reused from run to run; one goroutine uses it.
type Exec struct {
	Events []Event
	Gs     []*G     // by number; 0 is the body
	Born   []int32  // the goroutines, in the order in which they were spawned
	Beaten []Beaten // selects that a partner completed, in order
	End    End
	Panic  any    // with Panicked
	Stack  string // with Panicked, if the run keeps places
	Where  int    // with Panicked, Failed and Endless: the goroutine
	Place  string // with Endless, and Panicked if the run keeps places: the place in the code

	// Report is what the body says of the run. Its name stays from run to run.
	Report Report

	// Reached names what the runs so far have reached that is not controlled.
	Reached []string

	MaxSteps  int
	SignalAny bool // Signal wakes any waiter, not the one that waits longest
	Places    bool // events keep their place in the code

	// Patient has a loop go round much longer before it counts as one that spins.
	Patient bool

	// Delay is by how much time may pass, in a run, while somebody can go on: a
	// goroutine may be held up. At 0 the clock jumps only when nobody can go on.
	Delay time.Duration

	ch      Chooser
	pool    []*G
	cur     *G
	next    *G
	objs    []object
	epoch   uint32
	kill    bool
	trial   trial // of a loop that may spin
	sites   []loopKind
	left    keys // runs in which a loop that was tried did not spin
	learned int
	ids     [MaxGoroutines + 1][]int32 // numbers of goroutines: by parent + 1, which child
	nids    int32
	race    raceState
	turns   int   // of loops, since the last operation
	ticks   int   // of the clock, since the body has ended
	held    int64 // time that has passed while somebody could go on

	places  []place
	nplaces int

	now    int64   // virtual time, nanoseconds since the run began
	woken  []int32 // by the events, in order
	looks  int64   // at the clock
	exact  bool    // which take no time
	timers []*timer
	late   []lateTick
	clock  *G // stands for the clock, once there is a timer
}

// active is the run under way in this process, nil if there is none.
var active atomic.Pointer[Exec]

// epochs numbers the runs of the process.
var epochs atomic.Uint32

// Current returns the controlled goroutine that is executing, nil outside a
// controlled run. While one is under way no other goroutine of the process may
// use what it controls.
//
//go:norace
func Current() *G {
	x := underWay()
	if x == nil {
		return nil
	}
	return x.cur
}

// G is a controlled goroutine.
type G struct {
	ID  int
	Op  Op    // announced, if it has not finished
	Seq int32 // events executed
	Pos string

	Parent  int32 // goroutine that spawned it, -1 for the body
	SpawnAt int32 // events of the run by then
	Joined  bool  // the test waits for it: left over, it is a deadlock and no leak

	x     *Exec
	state gstate
	ready bool // a wake that was waited for has come
	fn    func()
	co    coroutine
	dead  bool // its coroutine cannot be used again

	window   []reading // reads since it last did anything else
	loop     []reading // what the loop reads that it waits in
	dirty    bool
	repeated int  // reads that repeated earlier ones, in a row
	reading  site // of the read under way, if it is known

	wakeAt  int64
	met     waiting // of a send, receive or select that waited: what it got
	cases   []Case  // of a select that waits
	private any
	kids    int32 // goroutines it has spawned
}

type gstate uint8

const (
	absent  gstate = iota // not spawned in this run, or not yet
	eager                 // runs up to its next operation, for whoever let it go on
	pending               // has announced an operation
	running
	finished
)

// Finished reports whether the goroutine has ended, or was never there.
//
//go:norace
func (g *G) Finished() bool { return g.state == finished || g.state == absent }

// Exec is the run that the goroutine belongs to.
//
//go:norace
func (g *G) Exec() *Exec { return g.x }

// Run executes the body under the chooser's control until it ends.
//
//go:norace
func (x *Exec) Run(body func(), ch Chooser) {
	if !active.CompareAndSwap(nil, x) {
		panic("sched: a controlled run is under way already")
	}
	defer active.Store(nil)
	for {
		x.run(body, ch)
		if x.End != again {
			return
		}
	}
}

//go:norace
func (x *Exec) run(body func(), ch Chooser) {
	x.Events = x.Events[:0]
	x.objs = x.objs[:0]
	x.Gs, x.Born = x.Gs[:0], x.Born[:0]
	x.cur = nil
	x.Beaten = x.Beaten[:0]
	x.ch = ch
	x.End = Done
	x.Panic, x.Stack, x.Place = nil, "", ""
	x.Report = Report{Name: x.Report.Name}
	x.kill = false
	x.trial.g = nil
	x.epoch = epochs.Add(1)
	x.nplaces = 0
	x.turns, x.ticks, x.held, x.looks = 0, 0, 0, 0
	x.late, x.exact = x.late[:0], false
	x.woken = x.woken[:0]
	x.now, x.timers, x.clock = 0, x.timers[:0], nil
	ch.Begin(x)
	g := x.newG(body)
	g.spawned()
	x.start(g)
	if x.End == Done {
		x.next = x.pick()
	}
	for x.next != nil {
		n := x.next
		x.next = nil
		x.cur = n
		n.switchTo()
	}
	x.cleanUp()
}

//go:norace
func (x *Exec) newG(fn func()) *G {
	var g *G
	if n := len(x.pool); n > 0 {
		g = x.pool[n-1]
		x.pool = x.pool[:n-1]
		g.revive()
	} else {
		g = &G{x: x}
		g.create()
	}
	g.Seq = 0
	g.Op = Op{Kind: OpNone, Obj: -1, Obj2: -1}
	g.Pos = ""
	g.ready, g.Joined, g.dirty = false, false, false
	g.repeated = 0
	g.window = g.window[:0]
	g.fn = fn
	g.cases = nil
	g.private = nil
	g.Parent = -1
	if x.cur != nil {
		g.Parent = int32(x.cur.ID)
	}
	if !x.number(g) {
		x.pool = append(x.pool, g)
		return nil
	}
	return g
}

// number gives a goroutine its number: that of the same child of the same parent
// in all runs. It reports false if there are too many.
//
//go:norace
func (x *Exec) number(g *G) bool {
	child := 0
	if g.Parent >= 0 {
		p := x.Gs[g.Parent]
		child = int(p.kids)
		p.kids++
	} else if g == x.clock {
		child = 1
	}
	known := &x.ids[g.Parent+1]
	for len(*known) <= child {
		*known = append(*known, -1)
	}
	id := (*known)[child]
	if id < 0 {
		if id = x.nids; id == MaxGoroutines {
			return false
		}
		x.nids++
		(*known)[child] = id
	}
	for len(x.Gs) <= int(id) {
		x.Gs = append(x.Gs, nobody)
	}
	g.ID, g.kids = int(id), 0
	g.SpawnAt = int32(len(x.Events))
	x.Gs[id] = g
	x.Born = append(x.Born, id)
	return true
}

// nobody stands where a goroutine has not been spawned.
var nobody = &G{Op: Op{Kind: OpNone, Obj: -1, Obj2: -1}, Parent: -1}

// start lets a goroutine that is new, or whose wait is over, run up to its next
// operation.
//
//go:norace
func (x *Exec) start(g *G) {
	was := x.cur
	g.state = eager
	x.cur = g
	g.switchFrom(was)
	x.cur = was
	if x.kill {
		x.unwind()
	}
}

// unwind ends the goroutine under way: the run is over.
//
//go:norace
func (x *Exec) unwind() {
	if g := x.cur; g != nil && (g.state == running || g.state == eager) {
		g.stop()
	}
}

// Go starts a controlled goroutine. The race detector is to see this function,
// for the report of a race says what called it.
//
//go:noinline
func (g *G) Go(fn func()) *G { return g.spawn(fn) }

// Join makes it one that the test waits for.
//
//go:norace
func (g *G) Join() {
	if g != nil {
		g.Joined = true
	}
}

//go:norace
func (g *G) spawn(fn func()) *G {
	if g.x.kill {
		return nil
	}
	n := g.x.newG(fn)
	if n == nil {
		g.x.End = Crowded
		g.stop()
	}
	n.spawned()
	g.x.start(n)
	return n
}

// body is the coroutine of a goroutine: it runs one function after another.
//
//go:norace
func (g *G) body() {
	for {
		g.call()
		g.leave()
		if !g.switchBack() {
			return
		}
	}
}

// leave marks the goroutine finished and hands on.
//
//go:norace
func (g *G) leave() {
	was := g.state
	g.state = finished
	if x := g.x; was != eager && !x.kill {
		x.next = x.choose()
	}
}

//go:norace
func (g *G) call() {
	normal := false
	defer func() {
		if normal {
			return
		}
		g.dead = true
		if r := recover(); r != nil {
			g.dead = false
			if x := g.x; !x.kill {
				x.End, x.Panic, x.Where = Panicked, r, g.ID
				if x.Place = ""; x.Places {
					x.Place = panicPlace()
					var buf [8192]byte
					x.Stack = string(buf[:runtime.Stack(buf[:], false)])
				}
			}
			return
		}
		// Goexit. The coroutine cannot be stopped from ending, so it is
		// parked here; see cleanUp.
		if g.x.kill {
			return
		}
		g.leave()
		g.switchBack()
	}()
	g.begin()
	g.fn()
	normal = true
}

// announce makes op the goroutine's next operation and returns when it is to be
// executed. It returns false if the run is over and the operation must do
// nothing.
//
//go:norace
func (g *G) announce(op Op) bool {
	x := g.x
	if x.kill {
		x.turns += idleTurns
		x.stopLooping()
		return false
	}
	if x.trial.g == g {
		g.leaves()
	}
	g.dirty = true
	return g.execute(op)
}

//go:norace
func (g *G) execute(op Op) bool {
	x := g.x
	if x.Places {
		g.Pos = caller()
	}
	g.Op = op
	if g.state == eager {
		g.state = pending
		g.switchBack()
	} else {
		g.state = pending
		n := x.choose()
		if n != g {
			x.next = n
			g.switchBack()
		}
	}
	if x.kill {
		runtime.Goexit()
	}
	g.state = running
	x.turns = 0
	x.Events = append(x.Events, Event{G: int32(g.ID), Seq: g.Seq, Op: op, Full: op, After: -1, Met: -1, Chan: -1, Pos: g.Pos})
	g.Seq++
	if op.Obj >= 0 && op.Kind.Writes() {
		x.objs[op.Obj].version++
	}
	return true
}

// stop ends the run: it gives control back for good.
//
//go:norace
func (g *G) stop() {
	x := g.x
	if g.state == eager {
		x.kill = true // whoever let it run unwinds as well
	}
	x.next = nil
	g.state = pending
	g.switchBack()
	runtime.Goexit()
}

// die ends the run as a program dies that cannot recover.
//
//go:norace
func (g *G) die(message string) {
	x := g.x
	x.End, x.Panic, x.Where = Panicked, Fatal(message), g.ID
	g.stop()
}

// Fail ends the run: the body has reported a failure and goes no further.
//
//go:norace
func (g *G) Fail() {
	if !g.x.kill {
		g.x.End, g.x.Where = Failed, g.ID
		g.stop()
	}
}

// Fatal is an error that ends a program without a panic, such as the unlock of a
// mutex that is not locked.
type Fatal string

//go:norace
func (f Fatal) String() string { return "fatal error: " + string(f) }

// pick returns the goroutine that executes its operation next, nil at the end.
//
//go:norace
func (x *Exec) pick() *G {
	for {
		if x.End != Done {
			return nil
		}
		if t := x.trial.g; t != nil {
			if t.state == pending && x.Enabled(t) {
				return t
			}
			x.leave() // it has ended, or waits for something else
			return nil
		}
		var enabled Set
		all := true
		for i, g := range x.Gs {
			if g.state == pending && g != x.clock {
				all = false
				if x.Enabled(g) {
					enabled.Add(i)
				}
			}
		}
		if enabled.Empty() {
			if all {
				return nil
			}
			for i, g := range x.Gs {
				if g.state == pending && g.Op.Kind == OpQuiet {
					enabled.Add(i)
				}
			}
		}
		if enabled.Empty() {
			if !x.timersLeft() {
				x.End = Deadlock
				return nil
			}
			if x.bodyOver() {
				// What still lives on timers is no leak, and may go on for
				// ever.
				if x.ticks++; x.ticks > ticksAfter {
					return nil
				}
			}
			enabled = Only(x.clock.ID)
		} else if early := x.early(); early >= 0 {
			enabled.Add(x.clock.ID)
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
		if !enabled.Has(i) {
			panic(fmt.Sprintf("sched: goroutine %d was picked and is not enabled", i))
		}
		if g := x.Gs[i]; g != x.clock {
			return g
		}
		if enabled.Len() > 1 {
			x.held += x.early()
		}
		x.tick()
	}
}

// Enabled reports whether the operation the goroutine has announced can be
// executed now.
//
//go:norace
func (x *Exec) Enabled(g *G) bool {
	if g.Op.Spin && !g.changed() {
		return false
	}
	switch g.Op.Kind {
	case OpBlock, OpParked, OpTick, OpQuiet:
		return false
	case OpLock:
		o := &x.objs[g.Op.Obj]
		return o.owner == 0 && o.n == 0
	case OpWLockGo:
		return x.objs[g.Op.Obj].n == 0
	case OpRLock, OpWLock:
		return x.objs[g.Op.Obj].owner == 0
	case OpCondWake:
		if !g.ready || g.Op.Obj < 0 {
			return g.ready
		}
		o := &x.objs[g.Op.Obj]
		return o.owner == 0 && o.n == 0
	case OpWGWait:
		return x.objs[g.Op.Obj].n == 0
	case OpSend:
		o := &x.objs[g.Op.Obj]
		return o.n < o.size || o.closed
	case OpRecv:
		o := &x.objs[g.Op.Obj]
		return o.n > 0 || o.closed
	case OpSelectGo:
		return x.someBuffered(g)
	case OpSleep:
		return x.now >= g.wakeAt
	}
	return true
}

// last is the event under way.
//
//go:norace
func (x *Exec) last() *Event { return &x.Events[len(x.Events)-1] }

// alt chooses one of n outcomes of the event under way.
//
//go:norace
func (x *Exec) alt(n int) int {
	if n < 2 {
		return 0
	}
	a := 0
	if x.trial.g == nil {
		a = x.chooseAlt(n)
	}
	e := x.last()
	e.Alt, e.Alts = int32(a), int32(n)
	return a
}

// wake lets a goroutine that waits for it go on.
//
//go:norace
func (x *Exec) wake(id int32) {
	x.Gs[id].ready = true
	e := x.last()
	if e.wakes == 0 {
		e.wakesAt = int32(len(x.woken))
	}
	e.wakes++
	x.woken = append(x.woken, id)
}

// cleanUp unwinds the goroutines left over and keeps the coroutines of the
// others.
//
//go:norace
func (x *Exec) cleanUp() {
	x.kill = true
	for _, g := range x.Gs {
		if g == x.clock || g == nobody {
			continue
		}
		g.fn = nil
		g.cases = nil
		if g.state != finished || g.dead {
			x.cur, x.turns = g, 0
			g.end()
			continue
		}
		x.pool = append(x.pool, g)
	}
	x.cur = nil
	x.joined()
}

// Close ends the coroutines kept for further runs.
//
//go:norace
func (x *Exec) Close() {
	for _, g := range x.pool {
		g.fn = runtime.Goexit
		x.kill = true
		g.end()
	}
	x.pool = nil
}

// Woken reports whether the goroutine, waiting in a wait set, has been woken.
//
//go:norace
func (g *G) Woken() bool { return g.ready }

// Private is whatever the owner of the goroutine keeps there for the run.
//
//go:norace
func (g *G) Private() any { return g.private }

// SetPrivate sets what [G.Private] returns.
//
//go:norace
func (g *G) SetPrivate(v any) { g.private = v }

// address is the address behind a value that is one word, such as a channel.
//
//go:norace
func address[T any](v *T) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(v)) }

// First is the number of items that a channel held when the run first saw it,
// Size its capacity.
//
//go:norace
func (x *Exec) First(ch int32) (items, size int32) { return x.objs[ch].first, x.objs[ch].size }

// Spinning reports whether the goroutine waits in a loop that only reads.
//
//go:norace
func (g *G) Spinning() bool { return g.state != finished && g.Op.Spin }

// Go starts a goroutine: a controlled one in a controlled run.
func Go(fn func()) {
	if g := Current(); g != nil {
		g.Go(fn)
		return
	}
	go fn()
}

// Owner is the goroutine that has locked a lock, -1 if none has.
//
//go:norace
func (x *Exec) Owner(obj int32) int { return int(x.objs[obj].owner) - 1 }

// ticksAfter is how often the clock may jump after the body has ended.
const ticksAfter = 16

// bodyOver reports whether the body has ended, and all that belongs to it.
//
//go:norace
func (x *Exec) bodyOver() bool {
	for _, g := range x.Gs {
		if (g.ID == 0 || g.Joined) && !g.Finished() {
			return false
		}
	}
	return true
}

//go:norace
func realGoroutines() int { return runtime.NumGoroutine() }

// Wakes are the goroutines whose continuation an event of the run causes.
//
//go:norace
func (x *Exec) Wakes(e *Event) []int32 { return x.woken[e.wakesAt : e.wakesAt+e.wakes] }
