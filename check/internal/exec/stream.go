package exec

import (
	"sync"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Stream is what lies between two who meet over a network in memory. Its owner keeps
// what that is; the stream counts it, and has those wait who find nothing, or no room.
//
// An operation begins with one of the methods that wait, and ends with [Stream.Done].
// In between its owner looks at what there is and changes it; nobody else does.
type Stream struct {
	// N is how much there is, and Size how much there may be before writers wait.
	N, Size int32
	// Shut says who does not wait.
	Shut prim.Shut

	change sync.Cond // outside of a controlled run
}

// outside is locked in operations on streams outside of a controlled run.
var outside sync.Mutex

// Wait waits until an operation of the kind can go on. It reports false if the run is
// over, and then there is nothing to be done.
//
//go:norace
func (s *Stream) Wait(k prim.Kind) bool { return s.wait(prim.On(k, -1), nil) }

// WaitBoth is Wait for an operation on two streams.
//
//go:norace
func (s *Stream) WaitBoth(k prim.Kind, other *Stream) bool { return s.wait(prim.On(k, -1), other) }

//go:norace
func (s *Stream) wait(op prim.Op, other *Stream) bool {
	g := Current()
	if g == nil {
		s.waitOutside(op.Kind)
		return true
	}
	if g.x.kill {
		return g.announce(op) // false, or the end of a loop that does not end
	}
	op.Obj = g.x.stream(s)
	if other != nil {
		op.Obj2 = g.x.stream(other)
	}
	if !g.announce(op) {
		return false
	}
	if other != nil {
		g.x.objs[op.Obj2].version++
	}
	return true
}

// stream returns the number of a stream.
//
//go:norace
func (x *Exec) stream(s *Stream) int32 {
	id, isNew := x.at(unsafe.Pointer(s))
	if isNew {
		o := &x.objs[id]
		o.N, o.Size, o.State.Shut = s.N, s.Size, s.Shut
		x.First[id] = o.State
	}
	return id
}

// Done ends the operation: more has come, or gone if that is negative. part says that
// the same writer is to write more, and nobody else before.
//
//go:norace
func (s *Stream) Done(more int32, part bool) {
	s.N += more
	s.argue(more)
	if g := Current(); g != nil && part {
		g.x.last().Op.Kind = prim.OpStreamPart
	}
	s.end(nil)
}

// Change ends an operation that changes who does not wait.
//
//go:norace
func (s *Stream) Change(who prim.Shut, what int32) {
	s.Shut = s.Shut.Changed(who, what)
	s.argue(what)
	s.end(nil)
}

// Close ends an operation on two streams: nobody waits for them any more, unless they
// are to be kept as they are.
//
//go:norace
func (s *Stream) Close(other *Stream, what int32) {
	s.Shut, other.Shut = s.Shut.Changed(prim.ShutBoth, what), other.Shut.Changed(prim.ShutBoth, what)
	s.argue(what)
	s.end(other)
}

//go:norace
func (s *Stream) argue(arg int32) {
	if g := Current(); g != nil {
		g.x.last().Op.Arg = arg
	}
}

//go:norace
func (s *Stream) end(other *Stream) {
	if g := Current(); g != nil {
		g.x.apply()
		return
	}
	s.change.Broadcast()
	if other != nil {
		other.change.Broadcast()
	}
	outside.Unlock()
}

// Merge and Acquire tell the race detector that one writes and that another has read: the
// second knows of all that the first had done.
//
//go:norace
func (s *Stream) Merge() { raceReleaseMerge(unsafe.Pointer(s)) }

// Acquire: see [Stream.Merge].
//
//go:norace
func (s *Stream) Acquire() { raceAcquire(unsafe.Pointer(s)) }

// Descriptor is what the race detector knows an end of a stream by. What is done to the
// same end is done by one after the other, and the one knows of the other.
type Descriptor struct{ _ byte }

// Use tells the race detector of an operation on the end.
//
//go:norace
func (d *Descriptor) Use() {
	raceAcquire(unsafe.Pointer(d))
	raceReleaseMerge(unsafe.Pointer(d))
}

// waitOutside is Wait outside of a controlled run.
//
//go:norace
func (s *Stream) waitOutside(k prim.Kind) {
	outside.Lock()
	s.change.L = &outside
	for !s.ready(k) {
		outside.Unlock()
		image.Wait()
		outside.Lock()
		if !s.ready(k) {
			s.change.Wait()
		}
	}
}

//go:norace
func (s *Stream) ready(k prim.Kind) bool {
	switch k {
	case prim.OpStreamRead, prim.OpAccept:
		return s.N > 0 || s.Shut&(prim.ShutBoth|prim.ShutReaders) != 0
	case prim.OpStreamWrite, prim.OpConnect:
		return s.N < s.Size || s.Shut&(prim.ShutBoth|prim.ShutWriters) != 0
	}
	return true
}
