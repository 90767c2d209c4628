package exec

import (
	"runtime"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// idleTurns is what a select counts that does nothing: it takes its time.
const idleTurns = 1000

// Loop is called in every turn of a loop that may go on for ever. A goroutine
// that makes too many without an operation ends the run.
//
//go:norace
func Loop() {
	if x := underWay(); x != nil {
		x.loop()
		return
	}
	image.Turn()
}

//go:norace
func (x *Exec) loop() {
	x.turns++
	if x.kill {
		x.stopLooping()
		return
	}
	if x.turns > endless && x.cur != nil {
		g := x.cur
		x.End, x.Where = prim.Endless, g.ID
		g.Pos = caller()
		x.Place = g.Pos
		g.stop()
	}
}

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

// NumGoroutine is runtime.NumGoroutine: in a controlled run, of that run.
//
//go:norace
func NumGoroutine() int {
	x := underWay()
	if x == nil {
		return realGoroutines()
	}
	n := 0
	for _, g := range x.Gs {
		if !g.Ended && g != x.clock {
			n++
		}
	}
	return n
}

// Gone ends the goroutine if the run is over: a select that waits until then has
// returned.
//
//go:norace
func Gone() {
	if x := underWay(); x != nil && x.kill {
		runtime.Goexit()
	}
}
