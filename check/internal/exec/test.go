package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// What others than a test's own goroutine have to do with is an operation in the executions
// of a search only if they do in some: that is learned, and few tests are made longer.

// Shared reports whether it is known that others have to do with something of a test.
//
//go:norace
func (x *Exec) Shared(what string) bool { return has(x.shared, what) }

// Share notes that others have to do with something of a test. It reports false if that was
// known. The search begins anew.
//
//go:norace
func (x *Exec) Share(what string) bool {
	if has(x.shared, what) {
		return false
	}
	x.shared = append(x.shared, what)
	x.Learned++
	return true
}

// Shares is [Exec.Share], called by one of the others before it does anything: when the
// first one does, the run is given up.
//
//go:norace
func (g *G) Shares(what string) {
	if !g.x.kill && g.x.Share(what) {
		g.x.End = prim.Again
		g.stop()
	}
}

// LogTo announces that the goroutine logs to a test that another one ends with
// [G.EndTest]: the object says whether it has ended.
//
//go:norace
func (g *G) LogTo(test string, o int32) {
	g.Shares(test)
	g.announce(prim.On(prim.OpTestLog, o))
}

// EndTest announces that a test ends, if others log to it.
//
//go:norace
func (g *G) EndTest(test string, o int32) {
	if Seeded != SeedEnd && g.x.Shared(test) && g.announce(prim.On(prim.OpTestEnd, o)) {
		g.x.apply()
	}
}
