package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// What belongs to a bubble, and who is in one.

// Enter has the goroutine, and those that it starts, be in a new bubble. Unless that is
// watched, it does not matter who uses what belongs to it.
//
//go:norace
func (g *G) Enter(watched bool) {
	b := &g.x.bubbles
	if g.bubble = unwatched; watched {
		b.n++
		g.bubble = b.n
		b.since = append(b.since, g.x.now)
	} else {
		b.since[0] = g.x.now
	}
}

// InBubble reports whether the goroutine is in a bubble, and whether somebody there
// waits already until all others do.
//
//go:norace
func (g *G) InBubble() (in, waited bool) {
	if g.bubble > 0 {
		for _, o := range g.x.Gs {
			waited = waited || o.bubble == g.bubble && o.state == pending && o.Op.Kind == prim.OpQuiet
		}
	}
	return g.bubble != 0, waited
}

//go:norace
func init() { crosses = keepOut }

// keepOut has the program die if the operation on channels that g has executed is on
// one of another bubble.
//
//go:norace
func keepOut(g *G, op *prim.Op) {
	x := g.x
	var does string
	switch op.Kind {
	case prim.OpSend, prim.OpArriveSend:
		does = "send on"
	case prim.OpRecv, prim.OpArriveRecv, prim.OpAwait:
		does = "receive on"
	case prim.OpClose:
		does = "close of"
	case prim.OpSelect, prim.OpSelectGo:
		does = "select on"
	default:
		return
	}
	for _, id := range op.Reads() {
		if b := x.bubbles.of(x.objs[id].p, g.bubble); b > 0 && b != g.bubble {
			g.die(does + " synctest channel from outside bubble")
		}
	}
}

// keepsAsleep has the program die if g, which wakes another, is not in its bubble.
//
//go:norace
func (g *G) keepsAsleep(sleeper *G) {
	if sleeper.bubble > 0 && sleeper.bubble != g.bubble {
		g.die("semaphore wake of synctest goroutine from outside bubble")
	}
}

// addsTo has a WaitGroup belong to the bubble of g, which is about to add to it. One that
// is a package variable belongs to none.
//
//go:norace
func (g *G) addsTo(group *object) {
	if g.x.bubbles.n == 0 || g.bubble == group.bubble {
		return
	}
	if g.bubble > 0 && group.bubble > 0 {
		g.die("sync: WaitGroup.Add called from multiple synctest bubbles")
	}
	if g.bubble > 0 {
		if base, _, _ := heapObject(uintptr(group.p)); base == 0 {
			return
		}
	}
	if group.bubble > 0 || group.N != 0 {
		g.die("sync: WaitGroup.Add called from inside and outside synctest bubble")
	}
	group.bubble = g.bubble
}
