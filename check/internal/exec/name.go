package exec

import (
	"slices"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// names appends the names of the run's objects, by number.
//
//go:norace
func (x *Exec) names(to []prim.Name) []prim.Name {
	var bases []uintptr
	for i := range x.objs {
		p := uintptr(x.objs[i].p)
		base, _, _ := findObject(p, 0, 0)
		if base == 0 {
			to = append(to, prim.Name{Alloc: prim.Static, At: p})
			continue
		}
		if over, _, _ := findObject(base+tiny, 0, 0); over != base {
			base = p // small ones that have nothing to do with one another may share a block
		}
		n := slices.Index(bases, base)
		if n < 0 {
			n = len(bases)
			bases = append(bases, base)
		}
		to = append(to, prim.Name{Alloc: int32(n), At: p - base})
	}
	return to
}

// tiny is the size of the blocks in which the runtime puts several small objects.
const tiny = 16

// findObject returns the beginning of the heap object that an address lies in, 0 if
// it lies in none.
//
//go:linkname findObject runtime.findObject
func findObject(p, refBase, refOff uintptr) (base uintptr, span unsafe.Pointer, index uintptr)
