package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// LogTo announces that the goroutine logs to a test that another one ends with
// [G.EndTest]: the object says whether it has ended. The end of a test that nobody
// else logs to is no operation: when the first one does, the run is given up, and
// from then on it is.
//
//go:norace
func (g *G) LogTo(test string, o int32) {
	x := g.x
	if !has(x.loggedTo, test) {
		x.loggedTo = append(x.loggedTo, test)
		x.Learned++
		x.End = prim.Again
		g.stop()
	}
	g.announce(prim.On(prim.OpTestLog, o))
}

// EndTest announces that a test ends.
//
//go:norace
func (g *G) EndTest(test string, o int32) {
	if Seeded != SeedEnd && has(g.x.loggedTo, test) && g.announce(prim.On(prim.OpTestEnd, o)) {
		g.x.apply()
	}
}
