//go:build !race

package exec

import (
	"iter"
	"unsafe"
)

// Goroutines are coroutines: a switch costs a tenth of what one over channels
// does. In a build with the race detector that would hide every race, for a
// switch is an order of all before it and all after; see coroutine_race.go.

// endless is how many turns of loops a goroutine may make without an operation.
const endless = 200_000_000

// underWay is the run under way in this process, nil if there is none.
func underWay() *Exec { return active.Load() }

type coroutine struct {
	resume func() (struct{}, bool)
	yield  func(struct{}) bool
	lets   bool // it lets another run, and waits for control to come back
}

// create makes the coroutine.
func (g *G) create() {
	g.co.resume, _ = iter.Pull(func(yield func(struct{}) bool) {
		g.co.yield = yield
		g.body()
	})
}

// revive makes it ready for another function.
func (g *G) revive() {}

// switchTo lets it run until it switches back: called by whoever runs the run.
func (g *G) switchTo() { g.co.resume() }

// switchFrom is switchTo, called by that goroutine, or by whoever runs the run
// if it is nil or the clock.
func (g *G) switchFrom(*G) { g.co.resume() }

// switchBack gives control back to whoever let it run. It returns when it is let
// run again.
func (g *G) switchBack() bool { return g.co.yield(struct{}{}) }

// handOn gives control to the goroutine that executes next, and returns when that is
// this one. It lets the other run itself where it can, which takes one switch; by way
// of the driver it takes two. The other may wait for control to come back, having let
// this one run, perhaps through others: then each gives it back in turn. So no more
// switches are made than by way of the driver, however many wait.
func (g *G) handOn() {
	x := g.x
	for x.next != g {
		n := x.next
		if n == nil || n.co.lets {
			g.switchBack()
			return
		}
		x.next, x.cur = nil, n
		g.co.lets = true
		n.co.resume()
		g.co.lets = false
	}
	x.next, x.cur = nil, g
}

// end unwinds it, in a run that is over.
func (g *G) end() {
	// Goexit in a coroutine ends whoever resumes it.
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.co.resume()
	}()
	<-done
}

// choose is pick, wherever it is called.
func (x *Exec) choose() *G { return x.pick() }

// chooseAlt asks the chooser.
func (x *Exec) chooseAlt(n int) int { return x.player.Alt(n) }

type (
	raceState struct{}
)

// The edges of the program's happens-before order; see coroutine_race.go.

func (g *G) spawned()                     {}
func (g *G) ticked(*timer)                {}
func (g *G) begin()                       {}
func (x *Exec) joined()                   { x.race = raceState{} }
func (r *raceState) loosen()              {}
func (r *raceState) apart() (done func()) { return nil }
func (x *Exec) timerSet(*timer)           {}
func (x *Exec) timerFired(unsafe.Pointer) {}
func (g *G) waits()                       {}
func (g *G) greet(*G)                     {}
func (g *G) parts(*G)                     {}
func (g *G) goesOn()                      {}
