package exec

import (
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/image"
)

// What the program makes is noted: channels belong to a bubble, and allocations have an
// origin.

// Made notes the channel that make has returned.
//
//go:norace
func Made[C any](ch C) C {
	if g := Current(); g != nil && !g.x.kill {
		g.makes(address(&ch))
	} else if g == nil && image.Early() {
		before.Lock()
		before.add(0, address(&ch))
		before.Unlock()
	}
	return ch
}

//go:norace
func (g *G) makes(ch unsafe.Pointer) {
	g.x.bubbles.add(max(g.bubble, 0), ch)
	g.allocates(ch)
}

// Allocate is new(T), and notes that.
//
//go:norace
func Allocate[T any]() *T {
	p := new(T)
	if g := Current(); g != nil && !g.x.kill {
		g.allocates(unsafe.Pointer(p))
	}
	return p
}

//go:norace
func (g *G) allocates(p unsafe.Pointer) { g.x.origins.add(p, int32(g.ID), g.Seq, &g.making) }
