package exec

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// namer names addresses by the allocations that they lie in.
type namer struct {
	bases []uintptr // of the allocations, by number
}

//go:norace
func (n *namer) name(p uintptr) prim.Name {
	base, size, shared := heapObject(p)
	switch {
	case base == 0:
		return prim.Name{Alloc: prim.Static, At: p}
	case shared:
		base = p
	}
	i := slices.Index(n.bases, base)
	if i < 0 {
		i = len(n.bases)
		n.bases = append(n.bases, base)
	}
	return prim.Name{Alloc: int32(i), At: p - base, Size: size}
}
