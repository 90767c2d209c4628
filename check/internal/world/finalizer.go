package world

import (
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

// Finalizers and cleanups may run late, or never, and they run on a goroutine of the
// runtime. In a program that is explored they do not run. What a weak pointer points
// to is freed when the garbage collector likes; in an execution it stays.

// freed is what an execution does that has to do with what is freed.
type freed struct {
	run      uint32
	position string // where it has set a finalizer first
	weak     string // where it has made a weak pointer first
	kept     []unsafe.Pointer
}

var finalizers freed

// of makes it that of the run under way.
//
//go:norace
func (f *freed) of(g *exec.G) *freed {
	if n := g.Exec().Run(); f.run != n {
		clear(f.kept)
		f.run, f.position, f.weak, f.kept = n, "", "", f.kept[:0]
	}
	return f
}

// collects says what is not done that a collection of garbage would do, "" if there is
// nothing.
//
//go:norace
func (f *freed) collects(g *exec.G) string {
	switch f = f.of(g); {
	case f.position != "":
		return "which runs what was set at " + f.position + " to run when something is freed"
	case f.weak != "":
		return "which frees what only the weak pointer of " + f.weak + " points to"
	}
	return ""
}

// Finalizes reports whether a function that the program wants to be called when
// something is freed is to be left out.
//
//go:norace
func Finalizes() bool {
	g := enter()
	if g == nil {
		return image.Early() && exec.Controlled() == nil || exec.Unwinding()
	}
	defer leave()
	f := finalizers.of(g)
	if c := caller(); f.position == "" {
		f.position = c.position
	}
	return true
}

// Weak is called for what a weak pointer is made of.
//
//go:norace
func Weak(p unsafe.Pointer) {
	g := enter()
	if g == nil {
		return
	}
	defer leave()
	f := finalizers.of(g)
	f.kept = append(f.kept, p)
	c := caller()
	if f.weak == "" {
		f.weak = c.position
	}
	Assume("what a weak pointer points to is not freed", c.position)
}
