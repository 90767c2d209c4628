package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// The past of a goroutine is what it has done, and what others had done of which it
// could know, as a hash. It is the same in executions that differ only in the order of
// operations that commute, whichever numbers their objects have. It is kept from the
// execution on, made again, in which a goroutine first reads the same twice in a row.

//go:norace
func mix(h, v uint64) uint64 {
	h = (h ^ v) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// learns adds an operation to the past of an object, and returns that of who has
// executed it.
//
//go:norace
func (o *object) learns(h uint64, k prim.Kind) uint64 {
	o.before = o.past
	switch {
	case !k.Writes():
		return mix(h, o.past)
	case k.Adds():
		o.past += mix(h, 1) // in any order
		return h
	}
	h = mix(h, o.past)
	o.past = h
	return h
}
