package exec

import "time"

// elapsing is how much time passes where a plan says that some does: more than most programs wait
// for, or keep something.
const elapsing = 2 * time.Hour

//go:norace
func init() { elapses = timePasses }

// timePasses has time pass in the phase that the plan says, whatever timers the program sets: there
// is one then of which nothing comes. Those of the program that are due by then fire when nobody
// can go on.
//
//go:norace
func timePasses(g *G) {
	if !g.arms() {
		return
	}
	x := g.x
	x.elapse = timer{when: lastMoment, every: int64(elapsing), sleeper: -1} // which is always idle
	x.set(&x.elapse)
}
