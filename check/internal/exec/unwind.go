package exec

import (
	"runtime"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A run ends when nobody can go on, or before that. Then each goroutine that is left
// is unwound: its deferred functions run, in which operations do nothing.

// unwind ends the goroutine under way: the run is over.
//
//go:norace
func (x *Exec) unwind() {
	if g := x.cur; g != nil && (g.state == running || g.state == eager) {
		g.stop()
	}
}

// Unwinding reports whether the run is over, and the goroutines that it has left only
// call what they have deferred.
//
//go:norace
func Unwinding() bool {
	x := underWay()
	return x != nil && x.kill
}

// over tells that the run is over.
//
//go:norace
func (x *Exec) over() {
	if !x.kill && x.AtEnd != nil {
		x.AtEnd()
	}
}

// stop ends the run: it gives control back for good.
//
//go:norace
func (g *G) stop() {
	x := g.x
	if x.ending == g {
		runtime.Goexit()
	}
	if g.state == eager {
		x.over()
		x.kill = true // whoever let it run unwinds as well
	}
	x.next = nil
	g.state = pending
	g.switchBack()
	runtime.Goexit()
}

// Unwound reports whether the run is over, and the goroutine is being unwound.
//
//go:norace
func (g *G) Unwound() bool { return g.x.kill }

// unwound is [G.Unwound], for an operation, which does nothing then. A loop of the standard
// library around what does operations has no turns that count; so these do.
//
//go:norace
func (g *G) unwound() bool {
	x := g.x
	if !x.kill {
		return false
	}
	x.turns += idleTurns
	x.stopLooping()
	return true
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

// Unwinding reports whether the run is over, and the goroutine is only ended.
//
//go:norace
func (g *G) Unwinding() bool { return g.x.kill }

// Exit ends the goroutine for good, without its deferred functions: the program has
// ended. Nothing that others do comes after that, so all that they still do may as well
// come before it, and is judged; that they cannot go on any more is no fault. Where main
// itself calls it, that is so of who waits for what main has locked: see excused.
//
//go:norace
func (g *G) Exit() {
	if x := g.x; g.ID != 0 {
		x.exited = true
		for _, o := range x.Gs {
			o.Daemon = o.Daemon || o != absentG
		}
	} else {
		x.quit = true
	}
	g.dead = true
	g.leave()
	g.switchBack()
	runtime.Goexit()
}

// excused reports whether a goroutine waits for a lock that main holds, which has called
// [G.Exit], or that one holds who waits so.
//
//go:norace
func (x *Exec) excused(g *G) bool {
	for range x.Gs {
		if !x.quit || g.state != pending || g.Op.Obj < 0 {
			return false
		}
		switch g.Op.Kind {
		case prim.OpLock, prim.OpWLock, prim.OpRLock:
		case prim.OpCondWake:
			if !g.Woken {
				return false
			}
		case prim.OpWLockGo:
			return x.mainReads(g.Op.Obj)
		default:
			return false
		}
		owner := int(x.objs[g.Op.Obj].Owner) - 1
		if owner < 0 && g.Op.Kind != prim.OpRLock {
			return x.mainReads(g.Op.Obj)
		}
		if owner <= 0 {
			return owner == 0
		}
		g = x.Gs[owner]
	}
	return false
}

// mainReads reports whether main holds a lock for reading.
//
//go:norace
func (x *Exec) mainReads(lock int32) bool {
	n := 0
	for i := range x.Events {
		if e := &x.Events[i]; e.G == 0 && e.Op.Obj == lock {
			switch e.Op.Kind {
			case prim.OpRLock, prim.OpTryRLocked:
				n++
			case prim.OpRUnlock:
				n--
			}
		}
	}
	return n > 0
}

// Fatal is an error that ends a program without a panic, such as the unlock of a
// mutex that is not locked.
type Fatal string

//go:norace
func (f Fatal) String() string { return "fatal error: " + string(f) }

// cleanUp unwinds the goroutines left over and keeps the coroutines of the
// others.
//
//go:norace
func (x *Exec) cleanUp() {
	x.kill = true
	for _, g := range x.Gs {
		if g.act != nil || g == absentG {
			continue
		}
		g.fn = nil
		if g.state != finished || g.dead {
			x.cur, x.turns, x.ending = g, 0, g
			g.end()
			x.ending = nil
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

// idleTurns is how many loop iterations a select without ready cases counts as, and an
// operation while its goroutine is unwound.
const idleTurns = 1000

// stopLooping ends a goroutine that loops in a deferred function while it is
// unwound.
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
