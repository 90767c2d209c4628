package exec

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// What a run that keeps details notes of each operation is set by watch.go: it needs all
// the rest of the package.
var (
	looks    func(x *Exec) // before the next one is announced, and at the ends of goroutines and of the run
	finds    func(x *Exec, d *prim.Detail, op *prim.Op)
	resolves func(x *Exec) // at the end
)

// crosses, set by bounds.go, is told what has been executed since there is a bubble.
var crosses func(g *G, op *prim.Op)

// Exec is a controlled run: goroutines that execute one at a time, in an order
// that a chooser picks. It is reused from run to run; one goroutine uses it.
type Exec struct {
	prim.Execution
	objects
	Gs []*G // by number; 0 is the body
	// AtEnd, if not nil, is called when a run is over, before the goroutines that it
	// has left are unwound.
	AtEnd func()
	// Tests: the body is a test, and the goroutine that runs the tests waits for it.
	Tests bool
	// Beside says that goroutines which the run does not control may use what it could
	// control: it is none of what the run does.
	Beside bool

	body      func()
	plan      *prim.Plan
	reported  int // data races before the execution
	player    prim.Player
	confirmed bool // loops are watched for longer; see [prim.Plan] ConfirmSpins

	pool  []*G
	sites []loopKind
	left  keys // pasts of goroutines whose loop, when it was tried, did not spin
	spun  keys // and of those whose did
	// doubted are those of whose loops it is to be made sure that they do, and certain those
	// of whose it is.
	doubted, certain keys
	long             []longTrial // those that came to an end
	pasts            bool        // these are kept
	ids              [][]int32   // numbers of goroutines: by parent + 1, which child
	nids             int32
	race             raceState
	libraryLocks
	driver   uintptr       // the runtime's goroutine that makes the executions
	trial    trial         // of a loop that may spin
	found    []string      // loops that the suspect has been in since it was suspected
	rings    []string      // loops in which a goroutine alone has gone round for ever
	shared   []string      // what of tests others than their own goroutines have to do with: see Share
	loud     []prim.Origin // of channels that are not quiet
	sure     string        // where rounds end of which it is sure that they are the same for ever
	numbered []any         // values: see Number

	bubbles    bubbles
	origins    origins
	timers     timers
	timerChans keys     // addresses of the channels of timers
	due        []*timer // see fall
	idle       []*timer
	clock      *G       // stands for the clock, once there is a timer
	elapse     timer    // see timePasses
	others     prim.Set // who could go on instead of the clock, when it last did

	became           []became // see first
	follows, reached []bool   // see followers

	anew
}

// anew is what every run begins with anew.
type anew struct {
	cur    *G
	next   *G
	kill   bool
	ending *G  // that is being unwound
	live   int // goroutines that have not ended
	queued int // goroutines that were seen to wait for channels with a buffer

	looker   *G    // has looked at the clock last
	lookedAt int64 // and when

	suspect *G     // may be in a loop that waits
	alone   bool   // and nobody else is there
	period  period // at moments at which all who could go on let the others go first
	ticking period // at jumps of the clock
	circles bool   // the suspect goes round for ever
	ticked  int    // events when the clock last jumped
	turns   int    // of loops, since the last operation
	ticks   int    // of the clock, since the body has ended
	endedAt int64  // what the clock showed then, -1 as long as nobody has asked
	held    int64  // time that has passed while somebody could go on
	// abandoned is what the program dies of when all have ended: main has not returned.
	abandoned Fatal
	exited    bool // a goroutine other than that of main has ended the program
	quit      bool // main has, by a call of os.Exit

	watch  watch
	now    int64 // virtual time, nanoseconds since the run began
	looks  int64 // at the clock
	hidden int64 // how much of the time is in bubbles only

	disowned bool                   // see Disown
	Settling bool                   // see Settle
	follow   func(fn func()) func() // see Follow

	phase    int // operations that waited until nobody could go on, since the clock last did not wait for that
	advanced int // how often it did not
}

// New returns an executor of a body: it is called for every execution, in a
// controlled goroutine, and must do the same under the same schedule. name is that of
// the test.
//
//go:norace
func New(name string, body func()) *Exec {
	x := &Exec{body: body}
	x.Report.Name = name
	x.Names = func(to []prim.Name) []prim.Name { return x.objects.names(to, &x.origins) }
	x.Calls = calls
	x.objects.log = &x.Execution
	x.objects.clock = unsafe.Pointer(&x.clock)
	return x
}

// astray reports whether the run is given up for what a replay knows: see quiet.go.
var astray func(x *Exec) bool

// signalled reports whether somebody who waits would go on with a signal: see notify.go.
var signalled func(x *Exec) bool

// active is the run under way in this process, nil if there is none.
var active atomic.Pointer[Exec]

// Current returns the controlled goroutine that is executing, nil outside a
// controlled run and for a goroutine that the run does not control, which is noted.
//
//go:norace
func Current() *G {
	x := underWay()
	if x == nil {
		return nil
	}
	if g := x.cur; g == nil || g.self == self() || !x.strange(meetStranger) {
		return g
	}
	return nil
}

// Controlled is [Current], for what the run does not control anyway: nothing is noted.
//
//go:norace
func Controlled() *G {
	x := underWay()
	if x == nil {
		return nil
	}
	if g := x.cur; g == nil || g.self == self() || !x.strange(nil) {
		return g
	}
	return nil
}

// strange reports whether the goroutine that executes belongs neither to the run nor
// to what explores. A coroutine belongs to whoever resumes it. note, if not nil, is
// told the function with which the goroutine was started.
//
//go:norace
func (x *Exec) strange(note func(pc uintptr)) bool {
	id := self()
	if id == x.driver {
		return false
	}
	for _, g := range x.Gs {
		if g.self == id {
			return false
		}
	}
	for _, g := range x.pool {
		if g.self == id {
			return false
		}
	}
	yes, pc := stranger()
	if yes && note != nil {
		note(pc)
	}
	return yes
}

// Alone reports whether no goroutine has been started yet but the body.
//
//go:norace
func (x *Exec) Alone() bool { return len(x.Spawned) < 2 }

// Several reports whether any run has had another goroutine than the body.
//
//go:norace
func (x *Exec) Several() bool { return x.nids > 1 }

// Goroutines is how many goroutines the runs have had, the body among them.
//
//go:norace
func (x *Exec) Goroutines() int { return int(x.nids) }

// Blocked reports whether, at the end of the last run, a goroutine could not go on.
//
//go:norace
func (x *Exec) Blocked(id int) bool {
	g := x.Gs[id]
	return !g.Ended && g.state == pending && !x.Enabled.Has(id)
}

// Run tells the runs of the process apart.
//
//go:norace
func (x *Exec) Run() uint32 { return x.objects.epoch }

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
	x.know(p.Waits)
	ids, nids := x.ids, x.nids
	if p.Anew {
		x.ids, x.nids = nil, 0
	}
	x.driver = self()
	if x.objects.epoch%64 == 0 && runtime.GOMAXPROCS(0) == 1 {
		// Coroutines are switched without the scheduler. Where there is no other
		// processor, the garbage collector then gets no turn to finish marking, and the
		// write barrier stays on: a tenth of the time of short executions.
		runtime.Gosched()
	}
	x.reported, x.Racer = RaceErrors(), -1
	for x.End = prim.Again; x.End == prim.Again; {
		x.run()
	}
	if p.Anew && nids > 0 {
		x.ids, x.nids = ids, nids
	}
	x.Raced, x.Published = RaceErrors() > x.reported, atomicsMet()
	for _, what := range takeStrangers() {
		if !x.Beside {
			x.Reach(what)
		}
	}
	return &x.Execution, nil
}

//go:norace
func (x *Exec) run() {
	x.Reset()
	x.anew, x.clock = anew{endedAt: -1}, nil
	x.Gs, x.found, x.Variables = x.Gs[:0], x.found[:0], x.Variables[:0]
	x.trial.g = nil
	clear(x.numbered)
	x.numbered = x.numbered[:0]
	x.objects.begin()
	x.timers.clear()
	x.timerChans.clear()
	x.bubbles.begin()
	x.origins.begin()
	x.player.Begin(x.plan, &x.Execution)
	x.libraryLocks.n = 0
	atomicsBegin(x.plan.Loose == prim.LooseAtomics)
	g := x.newG(x.body)
	if x.plan.Loose != prim.Strict {
		x.race.loosen()
	}
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
	if x.End == prim.Done && x.abandoned != "" && !x.exited && x.live == 0 {
		x.End, x.Panic, x.Where = prim.Panicked, x.abandoned, 0
	}
	if x.plan.Details {
		looks(x)
		resolves(x)
	}
	x.Timed = x.clock != nil
	x.Enabled = prim.RoomFor(len(x.Gs))
	for _, g := range x.Gs {
		if !g.Ended && x.enabled(g) {
			x.Enabled.Put(g.ID)
		}
	}
	x.over()
	x.cleanUp()
	x.objects.end()
}

// pick returns the goroutine that executes its operation next, nil at the end.
//
//go:norace
func (x *Exec) pick() *G {
	for {
		if x.circles {
			x.circle(&x.period)
		}
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
		if g := x.chosen(); g != nil {
			return g
		}
		if astray(x) {
			return nil
		}
		enabled := prim.RoomFor(len(x.Gs))
		all, nobody := true, true
		for i, g := range x.Gs {
			if g.state == pending && g != x.clock {
				all = all && g.Clock
				if x.enabled(g) {
					if !nobody {
						x.mayDiffer()
					}
					nobody = false
					enabled.Put(i)
				}
			}
		}
		free := x.passes()
		if nobody && !free {
			if all || x.daemonsOnly() {
				return nil
			}
			x.come()
			first, some := x.yields()
			if first != nil {
				if x.bodyOver() && x.livesOn(x.now) {
					x.End = prim.LivesOn
					return nil
				}
				enabled.Add(first.ID)
				if !x.timersLeft() && x.sameForEver(&x.period, first.turnsAt, first) {
					x.circle(&x.period)
					return nil
				}
			}
			for i, g := range x.Gs {
				if !some && g.state == pending && g.Op.Kind == prim.OpQuiet && !x.stalled(g.bubble) {
					enabled.Add(i)
				}
			}
		}
		if x.others = enabled; nobody && !free && enabled.Empty() {
			if !x.timersLeft() || x.frozen() {
				if x.doubts() {
					x.End = prim.Again
					return nil
				}
				if x.End, x.Signalled = prim.Deadlock, signalled(x); x.unsure() {
					x.End, x.Doubtful = prim.Bound, true
				}
				x.stall()
				return nil
			}
			if x.bodyOver() {
				if x.livesOn(x.dueAt()) {
					x.End = prim.LivesOn
					return nil
				}
			} else if x.sameForEver(&x.ticking, "the clock", x.clock) {
				x.circle(&x.ticking)
				return nil
			}
			enabled = prim.Only(x.clock.ID)
		} else if free || x.soon() >= 0 {
			enabled.Add(x.clock.ID)
		}
		if x.outOfTime(len(x.Events)) {
			x.End = prim.OutOfTime
			return nil
		}
		if x.plan.Steps > 0 && len(x.Events) >= x.plan.Steps && !x.runsOn() {
			if x.End == prim.Done {
				x.End, x.Signalled = prim.Bound, signalled(x)
			}
			return nil
		}
		i := x.player.Pick(&enabled)
		if i < 0 {
			x.End = prim.Stopped
			return nil
		}
		if !enabled.Has(i) {
			panic(fmt.Sprintf("sched: goroutine %d was picked and is not enabled", i))
		}
		g := x.Gs[i]
		if g.act == nil {
			return g
		}
		g.act(g)
	}
}

// outOfTime reports whether the time of the plan is over. It looks at the clock now and
// then: n counts what is done between two looks.
//
//go:norace
func (x *Exec) outOfTime(n int) bool {
	const every = 1024
	return n%every == every-1 && !x.plan.Until.IsZero() && time.Now().After(x.plan.Until)
}

// chosen is the goroutine that the plan has executed next, if it can be: who else could
// go on need not be known then. It is nil where that counts.
//
//go:norace
func (x *Exec) chosen() *G {
	i := x.player.Chosen()
	if i < 0 || i >= len(x.Gs) || x.plan.Steps > 0 && len(x.Events) >= x.plan.Steps {
		return nil
	}
	if g := x.Gs[i]; g.state == pending && g.act == nil && x.enabled(g) {
		return g
	}
	return nil
}

// enabled reports whether the operation the goroutine has announced can be
// executed now.
//
//go:norace
func (x *Exec) enabled(g *G) bool {
	op := &g.Op
	if op.Spin && !g.changed() {
		return false
	}
	if !op.Kind.Always() {
		if in := op.Kind.EnabledIn(); in != nil {
			if !in(&x.objs[op.Obj].State) {
				return false
			}
		} else if !prim.Enabled(x, op, int32(g.ID)) {
			return false
		}
	}
	return x.queued == 0 || !x.overtakes(g)
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
func (x *Exec) Due(thread int32) bool {
	g := x.Gs[thread]
	return x.now >= g.wakeAt && g.sleeps.heap == 0
}

// daemonsOnly reports whether only goroutines are left that were there before the
// test, or whose wait the end of the program explains.
//
//go:norace
func (x *Exec) daemonsOnly() bool {
	for _, g := range x.Gs {
		if x.excused(g) {
			g.Daemon = true
		}
		if g.state == pending && g != x.clock && !g.Daemon {
			return false
		}
	}
	return true
}

// bodyOver reports whether the body has ended, and all that belongs to it; or the
// program has.
//
//go:norace
func (x *Exec) bodyOver() bool {
	if x.exited {
		return true
	}
	for _, g := range x.Gs {
		if (g.ID == 0 || g.Joined) && !g.Ended {
			return false
		}
	}
	return true
}

// last is the event under way.
//
//go:norace
func (x *Exec) last() *prim.Event { return &x.Events[len(x.Events)-1] }

// come notes, when nobody can go on, who has come to wait for a channel with a
// buffer.
//
//go:norace
func (x *Exec) come() {
	if Seeded == SeedQueue {
		return
	}
	for _, g := range x.Gs {
		if g.state != pending || g.Since != 0 {
			continue
		}
		if _, _, i := g.Op.Queue(0); i >= 0 {
			g.Since = int32(len(x.Events)) + 1
			x.queued++
			x.Queued = true
		}
	}
}

// serve takes a goroutine that goes on out of those that were seen to wait.
//
//go:norace
func (x *Exec) serve(g *G) {
	if g.Since != 0 {
		x.queued--
	}
}

// overtakes reports whether the operation of g would overtake a goroutine that was
// seen to wait for the same channel before, and can go on now.
//
//go:norace
func (x *Exec) overtakes(g *G) bool {
	for _, w := range x.Gs {
		if w.state != pending || !prim.Earlier(w.Since, g.Since) {
			continue
		}
		for ch, send, i := w.Op.Queue(0); i >= 0; ch, send, i = w.Op.Queue(i) {
			if g.Op.Names(ch) && prim.Overtakes(&g.Op, send, ch, &x.objs[ch].State) {
				return true
			}
		}
	}
	return false
}
