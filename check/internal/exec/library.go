package exec

import (
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// The standard library has locks of its own, which are not controlled: who takes one of
// them first does not matter to the program, and only one order is looked at. For the race
// detector that order hides what was done before the one and behind the other. So where
// goroutines meet at such a lock, the execution can be made once more, loosely: the locks
// order nobody. The detector then reports what the library does under them, too; who
// judges its reports leaves that out. What is done under a sync.Once is done by nobody of
// the program then: whoever comes first, it is the same.

// inLibrary is the controlled goroutine that executes, nil if it is none.
//
//go:norace
func inLibrary() *G {
	x := underWay()
	if x == nil || x.cur == nil || x.cur == x.clock || x.cur.self != self() || areOwnAtomics() {
		return nil
	}
	return x.cur
}

// meetLock notes that it comes to a lock, isNew: also to a new one.
//
//go:norace
func (g *G) meetLock(lock unsafe.Pointer, isNew bool) {
	if !g.x.Locked && g.x.libraryLocks.meet(g.ID, lock, isNew) {
		g.x.Locked = true
	}
}

// libraryLock is called by a lock of the standard library that is taken or given back. It
// reports whether that is not to order anybody.
//
//go:norace
func libraryLock(lock unsafe.Pointer) (loose bool) {
	g := inLibrary()
	if g == nil {
		return false
	}
	g.meetLock(lock, true)
	return g.x.plan.Loose != prim.Strict
}

// libraryOnce is called by a sync.Once of the standard library.
//
//go:norace
func libraryOnce(once unsafe.Pointer) {
	if g := inLibrary(); g != nil {
		g.meetLock(once, false)
	}
}

// libraryFirst is called by a sync.Once of the standard library that is about to call its
// function. What it returns, if not nil, is called when that has returned.
//
//go:norace
func libraryFirst(once unsafe.Pointer) (done func()) {
	g := inLibrary()
	if g == nil {
		return nil
	}
	g.meetLock(once, true)
	if g.x.plan.Loose == prim.Strict {
		return nil
	}
	return g.x.race.apart()
}

// Programs that are built to be explored call these: see package image.
var _ = []any{libraryLock, libraryOnce, libraryFirst}
