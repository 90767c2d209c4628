package exec

import "unsafe"

// The standard library has locks of its own, which are not controlled: who takes one of
// them first does not matter to the program, and only one order is looked at. For the race
// detector that order hides what was done before the one and behind the other. So where
// goroutines meet at such a lock, the execution can be made once more, loosely: the locks
// order nobody. The detector then reports what the library does under them, too; who
// judges its reports leaves that out. What is done under a sync.Once is done by nobody of
// the program then: whoever comes first, it is the same.

// libraryLocks are the locks of the standard library that an execution has met, and
// the goroutine that has taken each last. One of a sync.Once is there if the function
// was called in the execution.
type libraryLocks struct {
	n    int
	lock [mostLibraryLocks]unsafe.Pointer
	by   [mostLibraryLocks]*G
}

// mostLibraryLocks is how many are told apart. With more, goroutines count as met.
const mostLibraryLocks = 64

// meet notes that the goroutine comes to a lock; isNew: to a new one as well.
//
//go:norace
func (l *libraryLocks) meet(g *G, lock unsafe.Pointer, isNew bool) {
	if g.x.Locked {
		return
	}
	for i := range l.n {
		if l.lock[i] == lock {
			g.x.Locked = l.by[i] != g
			return
		}
	}
	switch {
	case !isNew:
	case l.n == mostLibraryLocks:
		g.x.Locked = true
	default:
		l.lock[l.n], l.by[l.n] = lock, g
		l.n++
	}
}

// inLibrary is the controlled goroutine that executes, nil if it is none.
//
//go:norace
func inLibrary() *G {
	x := underWay()
	if x == nil || x.cur == nil || x.cur == x.clock || x.cur.self != self() {
		return nil
	}
	return x.cur
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
	g.x.libraryLocks.meet(g, lock, true)
	return g.x.plan.Loose
}

// libraryOnce is called by a sync.Once of the standard library.
//
//go:norace
func libraryOnce(once unsafe.Pointer) {
	if g := inLibrary(); g != nil {
		g.x.libraryLocks.meet(g, once, false)
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
	g.x.libraryLocks.meet(g, once, true)
	if !g.x.plan.Loose {
		return nil
	}
	return g.x.race.apart()
}
