package exec

import "slices"

// Kind is the kind of an operation on a primitive.
type Kind uint8

// Kinds of operations. Where an operation turns out to have done less than it
// might have (a compare-and-swap that failed, a signal that woke nobody), its
// event carries the weaker kind.
const (
	OpNone  Kind = iota
	OpBlock      // waits for ever: a nil channel, a select without cases

	// Memory.
	OpLoad
	OpStore
	OpRMW // add, swap, compare-and-swap; one that failed is an OpLoad

	// Mutex and RWMutex.
	OpLock
	OpUnlock
	OpTryLock
	OpTryLockFailed
	OpWLock   // keeps new readers out of an RWMutex
	OpWLockGo // those that were in have left
	OpRLock
	OpRUnlock
	OpTryRLock
	OpTryRLocked // one that succeeded
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

	// Channels with a buffer.
	OpSend
	OpRecv
	OpRecvItem   // a receive that got an item
	OpRecvClosed // a receive that found the channel closed and empty

	// Channels without: a send or receive arrives and finds its partner waiting,
	// or waits for it.
	OpArriveSend
	OpArriveRecv
	OpParked // waits for its partner; never executed

	OpSelect   // chooses a case that is ready, or takes the default, or waits
	OpSelectGo // a select that has waited goes on with a case with a buffer
	OpClose
	OpChanLen

	// Time.
	OpSleep // until the clock has got there
	OpTick  // the clock jumps to the next timer: nobody else can go on
	OpQuiet // until nobody else can go on, but for the clock

	opKinds
)

var kindNames = [opKinds]string{
	OpNone: "none", OpBlock: "block", OpLoad: "load", OpStore: "store", OpRMW: "update",
	OpLock: "lock", OpUnlock: "unlock", OpTryLock: "trylock", OpTryLockFailed: "trylock(no)",
	OpWLock: "lock", OpWLockGo: "locked", OpRLock: "rlock", OpRUnlock: "runlock", OpTryRLock: "tryrlock", OpTryRLocked: "tryrlock", OpTryRLockFailed: "tryrlock(no)",
	OpCondWait: "wait", OpCondWake: "woken, lock", OpSignal: "signal", OpBroadcast: "broadcast", OpSignalNobody: "signal(nobody)",
	OpWGAdd: "add", OpWGWait: "wait",
	OpSend: "send", OpRecv: "receive", OpRecvItem: "receive", OpRecvClosed: "receive(closed)",
	OpArriveSend: "send", OpArriveRecv: "receive", OpParked: "parked",
	OpSelect: "select", OpSelectGo: "select goes on", OpClose: "close", OpChanLen: "len",
	OpSleep: "sleep", OpTick: "clock", OpQuiet: "wait for all",
}

//go:norace
func (k Kind) String() string { return kindNames[k] }

// Op is an operation of one goroutine, announced before it is executed.
type Op struct {
	Kind Kind
	Spin bool  // a read repeated in a loop: waits until what the loop reads changes
	Obj  int32 // object, -1: none
	Obj2 int32 // second object (the lock of a Cond), -1: none
	Arg  int32
	More []int32 // of a select: the channels; of a read that spins: what the loop reads

	// Also are further channels whose waiting goroutines the operation has
	// changed: it completed a select that waited on them as well.
	Also []int32

	Cases []CaseKind // of a select: what it does to each of the channels
}

// CaseKind is what a case of a select does to its channel.
type CaseKind uint8

// Parts of a CaseKind.
const (
	CaseSends    CaseKind = 1 << iota // else it receives
	CaseBuffered                      // the channel has a buffer
)

// touches reports whether the operation, or the loop it spins in, has to do with
// the object.
//
//go:norace
func (o Op) touches(obj int32) bool {
	return obj >= 0 && (o.Obj == obj || o.Obj2 == obj || slices.Contains(o.More, obj) || slices.Contains(o.Also, obj))
}

// Depends reports whether the order of two operations of different goroutines
// can matter. Enabling is not a matter of order: a receive and the send of its
// item are ordered by [Event.After].
//
//go:norace
func Depends(a, b Op) bool {
	switch {
	case a.Kind.Last() || b.Kind.Last():
		return true
	case a.Spin && spinDepends(a, b), b.Spin && spinDepends(b, a):
		return true
	case len(a.Also) > 0 && touchesOne(b, a.Also), len(b.Also) > 0 && touchesOne(a, b.Also):
		return true
	case a.Kind == OpSelect || a.Kind == OpSelectGo:
		return selectDepends(a, b)
	case b.Kind == OpSelect || b.Kind == OpSelectGo:
		return selectDepends(b, a)
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

// spinDepends: a read that waits for a change of what its loop reads is enabled
// by any of these.
//
//go:norace
func spinDepends(spin, b Op) bool {
	if !b.Kind.Writes() {
		return false
	}
	return touchesOne(b, spin.More)
}

//go:norace
func touchesOne(o Op, objs []int32) bool {
	for _, obj := range objs {
		if o.touches(obj) {
			return true
		}
	}
	return false
}

// selectDepends: a select looks at all its channels, and in what it finds there
// may be what anybody does to one of them.
//
//go:norace
func selectDepends(sel, b Op) bool {
	if b.Kind == OpSelect || b.Kind == OpSelectGo {
		for _, o := range sel.More {
			if slices.Contains(b.More, o) {
				return true
			}
		}
		return false
	}
	return b.Kind != OpParked && b.Obj >= 0 && slices.Contains(sel.More, b.Obj)
}

// second is what an operation with two objects does to its second one.
//
//go:norace
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

	all(OpLock, OpWLock, OpUnlock, OpTryLock, OpTryLockFailed, OpRLock, OpRUnlock, OpTryRLock, OpTryRLocked, OpTryRLockFailed, OpCondWake)
	reads := []Kind{OpRLock, OpRUnlock, OpTryRLocked}
	for _, a := range reads {
		for _, b := range reads {
			commute(a, b)
		}
	}

	commute(OpWLock, OpRUnlock)
	for _, k := range []Kind{OpTryRLock, OpTryRLockFailed} { // which see the writers only
		commute(k, OpRUnlock)
		commute(k, OpRLock)
		commute(k, OpTryRLocked)
		commute(k, OpTryRLockFailed)
		commute(k, OpTryLockFailed)
	}
	commute(OpTryRLock, OpTryRLock)
	for _, k := range []Kind{OpRUnlock, OpUnlock} {
		d[OpWLockGo][k], d[k][OpWLockGo] = true, true
	}

	all(OpCondWait, OpSignal, OpBroadcast, OpSignalNobody)
	commute(OpSignalNobody, OpSignalNobody)

	all(OpWGAdd, OpWGWait)
	commute(OpWGAdd, OpWGAdd)
	commute(OpWGWait, OpWGWait)

	// The n-th receive gets the item of the n-th send: sends and receives
	// commute, but for the edges between those two, and between the n-th
	// receive and the send that gets its slot.
	all(OpSend, OpClose, OpChanLen)
	all(OpRecv, OpRecvItem, OpRecvClosed)
	all(OpRecvItem, OpChanLen)
	all(OpRecv, OpChanLen)
	all(OpRecv, OpClose)
	all(OpRecvClosed, OpClose)
	commute(OpRecvClosed, OpRecvClosed)
	commute(OpChanLen, OpChanLen)
	all(OpRecv, OpRecvClosed)
	commute(OpRecvClosed, OpRecvClosed)
	commute(OpChanLen, OpClose)
	d[OpClose][OpClose] = true

	d[OpArriveSend][OpArriveSend] = true
	d[OpArriveRecv][OpArriveRecv] = true
	for _, k := range []Kind{OpArriveSend, OpArriveRecv} {
		d[k][OpClose], d[OpClose][k] = true, true
		d[k][OpRecvClosed], d[OpRecvClosed][k] = true, true
	}
	return d
}()

// Writes reports whether an operation changes what others can read: a loop that
// only reads makes no progress.
//
//go:norace
func (k Kind) Writes() bool {
	switch k {
	case OpNone, OpBlock, OpLoad, OpTryLockFailed, OpTryRLockFailed, OpChanLen, OpSignalNobody, OpRecvClosed, OpWGWait, OpParked:
		return false
	}
	return true
}

// Last reports whether an operation is executed only when no other one can be: it
// cannot be put off, and nothing before it can come after.
//
//go:norace
func (k Kind) Last() bool { return k == OpTick || k == OpQuiet }
