package exec

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// names appends the names of the run's objects, by number.
//
//go:norace
func (x *Exec) names(to []prim.Name) []prim.Name {
	var bases []uintptr
	for i := range x.objs {
		p := uintptr(x.objs[i].p)
		base, shared := heapObject(p)
		switch {
		case base == 0:
			to = append(to, prim.Name{Alloc: prim.Static, At: p})
			continue
		case shared:
			base = p
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
