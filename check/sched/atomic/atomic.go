// Package atomic stands in for the standard library's: the same names, under the
// scheduler in an exploration, and the real thing outside of one.
//
//ipccheck:standsfor sync/atomic
package atomic

import (
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

//go:generate go test -run ^TestIntegersAreGenerated$ -update .

//go:norace
func load(p unsafe.Pointer) {
	if g := exec.Current(); g != nil {
		g.Load(g.Exec().At(p))
		exec.OwnAtomic(p)
	}
}

// word is what lies in memory. It is read as it lies there: to read it atomically
// would tell the race detector that something was acquired.
type word interface {
	int32 | int64 | uint32 | uint64 | uintptr
}

//go:norace
func store[T word](p *T) {
	if g := exec.Current(); g != nil {
		g.Store(g.Exec().At(unsafe.Pointer(p)))
		g.Found(uint64(*p))
		exec.OwnAtomic(unsafe.Pointer(p))
	}
}

// update announces a read-modify-write.
//
//go:norace
func update[T word](p *T) *exec.G {
	g := exec.Current()
	if g != nil {
		g.RMW(g.Exec().At(unsafe.Pointer(p)), 0)
		g.Found(uint64(*p))
		exec.OwnAtomic(unsafe.Pointer(p))
	}
	return g
}

// updateIf announces a compare-and-swap.
//
//go:norace
func updateIf[T word](p *T, old T) {
	if g := exec.Current(); g != nil {
		g.UpdateIf(g.Exec().At(unsafe.Pointer(p)), prim.Condition{Value: uint64(old)})
		g.Found(uint64(*p))
		exec.OwnAtomic(unsafe.Pointer(p))
	}
}

// same tells that an update left the value as it was.
//
//go:norace
func same(g *exec.G, is bool) {
	if g != nil && is {
		g.Unchanged()
	}
}
