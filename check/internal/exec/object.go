package exec

import (
	"sync/atomic"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Handle ties a primitive to its state in a run, by its address and its bytes. The
// zero value is ready. What takes the place of a primitive of the standard library has its size,
// and its own address for a handle.
type Handle struct{ _ uint64 }

// Use tells the race detector that the primitive is used: to overwrite it meanwhile
// is a race, as it is with the standard library's.
//
//go:norace
func (h *Handle) Use() {
	if Seeded != SeedUse {
		raceRead(h.first())
	}
}

// update is Use for a mutex, of which the standard library's is a word that changes
// atomically: to copy it meanwhile is a race, too.
//
//go:norace
func (h *Handle) update() {
	if Seeded != SeedUse {
		raceUpdate(h.first())
	}
}

// The edges of happens-before that a primitive makes. They tell the race detector,
// where it watches; elsewhere they do nothing.

// Acquire orders what released the primitive before what follows.
//
//go:norace
func (h *Handle) Acquire() { raceAcquire(h.first()) }

// acquireAll is Acquire, for a primitive of two words: of an RWMutex, the second
// is what readers release.
//
//go:norace
func (h *Handle) acquireAll() {
	raceAcquire(h.first())
	raceAcquire(h.second())
}

// Merge orders what came before, and what was released before, before what
// acquires the primitive.
//
//go:norace
func (h *Handle) Merge() { raceReleaseMerge(h.first()) }

//go:norace
func (h *Handle) release() { raceRelease(h.first()) }

//go:norace
func (h *Handle) acquireRead() { raceAcquire(h.first()) }

//go:norace
func (h *Handle) releaseRead() { raceReleaseMerge(h.second()) }

//go:norace
func (h *Handle) first() unsafe.Pointer { return unsafe.Pointer(h) }

//go:norace
func (h *Handle) second() unsafe.Pointer { return unsafe.Add(unsafe.Pointer(h), 8) }

// object is a primitive in a run: its state, and what the run keeps besides.
type object struct {
	p unsafe.Pointer
	prim.State
	layout     layout
	generation int32   // how many others have been at its address before
	found      uint64  // the state in its bytes when it was met
	packed     uint64  // the state in its bytes
	version    uint32  // counts changes
	past       uint64  // what has written it, as a hash: see learns
	before     uint64  // what that was before the last operation
	waited     bool    // of a WaitGroup: it was waited for since it was last empty
	bubble     int32   // to which it belongs, 0: to none
	waiters    []int32 // wait set of a Cond, longest first
	senders    []waiter
	takers     []waiter
	sends      []int32 // of a channel: the events that sent, in order
	recvs      []int32 // and those that received an item
	quiet      bool    // of a channel without a buffer: see quiet.go
	from       prim.Origin
	tokens     bool     // its items take no bytes
	slots      []uint64 // addresses that the race detector knows: see orders
}

// waiter is a goroutine that waits in a send, receive or select on a channel
// without a buffer.
type waiter struct {
	g     int32
	event int32          // its arrival
	cas   int32          // which case of its select, -1: no select
	ptr   unsafe.Pointer // to the value to be sent, or to where it is to be put; nil: it is thrown away
}

// waiting is what a goroutine that waited has got.
type waiting struct {
	cas    int32
	ok     bool // an item came through, not a close
	closed bool
}

// objects are the primitives of a run, with a table that finds them by address.
type objects struct {
	log   *prim.Execution // gets the state in which each is met first
	objs  []object        // by number
	slots []slot
	used  int            // slots of this run
	epoch uint32         // of this run
	clock unsafe.Pointer // where the clock lies, which is the same in all runs
}

// epochs numbers the runs of the process.
var epochs atomic.Uint32

// begin forgets the objects of the run before.
//
//go:norace
func (t *objects) begin() {
	t.objs, t.used = t.objs[:0], 0
	t.epoch = epochs.Add(1)
}

// newObject adds an object and returns its number.
//
//go:norace
func (t *objects) newObject() int32 {
	id := int32(len(t.objs))
	if len(t.objs) < cap(t.objs) {
		t.objs = t.objs[:len(t.objs)+1]
		o := &t.objs[id]
		*o = object{waiters: o.waiters[:0], senders: o.senders[:0], takers: o.takers[:0], sends: o.sends[:0], recvs: o.recvs[:0]}
	} else {
		t.objs = append(t.objs, object{})
	}
	t.log.First = append(t.log.First, prim.State{})
	return id
}

// Object returns the number of the primitive in this run.
//
//go:norace
func (t *objects) Object(h *Handle) int32 { return t.primitive(prim.OpNone, h) }

// primitive is Object, for a primitive of which an operation of that kind is to be
// executed. It panics where there is none, as that operation does.
//
//go:norace
func (t *objects) primitive(k prim.Kind, h *Handle) int32 {
	_ = *h
	id, isNew := t.at(h.first())
	if isNew {
		t.meet(id, layoutOf(k), 0)
		return id
	}
	if o := &t.objs[id]; o.layout != nothing && o.layout.read(o.p) != o.packed {
		return t.replace(id)
	}
	return id
}

// meet takes over the state of an object that is new in the run.
//
//go:norace
func (t *objects) meet(id int32, l layout, generation int32) {
	o := &t.objs[id]
	o.layout, o.generation = l, generation
	o.found = l.read(o.p)
	o.packed = o.found
	if l == tagged {
		o.packed = uint64(t.epoch)<<32 | uint64(id+1)
		l.write(o.p, o.packed)
		return
	}
	o.State = l.unpack(o.packed)
	t.log.First[id] = o.State
}

// replace makes an object of what has been put where another one was. Those who wait
// for that one wait for it still.
//
//go:norace
func (t *objects) replace(old int32) (id int32) {
	id = t.newObject()
	o := &t.objs[old]
	t.find(o.p).id = id
	t.objs[id].p = o.p
	t.meet(id, o.layout, o.generation+1)
	return id
}

// keep writes the state of an object to its bytes, unless there is something else
// by now: then somebody has executed an operation that was announced before.
//
//go:norace
func (t *objects) keep(id int32) {
	o := &t.objs[id]
	if o.layout <= tagged || o.layout.read(o.p) != o.packed {
		return
	}
	if p := o.layout.pack(&o.State); p != o.packed {
		o.packed = p
		o.layout.write(o.p, p)
	}
}

// end leaves the bytes of all primitives as they were found.
//
//go:norace
func (t *objects) end() {
	for i := len(t.objs) - 1; i >= 0; i-- {
		if o := &t.objs[i]; o.packed != o.found {
			o.layout.write(o.p, o.found)
		}
	}
}

// slot is an entry of the table of objects: an address, and the object there in the
// run of that epoch.
type slot struct {
	p     unsafe.Pointer
	epoch uint32
	id    int32
}

// at returns the number of the object at an address, and whether the run had not
// seen it before. The table is open addressing with linear probing; it keeps the
// address alive, so that nothing else gets it in the same run.
//
//go:norace
func (t *objects) at(p unsafe.Pointer) (id int32, isNew bool) {
	if 2*(t.used+1) > len(t.slots) {
		old := t.slots
		t.slots = make([]slot, max(64, 2*len(old)))
		for _, q := range old {
			if q.epoch == t.epoch && q.p != nil {
				*t.find(q.p) = q
			}
		}
	}
	q := t.find(p)
	if q.p == p && q.epoch == t.epoch {
		return q.id, false
	}
	*q = slot{p, t.epoch, t.newObject()}
	t.objs[q.id].p = p
	t.used++
	return q.id, true
}

// find is where the address is, or belongs.
//
//go:norace
func (t *objects) find(p unsafe.Pointer) *slot {
	mask := uintptr(len(t.slots) - 1)
	for i := uintptr(p) >> 3 * 0x9E3779B97F4A7C15 >> 20 & mask; ; i = (i + 1) & mask {
		q := &t.slots[i]
		if q.epoch != t.epoch || q.p == nil || q.p == p {
			return q
		}
	}
}

// Primitives are the addresses of those that the run has met, in no order.
//
//go:norace
func (t *objects) Primitives() (ps []unsafe.Pointer) {
	for _, q := range t.slots {
		if q.epoch == t.epoch && q.p != nil {
			ps = append(ps, q.p)
		}
	}
	return ps
}

// At is the number of what lies at the address, in this run. The address stays
// valid for the run.
//
//go:norace
func (t *objects) At(p unsafe.Pointer) int32 {
	id, _ := t.at(p)
	return id
}

// names appends the names of the run's objects, by number.
//
//go:norace
func (t *objects) names(to []prim.Name, from *origins) []prim.Name {
	first := len(to)
	var n namer
	for i := range t.objs {
		if t.objs[i].p == t.clock {
			to = append(to, prim.Name{Alloc: prim.Static, At: uintptr(t.clock)})
			continue
		}
		name := n.name(uintptr(t.objs[i].p))
		name.Generation = t.objs[i].generation
		to = append(to, name)
	}
	from.tell(to[first:], n.bases)
	return to
}

// address is the address behind a value that is one word, such as a channel.
//
//go:norace
func address[T any](v *T) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(v)) }
