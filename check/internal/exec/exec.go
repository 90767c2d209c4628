package exec

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Exec is a controlled run: goroutines that execute one at a time, in an order
// that a chooser picks. It is reused from run to run; one goroutine uses it.
type Exec struct {
	prim.Execution
	Gs []*G // by number; 0 is the body

	body      func()
	plan      *prim.Plan
	player    prim.Player
	confirmed bool // loops are watched for longer; see [prim.Plan] ConfirmSpins

	pool  []*G
	cur   *G
	next  *G
	objs  []object
	epoch uint32
	kill  bool
	trial trial // of a loop that may spin
	sites []loopKind
	left  keys                         // runs in which a loop that was tried did not spin
	ids   [prim.MaxThreads + 1][]int32 // numbers of goroutines: by parent + 1, which child
	nids  int32
	race  raceState
	turns int   // of loops, since the last operation
	ticks int   // of the clock, since the body has ended
	held  int64 // time that has passed while somebody could go on

	places  []place
	nplaces int

	now    int64 // virtual time, nanoseconds since the run began
	looks  int64 // at the clock
	exact  bool  // which take no time
	timers []*timer
	late   []lateTick
	clock  *G // stands for the clock, once there is a timer
}

// New returns an executor of a body: it is called for every execution, in a
// controlled goroutine, and must do the same under the same schedule. name is that of
// the test.
//
//go:norace
func New(name string, body func()) *Exec {
	x := &Exec{body: body}
	x.Report.Name = name
	x.Names = x.names
	return x
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
	prim.Thread

	x     *Exec
	state gstate
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

// Exec is the run that the goroutine belongs to.
//
//go:norace
func (g *G) Exec() *Exec { return g.x }

// Execute implements [prim.Executor]. Only one execution may be under way in a
// process.
//
//go:norace
func (x *Exec) Execute(p *prim.Plan) (*prim.Execution, error) {
	if !active.CompareAndSwap(nil, x) {
		panic("exec: a controlled run is under way already")
	}
	defer active.Store(nil)
	if p.ConfirmSpins && !x.confirmed {
		x.confirmed = true
		x.forget()
	}
	x.plan = p
	before := RaceErrors()
	for x.End = prim.Again; x.End == prim.Again; {
		x.run()
	}
	x.Raced = RaceErrors() > before
	return &x.Execution, nil
}

//go:norace
func (x *Exec) run() {
	x.Reset()
	x.objs, x.Gs = x.objs[:0], x.Gs[:0]
	x.cur = nil
	x.kill = false
	x.trial.g = nil
	x.epoch = epochs.Add(1)
	x.nplaces = 0
	x.turns, x.ticks, x.held, x.looks = 0, 0, 0, 0
	x.late, x.exact = x.late[:0], false
	x.now, x.timers, x.clock = 0, x.timers[:0], nil
	x.player.Begin(x.plan, &x.Execution)
	g := x.newG(x.body)
	g.spawned()
	x.start(g)
	if x.End == prim.Done {
		x.next = x.pick()
	}
	for x.next != nil {
		n := x.next
		x.next = nil
		x.cur = n
		n.switchTo()
	}
	x.Timed = x.clock != nil
	x.Enabled = prim.Set{}
	for _, g := range x.Gs {
		if !g.Ended && x.enabled(g) {
			x.Enabled.Add(g.ID)
		}
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
	g.Op = prim.On(prim.OpNone, -1)
	g.Position = ""
	g.Woken, g.Joined, g.Daemon, g.Ended, g.dirty = false, false, false, false, false
	g.repeated = 0
	g.window = g.window[:0]
	g.fn = fn
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
		if id = x.nids; id == prim.MaxThreads {
			return false
		}
		x.nids++
		(*known)[child] = id
	}
	for len(x.Gs) <= int(id) {
		x.Gs = append(x.Gs, absentG)
		x.Threads = append(x.Threads, &absentG.Thread)
	}
	g.ID, g.kids = int(id), 0
	g.SpawnAt = int32(len(x.Events))
	x.Gs[id], x.Threads[id] = g, &g.Thread
	x.Spawned = append(x.Spawned, id)
	return true
}

// absentG fills the slots of Gs whose goroutine has not been spawned yet.
var absentG = &G{Thread: prim.Thread{Op: prim.On(prim.OpNone, -1), Parent: -1, Ended: true}}

// start runs a new or just woken goroutine until it announces its next operation.
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
		g.x.End = prim.TooManyThreads
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
	g.state, g.Ended = finished, true
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
				x.End, x.Panic, x.Where = prim.Panicked, r, g.ID
				if x.Position = ""; x.plan.Positions {
					x.Position = panicPlace()
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
func (g *G) announce(op prim.Op) bool {
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
func (g *G) execute(op prim.Op) bool {
	x := g.x
	if x.plan.Positions {
		g.Position = caller()
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
	x.Append(&g.Thread, &g.Op)
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
	x.End, x.Panic, x.Where = prim.Panicked, Fatal(message), g.ID
	g.stop()
}

// Fail ends the run: the body has reported a failure and goes no further.
//
//go:norace
func (g *G) Fail() {
	if !g.x.kill {
		g.x.End, g.x.Where = prim.Failed, g.ID
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
		if x.End != prim.Done {
			return nil
		}
		if t := x.trial.g; t != nil {
			if t.state == pending && x.enabled(t) {
				return t
			}
			x.leave() // it has ended, or waits for something else
			return nil
		}
		var enabled prim.Set
		all := true
		for i, g := range x.Gs {
			if g.state == pending && g != x.clock {
				all = false
				if x.enabled(g) {
					enabled.Add(i)
				}
			}
		}
		if enabled.Empty() {
			if all || x.daemonsOnly() {
				return nil
			}
			for i, g := range x.Gs {
				if g.state == pending && g.Op.Kind == prim.OpQuiet {
					enabled.Add(i)
				}
			}
		}
		if enabled.Empty() {
			if !x.timersLeft() {
				x.End = prim.Deadlock
				return nil
			}
			if x.bodyOver() {
				// What still lives on timers is no leak, and may go on for
				// ever.
				if x.ticks++; x.ticks > ticksAfter {
					return nil
				}
			}
			enabled = prim.Only(x.clock.ID)
		} else if early := x.early(); early >= 0 {
			enabled.Add(x.clock.ID)
		}
		if x.plan.Steps > 0 && len(x.Events) >= x.plan.Steps {
			x.End = prim.Bound
			return nil
		}
		i := x.player.Pick(enabled)
		if i < 0 {
			x.End = prim.Stopped
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

// enabled reports whether the operation the goroutine has announced can be
// executed now.
//
//go:norace
func (x *Exec) enabled(g *G) bool {
	return (!g.Op.Spin || g.changed()) && (g.Op.Kind.Always() || prim.Enabled(x, &g.Op, int32(g.ID)))
}

// State implements [prim.View].
//
//go:norace
func (x *Exec) State(obj int32) *prim.State { return &x.objs[obj].State }

// Woken implements [prim.View].
//
//go:norace
func (x *Exec) Woken(thread int32) bool { return x.Gs[thread].Woken }

// Due implements [prim.View].
//
//go:norace
func (x *Exec) Due(thread int32) bool { return x.now >= x.Gs[thread].wakeAt }

// last is the event under way.
//
//go:norace
func (x *Exec) last() *prim.Event { return &x.Events[len(x.Events)-1] }

// perform announces an operation of a kind and returns its event when it has taken
// effect; nil in a run that is over.
//
//go:norace
func (g *G) perform(k prim.Kind, h *Handle) *prim.Event {
	if !g.announce(prim.On(k, g.x.primitive(k, h))) {
		return nil
	}
	return g.x.apply()
}

// apply lets the event under way take effect on the state of its objects.
//
//go:norace
func (x *Exec) apply() *prim.Event {
	e := x.last()
	s := &x.objs[e.Op.Obj].State
	e.Op.Kind = prim.Refine(e.Op.Kind, s)
	prim.Apply(e.Op.Kind, s, e)
	if e.Op.Obj2 >= 0 {
		prim.Apply(e.Op.Kind.Info().Second, &x.objs[e.Op.Obj2].State, e)
	}
	return e
}

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

// cleanUp unwinds the goroutines left over and keeps the coroutines of the
// others.
//
//go:norace
func (x *Exec) cleanUp() {
	x.kill = true
	for _, g := range x.Gs {
		if g == x.clock || g == absentG {
			continue
		}
		g.fn = nil
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

// Go starts a goroutine: a controlled one in a controlled run.
func Go(fn func()) {
	if g := Current(); g != nil {
		g.Go(fn)
		return
	}
	image.Go(fn)
}

// daemonsOnly reports whether only goroutines are left that were there before the
// test.
//
//go:norace
func (x *Exec) daemonsOnly() bool {
	for _, g := range x.Gs {
		if g.state == pending && g != x.clock && !g.Daemon {
			return false
		}
	}
	return true
}

// ticksAfter is how often the clock may jump after the body has ended.
const ticksAfter = 16

// bodyOver reports whether the body has ended, and all that belongs to it.
//
//go:norace
func (x *Exec) bodyOver() bool {
	for _, g := range x.Gs {
		if (g.ID == 0 || g.Joined) && !g.Ended {
			return false
		}
	}
	return true
}

//go:norace
func realGoroutines() int { return runtime.NumGoroutine() }

// OnReach, if not nil, is told what a run reaches that is not controlled, before
// it does so.
var OnReach func(what string)

// Reach notes that the program reaches something that the run does not control.
//
//go:norace
func Reach(what string) {
	if underWay() == nil {
		image.Wait()
	}
	if x := underWay(); x != nil && !x.kill {
		for _, r := range x.Reached {
			if r == what {
				return
			}
		}
		x.Reached = append(x.Reached, what)
		if OnReach != nil {
			OnReach(what)
		}
	}
}

// idleTurns is how many loop iterations a select without ready cases counts as.
const idleTurns = 1000

// stopLooping ends a goroutine that goes on and on while it is unwound, in a
// deferred function.
//
//go:norace
func (x *Exec) stopLooping() {
	if x.turns > unwinding {
		x.turns = 0
		runtime.Goexit()
	}
}

// unwinding is how many turns of loops a goroutine may make while it is unwound.
const unwinding = 1_000_000
