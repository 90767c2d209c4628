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
// the program then: whoever comes first, it is the same. Where the library does something
// that matters, the locks are operations in an exploration of its own: see Locking.

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

// Locking makes what the standard library does with locks of its own operations, like what
// the program does with its own: who takes one first is explored, and orders others.
var Locking bool

// LockCall is a method of a lock of the standard library. The probes of these have the
// numbers: see rewrite/probes.go.
type LockCall int

// The methods.
const (
	OtherLock LockCall = iota // of the runtime
	MutexLock
	MutexTryLock
	MutexUnlock
	RWLock
	RWTryLock
	RWUnlock
	RWRLock
	RWTryRLock
	RWRUnlock
)

// LockAnswer is what becomes of the call.
type LockAnswer int

// The answers. The probes have these numbers, too.
const (
	AsEver       LockAnswer = iota // the method goes on
	OrdersNobody                   // it goes on, and the race detector does not see that it orders anybody
	Locked                         // it is done, with success if it may fail
	NotLocked                      // it has failed
)

// metAt is where in the program goroutines have met at a lock of the standard library
// first, since [MetAt] was called; met says that they have.
var metAt struct {
	met bool
	at  string
}

// MetAt is where goroutines have met at locks of the standard library since it was called
// last.
//
//go:norace
func MetAt() (place string, met bool) {
	place, met = metAt.at, metAt.met
	metAt.at, metAt.met = "", false
	return place, met
}

// meetLock notes that it comes to a lock, isNew: also to a new one.
//
//go:norace
func (g *G) meetLock(lock unsafe.Pointer, isNew bool) {
	if !g.x.Locked && g.x.libraryLocks.meet(g.ID, lock, isNew) {
		g.x.Locked = true
		if !metAt.met {
			metAt.met, metAt.at = true, callerOutside()
		}
	}
}

// libraryLock is called by a method of a lock of the standard library.
//
//go:norace
func libraryLock(lock unsafe.Pointer, call int) LockAnswer {
	g := inLibrary()
	if g == nil {
		return AsEver
	}
	if Locking {
		if g.x.Alone() {
			return AsEver
		}
		return g.lockOf((*Handle)(lock), LockCall(call))
	}
	g.meetLock(lock, true)
	if g.x.plan.Loose != prim.Strict {
		return OrdersNobody
	}
	return AsEver
}

// lockOf performs what a method does as an operation. The state of a lock is in its bytes
// then as the method would leave it: see layout.
//
//go:norace
func (g *G) lockOf(h *Handle, call LockCall) LockAnswer {
	ok := true
	switch call {
	case OtherLock:
		return AsEver
	case MutexLock:
		g.Lock(h)
	case MutexTryLock:
		ok = g.TryLock(h)
	case MutexUnlock:
		g.Unlock(h, "sync: unlock of unlocked mutex")
	case RWLock:
		g.WLock(h)
	case RWTryLock:
		ok = g.TryWLock(h)
	case RWUnlock:
		g.WUnlock(h, "sync: Unlock of unlocked RWMutex")
	case RWRLock:
		g.RLock(h)
	case RWTryRLock:
		ok = g.TryRLock(h)
	case RWRUnlock:
		g.RUnlock(h, "sync: RUnlock of unlocked RWMutex")
	}
	if !ok {
		return NotLocked
	}
	return Locked
}

// libraryOnce is called by a sync.Once of the standard library.
//
//go:norace
func libraryOnce(once unsafe.Pointer) {
	g := inLibrary()
	switch {
	case g == nil:
	case !Locking:
		g.meetLock(once, false)
	case !g.x.Alone():
		g.Look(g.x.At(once))
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
	if Locking {
		if !g.x.Alone() {
			g.Store(g.x.At(once))
		}
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
