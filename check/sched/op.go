package sched

// Kind is the kind of an operation on a primitive.
type Kind uint8

// Kinds of operations. Where an operation turns out to have done less than it
// might have (a compare-and-swap that failed, a signal that woke nobody), its
// event carries the weaker kind.
const (
	OpNone Kind = iota

	// Memory.
	OpLoad
	OpStore
	OpRMW // add, swap, compare-and-swap; one that failed is an OpLoad

	// Mutex and RWMutex.
	OpLock
	OpUnlock
	OpTryLock
	OpTryLockFailed
	OpRLock
	OpRUnlock
	OpTryRLock
	OpTryRLockFailed

	// Cond. Wait is two operations: the one that joins the wait set and
	// unlocks, and the one that locks again.
	OpCondWait
	OpCondWake
	OpSignal
	OpBroadcast
	OpSignalNobody // a signal or broadcast that found the wait set empty

	// WaitGroup.
	OpWGAdd
	OpWGWait

	opKinds
)

var kindNames = [opKinds]string{
	OpNone: "none", OpLoad: "load", OpStore: "store", OpRMW: "rmw",
	OpLock: "lock", OpUnlock: "unlock", OpTryLock: "trylock", OpTryLockFailed: "trylock(failed)",
	OpRLock: "rlock", OpRUnlock: "runlock", OpTryRLock: "tryrlock", OpTryRLockFailed: "tryrlock(failed)",
	OpCondWait: "wait", OpCondWake: "wake", OpSignal: "signal", OpBroadcast: "broadcast", OpSignalNobody: "signal(nobody)",
	OpWGAdd: "add", OpWGWait: "wait",
}

func (k Kind) String() string { return kindNames[k] }

// Op is an operation of one goroutine, announced before it is executed.
type Op struct {
	Kind Kind
	Obj  int32 // object, -1: none
	Obj2 int32 // second object (the lock of a Cond), -1: none
	Arg  int32
}

// Depends reports whether the order of two operations of different goroutines
// can matter.
func Depends(a, b Op) bool {
	switch {
	case a.Obj >= 0 && a.Obj == b.Obj:
		return dependent[a.Kind][b.Kind]
	case a.Obj2 >= 0 && a.Obj2 == b.Obj:
		return dependent[second(a.Kind)][b.Kind]
	case b.Obj2 >= 0 && b.Obj2 == a.Obj:
		return dependent[a.Kind][second(b.Kind)]
	case a.Obj2 >= 0 && a.Obj2 == b.Obj2:
		return dependent[second(a.Kind)][second(b.Kind)]
	}
	return false
}

// second is what an operation with two objects does to its second one.
func second(k Kind) Kind {
	if k == OpCondWait {
		return OpUnlock
	}
	return OpNone
}

// dependent says which operations on one object do not commute.
var dependent = func() (d [opKinds][opKinds]bool) {
	all := func(ks ...Kind) {
		for _, a := range ks {
			for _, b := range ks {
				d[a][b] = true
			}
		}
	}
	commute := func(a, b Kind) { d[a][b], d[b][a] = false, false }

	all(OpLoad, OpStore, OpRMW)
	commute(OpLoad, OpLoad)

	all(OpLock, OpUnlock, OpTryLock, OpTryLockFailed, OpRLock, OpRUnlock, OpTryRLock, OpTryRLockFailed, OpCondWake)
	reads := []Kind{OpRLock, OpRUnlock, OpTryRLock}
	for _, a := range reads {
		for _, b := range reads {
			commute(a, b)
		}
	}

	all(OpCondWait, OpSignal, OpBroadcast, OpSignalNobody)
	commute(OpSignalNobody, OpSignalNobody)

	all(OpWGAdd, OpWGWait)
	commute(OpWGAdd, OpWGAdd)
	commute(OpWGWait, OpWGWait)
	return d
}()
