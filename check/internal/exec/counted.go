package exec

import (
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// The number of goroutines, and the stacks of all. A goroutine that has done its last
// operation is there for a moment more, so that it goes is an operation, if the program
// counts in some execution; see [Exec.Share].

const goroutines = "goroutines"

//go:norace
func init() { crowd.changes, crowd.comes, crowd.gone = changes, comes, gone }

// counted reports whether goroutines come and go by operations.
//
//go:norace
func (x *Exec) counted() bool { return len(x.shared) > 0 && Seeded != SeedGone && x.Shared(goroutines) }

// crowd is the object.
//
//go:norace
func (x *Exec) crowd() int32 { return x.At(unsafe.Pointer(&x.shared)) }

// counts announces that a goroutine looks who is there.
//
//go:norace
func (g *G) counts() {
	g.Shares(goroutines)
	if Seeded != SeedGone {
		g.read(prim.On(prim.OpCount, g.x.crowd()))
	}
}

// comes announces that the goroutine is there, if a timer has started it.
//
//go:norace
func comes(g *G) {
	if c := g.x.clock; c != nil && g.Parent == int32(c.ID) && g.x.counted() {
		g.coming = true
		changes(g)
		g.coming = false
	}
}

// gone announces that the goroutine is, if it is not the test's.
//
//go:norace
func gone(g *G) {
	if g.ID != 0 {
		g.going = true
		changes(g)
	}
}

// changes announces that there is one more, or one less.
//
//go:norace
func changes(g *G) {
	if x := g.x; x.counted() && !x.kill {
		g.announce(prim.On(prim.OpCounted, x.crowd()))
	}
}
