// Package atomic stands in for the standard library's: the same names, under the
// scheduler in an exploration, and the real thing outside of one.
//
//ipccheck:standsfor sync/atomic
package atomic

import (
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

//go:generate go test -run ^TestIntegersAreGenerated$ -update .

//go:norace
func load(p unsafe.Pointer) {
	if g := exec.Current(); g != nil {
		g.Load(g.Exec().At(p))
	}
}

//go:norace
func store(p unsafe.Pointer) {
	if g := exec.Current(); g != nil {
		g.Store(g.Exec().At(p))
	}
}

// update announces a read-modify-write.
//
//go:norace
func update(p unsafe.Pointer) *exec.G {
	g := exec.Current()
	if g != nil {
		g.RMW(g.Exec().At(p))
	}
	return g
}

// swapped says what became of a compare-and-swap.
//
//go:norace
func swapped(g *exec.G, ok bool) bool {
	if g != nil && !ok {
		g.OnlyRead()
	}
	return ok
}

// same tells that an update left the value as it was.
//
//go:norace
func same(g *exec.G, is bool) {
	if g != nil && is {
		g.Unchanged()
	}
}
