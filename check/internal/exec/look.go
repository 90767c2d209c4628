package exec

import (
	"runtime"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Of two goroutines that look at the clock in one moment either may be the first, and the
// other one then sees more. Most programs do not mind. So such looks are no operations, or
// commute, until all else has been looked at; then, where there are any, the plan may say
// that each depends on the others: see [prim.Plan] LooksInTurn.

//go:norace
func init() { aLook.begins, aLook.ends = looksAt, hasLooked }

// looksAt is called before a look at the clock.
//
//go:norace
func looksAt(g *G) {
	switch x := g.x; {
	case x.kill || x.trial.g == g:
	case x.plan.LooksInTurn && Seeded != SeedLook && !aside():
		g.execute(prim.On(prim.OpLookInTurn, x.clockObject()))
	case x.early():
		g.execute(prim.On(prim.OpLook, x.clockObject()))
	}
}

// hasLooked is called after it.
//
//go:norace
func hasLooked(g *G) {
	x := g.x
	if x.kill {
		return
	}
	if x.Looked == "" && x.looker != nil && x.looker != g && x.lookedAt == x.now && !aside() {
		x.Looked = caller()
	}
	if x.Measured == "" && x.looker != nil && Seeded != SeedElapse && Seeded != SeedLook && !aside() {
		x.Measured = caller()
	}
	x.looker, x.lookedAt = g, x.now
}

// aside reports whether it makes no difference what is seen: package context looks, which only
// works out how long it is until a deadline, or a logger.
//
//go:norace
func aside() bool {
	var pcs [8]uintptr
	for _, pc := range pcs[:runtime.Callers(3, pcs[:])] {
		f := runtime.FuncForPC(pc - 1)
		if f == nil || isOurs(f.Name()) || strings.HasPrefix(f.Name(), "time.") {
			continue
		}
		return strings.HasPrefix(f.Name(), "context.") || strings.HasPrefix(f.Name(), "log.") || strings.HasPrefix(f.Name(), "log/slog.")
	}
	return false
}
