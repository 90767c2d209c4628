package exec

import "unsafe"

// The standard library has atomics of its own, too: those of a cache, say. They are not
// controlled, and hide races as its locks do. The runtime tells the atomics of the library
// from those of the program, which the drop-ins announce. See the runtime's ipccheckAtomic.

// OwnAtomic is called by the drop-in of an atomic before the operation itself.
//
//go:norace
func OwnAtomic(p unsafe.Pointer) { ownAtomic(p) }

// OwnAtomics is called by the drop-in of an object that is made of atomics and locks, such
// as sync.Map, before what it does with them, and again (false) behind that.
//
//go:norace
func OwnAtomics(own bool) { ownAtomics(own) }
