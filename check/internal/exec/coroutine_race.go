//go:build race

package exec

import (
	"runtime"
	"unsafe"
)

// In a build with the race detector, goroutines are goroutines that hand on over
// channels, which the detector is told to ignore, as the accesses of this package
// are ignored (go:norace on every function of it). Instead it is told of exactly
// the edges of happens-before that the program's operations make, so that it
// finds in every execution the races which that execution has.
//
// What the search does is done by the goroutine that runs the run (the driver):
// it is asked to choose.

// raceWord is an address that the detector knows.
type raceWord struct{ _ uint64 }

// endless is how many turns of loops a goroutine may make without an operation: a
// turn takes longer here.
const endless = 20_000_000

// underWay is active.Load(), which the detector neither sees nor takes for
// synchronisation. A loop may call it so often that the detector would forget what
// the goroutine did before.
//
//go:norace
func underWay() *Exec { return *(**Exec)(unsafe.Pointer(&active)) }

type raceState struct {
	driver chan question
	answer int
	next   *G
	join   raceWord // released by all that give control away, acquired at the end
	nobody uintptr  // for the detector, the thread that does what the library does first; 0: none
	first  raceWord // released by that one
}

// edges are what orders a goroutine with others.
type edges struct {
	spawn raceWord // released by whoever spawns it
	wait  raceWord // released when it waits for a partner
	part  raceWord // released by the partner
	timer *timer   // that has started it; nil: none
}

// question is what a goroutine wants of the driver.
type question int8

const (
	goOn    question = iota // it gives control back
	pickOne                 // choose who executes next
	pickAlt                 // choose an outcome
)

// coroutine is a goroutine's end of the hand-offs.
type coroutine struct {
	in   chan struct{} // control comes
	back *G            // who has let it run; nil: the driver
	gone bool
	edges
}

//go:norace
func (g *G) create() {
	g.co.in = make(chan struct{}, 1)
	if g.x.race.driver == nil {
		g.x.race.driver = make(chan question, 1)
	}
	g.revive()
}

// revive gives it a goroutine: one of its own every time, so that a report says
// where it was started.
//
//go:norace
func (g *G) revive() {
	g.co.gone = false
	go g.thread()
}

//go:norace
func (g *G) thread() {
	defer g.vanish()
	g.self = self()
	if g.wait() {
		g.call()
		if !g.dead {
			g.goes()
		}
	}
}

// vanish is the last that it does. In a run that is over only the driver waits for that,
// and may have let another go: one that calls stop of [iter.Pull] while the iterator waits
// for an operation goes where next was called, and does not come back.
//
//go:norace
func (g *G) vanish() {
	g.co.gone = true
	if g.x.kill {
		g.co.back = nil
	}
	g.giveBack()
}

// wait returns when control comes; false, in a run that is over.
//
//go:norace
func (g *G) wait() bool {
	runtime.RaceDisable()
	<-g.co.in
	runtime.RaceEnable()
	g.takes()
	if g.x.kill {
		runtime.RaceAcquire(unsafe.Pointer(&g.x.race.join))
		return false
	}
	return true
}

// takes is called by the goroutine to which control has come.
//
//go:norace
func (g *G) takes() {
	if g != g.x.clock {
		actor(g.ID)
	}
}

//go:norace
func (g *G) giveBack() {
	actor(-1)
	runtime.RaceReleaseMerge(unsafe.Pointer(&g.x.race.join))
	runtime.RaceDisable()
	if b := g.co.back; b != nil {
		b.co.in <- struct{}{}
	} else {
		g.x.race.driver <- goOn
	}
	runtime.RaceEnable()
}

//go:norace
func (g *G) switchBack() bool {
	g.giveBack()
	return g.wait()
}

// handOn gives control to the goroutine that executes next, by way of the driver.
//
//go:norace
func (g *G) handOn() { g.switchBack() }

// switchTo is called by the driver, which then answers questions until control
// comes back.
//
//go:norace
func (g *G) switchTo() {
	x := g.x
	g.co.back = nil
	runtime.RaceDisable()
	g.co.in <- struct{}{}
	for {
		q := <-x.race.driver
		runtime.RaceEnable()
		asker := x.cur
		switch q {
		case goOn:
			return
		case pickOne:
			x.race.next = x.pick()
		case pickAlt:
			x.race.answer = x.player.Alt(x.race.answer)
		}
		runtime.RaceDisable()
		asker.co.in <- struct{}{}
	}
}

//go:norace
func (g *G) switchFrom(was *G) {
	if was == nil || was == g.x.clock {
		g.switchTo()
		return
	}
	g.co.back = was
	runtime.RaceDisable()
	g.co.in <- struct{}{}
	<-was.co.in
	runtime.RaceEnable()
	was.takes()
}

// ask asks the driver.
//
//go:norace
func (g *G) ask(q question) {
	runtime.RaceReleaseMerge(unsafe.Pointer(&g.x.race.join))
	runtime.RaceDisable()
	g.x.race.driver <- q
	<-g.co.in
	runtime.RaceEnable()
	g.takes()
}

//go:norace
func (x *Exec) choose() *G {
	x.cur.ask(pickOne)
	return x.race.next
}

//go:norace
func (x *Exec) chooseAlt(n int) int {
	x.race.answer = n
	x.cur.ask(pickAlt)
	return x.race.answer
}

//go:norace
func (g *G) end() {
	if !g.co.gone {
		g.switchTo()
	}
}

//go:norace
func (g *G) spawned() {
	g.co.timer = nil
	runtime.RaceRelease(unsafe.Pointer(&g.co.spawn))
}

//go:norace
func (g *G) ticked(t *timer) { g.co.timer = t }

// begin is called when it begins.
//
//go:norace
func (g *G) begin() {
	if t := g.co.timer; t != nil {
		runtime.RaceAcquire(unsafe.Pointer(t))
		return
	}
	runtime.RaceAcquire(unsafe.Pointer(&g.co.spawn))
}

// joined is called by the driver when the run is over.
//
//go:norace
func (x *Exec) joined() {
	runtime.RaceAcquire(unsafe.Pointer(&x.race.join))
	if r := &x.race; r.nobody != 0 {
		runtime.RaceAcquire(unsafe.Pointer(&r.first))
		nobodyEnds(r.nobody)
		r.nobody = 0
	}
}

// loosen is called by the driver at the beginning of a loose execution.
//
//go:norace
func (r *raceState) loosen() { r.nobody = nobody() }

// apart has the goroutine be nobody, for the detector, until what it returns is called. It
// knows then of all that nobody has done, and nobody knows of what it has done.
//
//go:norace
func (r *raceState) apart() (done func()) {
	was, ok := become(r.nobody)
	if !ok {
		return nil
	}
	return func() {
		runtime.RaceReleaseMerge(unsafe.Pointer(&r.first))
		become(was)
		runtime.RaceAcquire(unsafe.Pointer(&r.first))
	}
}

// timerSet is called when a timer is set: whoever does that comes before what the timer
// starts, and before who receives what it sends. That another timer was set does not, though
// it may have been long before.
//
//go:norace
func (x *Exec) timerSet(t *timer) {
	switch {
	case x.cur == nil || x.cur == x.clock:
	case t.ch != nil:
		runtime.RaceReleaseMerge(address(&t.ch))
	default:
		runtime.RaceReleaseMerge(unsafe.Pointer(t))
	}
}

// timerFired is called when what a timer has sent on a channel is received.
//
//go:norace
func (x *Exec) timerFired(ch unsafe.Pointer) { runtime.RaceAcquire(ch) }

// waits is called when it begins to wait for a partner, greet by the partner who
// comes, before it touches what the two exchange, parts after that, and goesOn
// when the wait is over.
//
//go:norace
func (g *G) waits() { runtime.RaceRelease(unsafe.Pointer(&g.co.wait)) }

//go:norace
func (g *G) greet(w *G) { runtime.RaceAcquire(unsafe.Pointer(&w.co.wait)) }

//go:norace
func (g *G) parts(w *G) { runtime.RaceRelease(unsafe.Pointer(&w.co.part)) }

//go:norace
func (g *G) goesOn() {
	if g.met.ok {
		runtime.RaceAcquire(unsafe.Pointer(&g.co.part))
	}
}
