package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// Choosing has chance be part of the search: otherwise everything goes one way.
var Choosing bool

// mostWays is how many ways the choices of one goroutine have together; the ones
// after that go one way.
const mostWays = 16

// Choose lets the search decide between n ways. It reports false if it does not.
//
//go:norace
func (g *G) Choose(n int) (way int, ok bool) {
	if !Choosing || g.x.kill || max(g.ways, 1)*n > mostWays {
		return 0, false
	}
	op := prim.On(prim.OpChoose, -1)
	op.Arg = int32(n)
	if !g.announce(op) {
		return 0, false
	}
	g.ways = max(g.ways, 1) * n
	return g.x.alt(n), true
}

// Decide is [G.Choose], as part of the operation under way.
//
//go:norace
func (g *G) Decide(n int) (way int, ok bool) {
	if !Choosing || g.x.kill || g.x.trial.g == g || max(g.ways, 1)*n > mostWays {
		return 0, false
	}
	g.ways = max(g.ways, 1) * n
	return g.x.alt(n), true
}

// Tell says what chance has decided in the event under way, for a run that is shown.
//
//go:norace
func (g *G) Tell(what string) {
	if g.x.plan.Details && g.x.last().Detail != nil {
		g.x.last().Detail.Value = what
	}
}
