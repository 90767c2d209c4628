package exec

import (
	"runtime"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// G is a controlled goroutine.
type G struct {
	prim.Thread

	x     *Exec
	state gstate
	fn    func()
	act   func(g *G) // of a thread that has no goroutine: it executes its operation
	fires *timer     // which it does then
	stops int        // of this timer, when the thread was made
	co    coroutine
	dead  bool    // its coroutine cannot be used again
	self  uintptr // the runtime's goroutine that executes it, 0 if that is not known

	window   []reading   // reads since it last did anything else
	loop     []reading   // what the loop reads that it waits in
	reading  site        // of the read under way, if it is known
	out      out         // what its next select leaves out
	cut      cut         // with the loop that it waits in
	ahead    int         // rounds of its loop that come before it does something else
	handed   bool        // a select that waits has been handed something: see hands
	nilCases []int       // of the select under way, if it is recorded
	rounds   []loopTurns // of loops that count their rounds
	loops    []loopTurns
	left     []leftBehind

	lapses
	wakeAt int64
	sleeps timer
	met    waiting // of a send, receive or select that waited: what it got

	life
}

// crowd is told who comes and who goes: see counted.go.
var crowd struct{ changes, comes, gone func(g *G) }

// life is what a goroutine begins with anew in every execution.
type life struct {
	// forbidden, if not nil, is what the program dies of if the goroutine ends by
	// runtime.Goexit: a Fatal when all have ended, anything else at once.
	forbidden any

	coming   bool // a timer has started it, and it is not counted yet
	going    bool // it has returned, and is counted still
	dirty    bool
	repeated int    // reads that repeated earlier ones, in a row
	kept     uint64 // how often it has written what loops leave behind

	past    uint64 // what it has done and knows, as a hash: see learns
	turnsAt string // the place of the loop that it goes round
	turned  string // place of a loop that counts its rounds, since the last read

	yielded   int   // events when it last let others go on
	idle      int   // how often it has done that without doing anything else
	looks     int   // at the clock, since it last did anything but read
	looksFrom int64 // when these began
	polls     bool  // it sleeps between them
	had       int   // what these were before the operation under way, which may only read
	hadPolled bool
	roused    bool // and something has happened
	looked    bool // at the clock, since it last let others go on

	timers  int // it has set
	private any
	ways    int   // which its choices have had together
	kids    int32 // goroutines it has spawned
	bubble  int32 // that it is in, 0: none
	making
}

// lapses is what a goroutine has done since its last operation: see lapse.
type lapses struct {
	paused int      // how often it has let others go on
	after  int32    // how many events it had when it last did
	calls  int      // of lapse since
	sites  []uint32 // where
}

type gstate uint8

const (
	absent  gstate = iota // not spawned in this run, or not yet
	eager                 // runs up to its next operation, for whoever let it go on
	pending               // has announced an operation
	running
	finished
)

// Parents reports whether it has started others.
//
//go:norace
func (g *G) Parents() bool { return g != nil && g.kids > 0 }

// Begot is how many it has started, and those have.
//
//go:norace
func (g *G) Begot() (n int) {
	for _, o := range g.x.Gs {
		for p := o; p.Parent >= 0; p = g.x.Gs[p.Parent] {
			if int(p.Parent) == g.ID {
				n++
				break
			}
		}
	}
	return n
}

// Outlived reports whether one lives that it has started, or that one of those has.
//
//go:norace
func (g *G) Outlived() bool {
	for _, o := range g.x.Gs {
		for p := o; !o.Ended && p.Parent >= 0; p = g.x.Gs[p.Parent] {
			if int(p.Parent) == g.ID {
				return true
			}
		}
	}
	return false
}

// LastOn reports whether the last event of the run is one of the goroutine, on what lies
// at the address. That gets no number by being asked for: objects have those of the
// operations on them, and who asks may do so in the first run only.
//
//go:norace
func (g *G) LastOn(p unsafe.Pointer) bool {
	n := len(g.x.Events)
	if n == 0 || g.x.Events[n-1].G != int32(g.ID) {
		return false
	}
	obj := g.x.Events[n-1].Op.Obj
	return obj >= 0 && g.x.objs[obj].p == p
}

// ForbidGoexit has the program die if the goroutine ends by runtime.Goexit: with a
// panic at once, or of an error that is [Fatal] when all goroutines have ended; nil
// allows it again.
//
//go:norace
func (g *G) ForbidGoexit(with any) { g.forbidden = with }

// Exec is the run that the goroutine belongs to.
//
//go:norace
func (g *G) Exec() *Exec { return g.x }

// Go starts a goroutine: a controlled one in a controlled run.
func Go(fn func()) {
	if g := Current(); g != nil {
		if fn == nil {
			g.die("go of nil func value")
		}
		if follow := g.x.follow; follow != nil {
			fn = follow(fn)
		}
		g.Go(fn)
		return
	}
	image.Go(fn)
}

// Follow has each function that a go statement calls, in the rest of the run, replaced by
// what follow makes of it.
//
//go:norace
func (x *Exec) Follow(follow func(fn func()) func()) { x.follow = follow }

// newG makes a goroutine, nil if too many live: the one of the pool, too, has begun to
// wait for control when it is revived.
//
//go:norace
func (x *Exec) newG(fn func()) *G {
	if x.full() {
		return nil
	}
	var g *G
	if n := len(x.pool); n > 0 {
		g = x.pool[n-1]
		x.pool = x.pool[:n-1]
		g.revive()
	} else {
		g = &G{x: x}
		g.create()
	}
	g.Thread = prim.Thread{Op: prim.On(prim.OpNone, -1), Parent: -1, Daemon: x.disowned || x.exited}
	g.life = life{}
	g.lapses = lapses{sites: g.sites[:0]}
	g.window, g.loop, g.loops, g.rounds, g.left = g.window[:0], g.loop[:0], g.loops[:0], g.rounds[:0], g.left[:0]
	g.out, g.cut, g.ahead, g.handed = out{}, cut{}, 0, false
	g.fn = fn
	if x.cur != nil {
		g.Parent, g.bubble = int32(x.cur.ID), x.cur.bubble
	}
	x.number(g)
	return g
}

// full reports whether as many goroutines live as may.
//
//go:norace
func (x *Exec) full() bool {
	limit := x.plan.Threads
	if limit == 0 {
		limit = prim.MaxThreads
	}
	return x.live == limit
}

// number gives a goroutine its number: that of the same child of the same parent
// in all runs.
//
//go:norace
func (x *Exec) number(g *G) {
	x.live++
	child := 0
	if g.Parent >= 0 {
		p := x.Gs[g.Parent]
		child = int(p.kids)
		p.kids++
	} else if g == x.clock {
		child = 1
	}
	for len(x.ids) <= int(g.Parent+1) {
		x.ids = append(x.ids, nil)
	}
	known := &x.ids[g.Parent+1]
	for len(*known) <= child {
		*known = append(*known, -1)
	}
	id := (*known)[child]
	if id < 0 {
		id = x.nids
		x.nids++
		(*known)[child] = id
	}
	for len(x.Gs) <= int(id) {
		x.Gs = append(x.Gs, absentG)
		x.Threads = append(x.Threads, &absentG.Thread)
	}
	g.ID = int(id)
	g.past = mix(0, uint64(child))
	if g.Parent >= 0 {
		g.past = mix(x.Gs[g.Parent].past, uint64(child))
	}
	g.SpawnAt = int32(len(x.Events))
	x.Gs[id], x.Threads[id] = g, &g.Thread
	x.Spawned = append(x.Spawned, id)
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
	crowd.changes(g)
	n := g.x.newG(fn)
	if n == nil {
		g.x.End = prim.TooManyThreads
		g.stop()
	}
	if g.x.plan.Details {
		n.Started, n.Stack = caller(), stack()
	}
	n.spawned()
	if Race {
		g.reports() // what it has accessed so far: the new one runs before its next operation
	}
	g.x.start(n)
	return n
}

// body is the coroutine of a goroutine: it runs one function after another.
//
//go:norace
func (g *G) body() {
	g.self = self()
	for {
		g.call()
		if g.dead {
			return
		}
		g.goes()
		if g.dead || !g.switchBack() {
			return
		}
	}
}

// leave marks the goroutine finished and hands on.
//
//go:norace
func (g *G) leave() {
	if Race {
		g.reports()
		g.settles()
	}
	x := g.x
	if x.kill {
		// A coroutine of the program's has let it go on, in another of which its own
		// operation may still wait.
		g.dead = true
		return
	}
	if x.plan.Details {
		looks(x)
	}
	was := g.state
	g.state, g.Ended, g.Before = finished, true, len(x.Events)
	x.live--
	if was != eager {
		x.next = x.choose()
	}
}

//go:norace
func (g *G) call() {
	normal := false
	defer g.ends(&normal)
	g.begin()
	crowd.comes(g)
	if g.ID == 0 && g.x.plan.Elapses {
		elapses(g)
	}
	if !g.x.plan.Late || g.ID == 0 || g.announce(prim.On(prim.OpBegin, -1)) {
		g.fn()
	}
	normal = true
}

// elapses has time pass in a run whose plan says so; see slow.go.
var elapses func(*G)

// ends is deferred by what calls the goroutine's function. It is no function literal: the
// race detector would see that two write here whose functions panic.
//
//go:norace
func (g *G) ends(normal *bool) {
	if *normal {
		return
	}
	g.dead = true
	r := recover()
	if r == nil && !g.x.kill && !Goexits() {
		r = "nil" // as modules for Go before 1.21 may
	}
	if r != nil {
		if x := g.x; !x.kill {
			x.End, x.Panic, x.Where = prim.Panicked, r, g.ID
			x.Internal = internalError(r)
			if x.Position = ""; x.plan.Details {
				x.Position, x.Calling = panicPosition(), stack()
				var buf [8192]byte
				x.Stack = string(buf[:runtime.Stack(buf[:], false)])
			}
			// It may have panicked in a Goexit, which goes on: it is held here, too.
			g.leave()
			g.switchBack()
		}
		return
	}
	// Goexit. The coroutine cannot be stopped from ending, so it is
	// held here; see cleanUp.
	if g.x.kill {
		return
	}
	if f, ok := g.forbidden.(Fatal); ok {
		g.x.abandoned = f
	} else if g.forbidden != nil {
		g.x.End, g.x.Panic, g.x.Where = prim.Panicked, g.forbidden, g.ID
	} else {
		crowd.gone(g)
	}
	g.leave()
	g.switchBack()
}

// goes is the end of a goroutine.
//
//go:norace
func (g *G) goes() {
	crowd.gone(g)
	g.leave()
}

// announce makes op the goroutine's next operation and returns when it is to be
// executed. It returns false if the run is over and the operation must do
// nothing.
//
//go:norace
func (g *G) announce(op prim.Op) bool {
	x := g.x
	if g.unwound() {
		return false
	}
	if x.trial.g == g {
		g.leaves()
	}
	g.acts()
	return g.execute(op)
}

//go:norace
func (g *G) execute(op prim.Op) bool {
	x := g.x
	if Race {
		g.reports()
		g.settles()
	}
	if x.plan.Details {
		looks(x)
		g.Position = caller()
		g.Detail = &prim.Detail{Stack: stack(), Position: g.Position}
		if op.Kind == prim.OpSelect || op.Kind == prim.OpSelectGo {
			g.Detail.Nil = g.nilCases
		}
	}
	op.Ordered = x.plan.OrderSums && op.Kind.Adds()
	g.Op = op
	if g.state == eager {
		g.state = pending
		g.switchBack()
	} else {
		g.state = pending
		n := x.choose()
		if n != g {
			x.next = n
			g.handOn()
		}
	}
	if x.kill {
		runtime.Goexit()
	}
	g.state = running
	x.turns = 0
	x.serve(g)
	if d := g.Detail; d != nil {
		d.Time = x.now
		announced := op // so that op itself stays on the stack
		finds(x, d, &announced)
	}
	if g.ID == 0 {
		x.Waited = 0
	}
	if e := x.Append(&g.Thread, &g.Op); x.pasts {
		g.learns(e)
	}
	if op.Kind.Last() {
		x.endPhase()
	}
	if op.Obj >= 0 && op.Kind.Writes() {
		x.objs[op.Obj].version++
	}
	if x.bubbles.n > 0 {
		announced := op // so that op itself stays on the stack
		crosses(g, &announced)
	}
	return true
}

// reports notes that it is this goroutine whose access the race detector has reported, if
// there is a report: nobody else has run since its last operation.
//
//go:norace
func (g *G) reports() {
	if x := g.x; x.Racer < 0 && RaceErrors() > x.reported {
		x.Racer, x.RacerSeq = g.ID, int(g.Seq)
	}
}

// detail is what is kept of the operation under way; nil if nothing is.
//
//go:norace
func (g *G) detail() *prim.Detail {
	if g.x.trial.g == g {
		return nil // there is no event
	}
	return g.Detail
}

// learns adds an event to the past of its goroutine.
//
//go:norace
func (g *G) learns(e *prim.Event) {
	x := g.x
	h := mix(mix(g.past, uint64(e.Op.Kind)), uint64(x.now))
	if e.Op.Obj >= 0 {
		h = x.objs[e.Op.Obj].learns(h, e.Op.Kind)
	}
	if e.Op.Obj2 >= 0 {
		h = x.objs[e.Op.Obj2].learns(h, e.Op.Kind.Info().Second)
	}
	if e.Op.Kind == prim.OpSelect || e.Op.Kind == prim.OpSelectGo {
		for _, o := range e.Op.Reads() {
			h = x.objs[o].learns(h, e.Op.Kind)
		}
	}
	g.past = h
}

// wake notes that the last event lets a goroutine go on.
//
//go:norace
func (x *Exec) wake(w int32) {
	x.Wake(w)
	x.Gs[w].past = mix(x.Gs[w].past, x.Gs[x.last().G].past)
}

// Private is whatever the owner of the goroutine keeps there for the run.
//
//go:norace
func (g *G) Private() any { return g.private }

// SetPrivate sets what [G.Private] returns.
//
//go:norace
func (g *G) SetPrivate(v any) { g.private = v }
