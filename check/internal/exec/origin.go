package exec

import (
	"slices"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// making counts what a goroutine allocates between two of its events.
type making struct {
	before int32 // the number of the later one
	made   int32
}

// origins are those of the allocations of which the run is told when they are made: of
// channels, and of what [Allocate] returns.
type origins struct {
	at   []unsafe.Pointer // nothing else gets the address of one
	from []prim.Origin
}

//go:norace
func (o *origins) begin() {
	clear(o.at)
	o.at, o.from = o.at[:0], o.from[:0]
}

// add notes an allocation, which the thread g makes before its event number seq.
//
//go:norace
func (o *origins) add(p unsafe.Pointer, g, seq int32, m *making) {
	if m.before != seq {
		m.before, m.made = seq, 0
	}
	o.at = append(o.at, p)
	o.from = append(o.from, prim.Origin{G: g, Seq: seq, Nth: m.made, Known: true})
	m.made++
}

// lately is how many allocations are looked through for one.
const lately = 256

// of is the origin of the allocation that begins there, if it is known and one of the last.
//
//go:norace
func (o *origins) of(p unsafe.Pointer) prim.Origin {
	for i := len(o.at) - 1; i >= max(0, len(o.at)-lately); i-- {
		if o.at[i] == p {
			return o.from[i]
		}
	}
	return prim.Origin{}
}

// tell writes the origins into the names of objects that lie in the allocations with these
// bases, by number.
//
//go:norace
func (o *origins) tell(names []prim.Name, bases []uintptr) {
	from := make([]prim.Origin, len(bases))
	order := make([]int, len(bases))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return int(bases[i]) - int(bases[j]) })
	for i, p := range o.at {
		if k, ok := slices.BinarySearchFunc(order, uintptr(p), func(i int, p uintptr) int { return int(bases[i]) - int(p) }); ok {
			from[order[k]] = o.from[i]
		}
	}
	for i := range names {
		if a := names[i].Alloc; a >= 0 {
			names[i].Origin = from[a]
		}
	}
}
