package exec

import (
	"runtime"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Loop is called in every turn of a loop that may go on forever. A goroutine
// that makes too many without an operation ends the run.
//
//go:norace
func Loop() {
	Turn()
	Counted()
}

// Turn is called when a loop that may go on forever has come round.
//
//go:norace
func Turn() {
	if x := underWay(); x != nil && x.cur != nil {
		x.cur.Turned = true
	}
}

// Counted is [Loop], for a loop with a statement at the end of each turn: it may count
// them.
//
//go:norace
func Counted() {
	if x := underWay(); x != nil {
		x.loop()
		return
	}
	image.Turn()
}

// Counts is [Loop], for a loop that counts its rounds, at a place.
//
//go:norace
func Counts(place string) {
	x := underWay()
	if x == nil {
		image.Turn()
		return
	}
	x.mayDiffer()
	x.Differs = len(x.Events)
	x.loop()
	if g := x.cur; g != nil && !g.dirty {
		g.turned = place
	}
}

//go:norace
func (x *Exec) loop() {
	x.turns++
	if x.kill {
		x.stopLooping()
		return
	}
	g := x.cur
	if g == nil {
		return
	}
	if g.turned == "" && !g.dirty {
		g.turned = idle
	}
	if len(x.Waits) > 0 || len(x.rings) > 0 || x.suspect == g {
		g.turn()
	}
	if x.turns > endless {
		if x.othersCould(g) {
			if x.learnLoops([]string{caller()}); x.End == prim.Again {
				g.stop()
			}
		}
		x.End, x.Where = prim.NoProgress, g.ID
		g.Position = caller()
		x.Position = g.Position
		g.stop()
	}
}

// Gosched is runtime.Gosched: it counts as many turns of a loop that does nothing.
//
//go:norace
func Gosched() {
	if x := underWay(); x != nil {
		x.turns += idleTurns
		return
	}
	runtime.Gosched()
}

// NumGoroutine is runtime.NumGoroutine: in a controlled run, of that run.
//
//go:norace
func NumGoroutine() int {
	if n, ours := liveOf(); ours {
		return n
	}
	return runtime.NumGoroutine()
}

// liveOf is [NumGoroutine], called by the runtime's; it reports false if the caller is
// not controlled.
//
//go:norace
func liveOf() (n int, ours bool) {
	if Controlled() == nil {
		return 0, false
	}
	x := underWay()
	x.turns += idleTurns
	for _, g := range x.Gs {
		if !g.Ended && !g.Clock {
			n++
		}
	}
	return n, true
}

// SelectAborted ends the goroutine if the run is being unwound, after a select that
// returned for that.
//
//go:norace
func SelectAborted() {
	if x := underWay(); x != nil && x.kill {
		runtime.Goexit()
	}
}
