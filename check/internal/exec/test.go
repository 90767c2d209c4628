package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// LogTo announces that the goroutine logs to a test that another one ends with
// [G.EndTest]: the object says whether it has ended.
//
//go:norace
func (g *G) LogTo(o int32) { g.announce(prim.On(prim.OpTestLog, o)) }

// EndTest announces that a test ends.
//
//go:norace
func (g *G) EndTest(o int32) {
	if Seeded != SeedEnd && g.announce(prim.On(prim.OpTestEnd, o)) {
		g.x.apply()
	}
}
