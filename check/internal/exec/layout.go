package exec

import (
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// layout is where the state of a primitive lies in its bytes. A primitive of the
// standard library is no more than its bytes: a copy of a mutex that is locked is
// another one, locked as well, and to overwrite it is to unlock it. So the state of
// those that stand in for them is written to the same bytes, and read from there
// when an execution meets one for the first time, which may be a copy, or what
// initialisers and TestMain have made; and where the bytes are no longer what was
// written last, the program has put something else there.
type layout uint8

const (
	nothing   layout = iota // what only its address tells, such as a channel, and memory itself
	tagged                  // a [Handle] of its own: it holds the object's number
	mutex                   // sync.Mutex
	rwmutex                 // sync.RWMutex
	waitgroup               // sync.WaitGroup
	once                    // sync.Once: a word that says that it is done, and a mutex
)

// What is in the bytes of a Once, packed.
const (
	onceDone  = 1
	onceBegun = 2
)

// maxReaders is what a writer of an RWMutex takes off the number of readers.
const maxReaders = 1 << 30

// readerCount is where an RWMutex counts its readers.
const readerCount = 16

// layoutOf is the layout of what an operation of the kind works on: that of a mutex
// for those that an RWMutex has, too.
//
//go:norace
func layoutOf(k prim.Kind) layout {
	switch {
	case k == prim.OpWGAdd || k == prim.OpWGWait:
		return waitgroup
	case k >= prim.OpOnceDo && k <= prim.OpOnceWait:
		return once
	case k >= prim.OpWLock && k <= prim.OpTryRLockFailed:
		return rwmutex
	case k >= prim.OpLock && k <= prim.OpTryLockFailed:
		return mutex
	}
	return tagged
}

// read returns the state that lies at p, packed.
//
//go:norace
func (l layout) read(p unsafe.Pointer) uint64 {
	switch l {
	case tagged:
		return *(*uint64)(p)
	case mutex:
		return uint64(*(*uint32)(p) & 1)
	case rwmutex:
		return uint64(*(*uint32)(p)&1) | uint64(*(*uint32)(unsafe.Add(p, readerCount)))<<32
	case waitgroup:
		return *(*uint64)(p) >> 32
	case once:
		return uint64(*(*uint32)(p)&onceDone) | uint64(*(*uint32)(unsafe.Add(p, 4))&1)*onceBegun
	}
	return 0
}

// write puts it there.
//
//go:norace
func (l layout) write(p unsafe.Pointer, packed uint64) {
	switch l {
	case tagged:
		*(*uint64)(p) = packed
	case rwmutex:
		*(*uint32)(unsafe.Add(p, readerCount)) = uint32(packed >> 32)
		fallthrough
	case mutex:
		*(*uint32)(p) = *(*uint32)(p)&^1 | uint32(packed&1)
	case waitgroup:
		*(*uint64)(p) = *(*uint64)(p)&(1<<32-1) | packed<<32
	case once:
		*(*uint32)(p) = uint32(packed & onceDone)
		mutex.write(unsafe.Add(p, 4), packed/onceBegun)
	}
}

// pack is a state as [layout.read] returns it.
//
//go:norace
func (l layout) pack(s *prim.State) (packed uint64) {
	if l == waitgroup {
		return uint64(uint32(s.N))
	}
	if l == once {
		switch {
		case s.Closed:
			return onceDone
		case s.Owner != 0:
			return onceBegun
		}
		return 0
	}
	readers := s.N
	if s.Owner != 0 {
		packed = 1
		readers -= maxReaders
	}
	if l == rwmutex {
		packed |= uint64(uint32(readers)) << 32
	}
	return packed
}

// unpack is the opposite of pack. Who holds a lock cannot be told.
//
//go:norace
func (l layout) unpack(packed uint64) (s prim.State) {
	switch l {
	case waitgroup:
		s.N = int32(packed)
	case once:
		s.Closed = packed&onceDone != 0
		if packed != 0 {
			s.Owner = nobodyKnown
		}
	case mutex, rwmutex:
		s.N = int32(packed >> 32)
		if packed&1 != 0 {
			s.Owner = nobodyKnown
			if l == rwmutex {
				s.N += maxReaders
			}
		}
	}
	return s
}

// nobodyKnown is the owner of a lock that was met locked.
const nobodyKnown = -1
