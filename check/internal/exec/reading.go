package exec

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// What a goroutine has read since it last did anything else, in which a loop may be found
// that waits: see spin.go, and over.go of its selects.

// over is what a select had that got nothing of a channel that is closed.
type over struct {
	chosen int    // number of the case, from 1; 0: it was another
	ready  uint64 // the cases that were ready, a bit for each
}

// out are cases that a select of the goroutine leaves out.
type out struct {
	cases uint64
	at    site  // of the loop
	of    int32 // the select's first channel
	does  bool  // when the goroutine comes to it next; else it is free to choose
	// unsure: what they come to in turn may be something, for rounds leave something behind.
	unsure bool
}

// mostCases is how many cases a select may have for that.
const mostCases = 64

// reading is one read of the loop that a goroutine may be in: the object, its
// version then, and the place in the code if it is known.
type reading struct {
	obj     int32
	version uint32
	kind    prim.Kind
	at      site
	turned  string // place of a loop that counts its rounds: it has gone round since the read before; or idle
	over           // of a select, with the first of its channels
}

// site is a place in the code, with its callers.
type site [4]uintptr

// idle stands for a place of a loop that does not count its rounds: once it has read
// the same, it will read the same again. It is not cut short at once, for it may look
// at the clock.
const idle = "-"

//go:norace
func selects(k prim.Kind) bool { return k == prim.OpSelect || k == prim.OpSelectGo }

// leaves has the select of a loop that is cut short leave out the case that got nothing
// before, and those that did since something has changed last: since the loop was cut short
// before. It reports false if no other was ready: the loop waits then.
//
//go:norace
func (o *out) leaves(loop, before []reading, at site, counts string) bool {
	o.does = false
	var r *reading
	for i := range loop {
		if loop[i].chosen == 0 {
			continue
		}
		if r != nil { // it is not known which of the two is to go on
			o.cases = 0
			return true
		}
		r = &loop[i]
	}
	if r == nil {
		return false
	}
	if counts == "" || o.at != at || o.of != r.obj || !alike(before, loop) {
		o.cases, o.unsure = 0, false
	}
	o.unsure = o.unsure || o.cases != 0 && counts != idle
	o.cases |= 1 << (r.chosen - 1)
	o.at, o.of = at, r.obj
	o.does = r.ready&^o.cases != 0
	return o.does
}

// alike reports whether a loop has read the same twice. What has changed since does not
// matter: it may be somebody's who comes later as well.
//
//go:norace
func alike(a, b []reading) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].obj != b[i].obj || a[i].version != b[i].version {
			return false
		}
	}
	return true
}

// freed is a select that the goroutine comes to, which looks at whatever its loop reads if
// it may leave cases out.
//
//go:norace
func (o *out) freed(op prim.Op, loop []reading) prim.Op {
	if !o.does || !selects(op.Kind) || op.More()[0] != o.of {
		return op
	}
	objs := extend(nil, op.More())
	for _, r := range loop {
		if !slices.Contains(objs, r.obj) {
			objs = append(objs, r.obj)
		}
	}
	op.SetMore(objs, op.Cases())
	return op
}
