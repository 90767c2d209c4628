package exec

import "unsafe"

// What the runtime knows of goroutines. In a program that is built to be explored
// another file stands here: see package image. In any other program goroutines are not
// told apart.

//go:norace
func self() uintptr { return 0 }

//go:norace
func stranger() (yes bool, pc uintptr) { return false, 0 }

// nobody is a thread that the race detector knows, and that is no goroutine.
//
//go:norace
func nobody() (ctx uintptr) { return 0 }

//go:norace
func nobodyEnds(ctx uintptr) {}

// become has the goroutine be another thread for the race detector.
//
//go:norace
func become(ctx uintptr) (was uintptr, ok bool) { return 0, false }

// actor tells who executes, by number; none: -1.
//
//go:norace
func actor(id int) {}

// atomicsBegin is called at the beginning of an execution. With loose, the standard
// library's atomics order nobody in it.
//
//go:norace
func atomicsBegin(loose bool) {}

// atomicsMet reports whether goroutines have met at those.
//
//go:norace
func atomicsMet() bool { return false }

//go:norace
func ownAtomic(p unsafe.Pointer) {}

//go:norace
func ownAtomics(all bool) {}

//go:norace
func areOwnAtomics() bool { return false }

var _ = []any{nobody, nobodyEnds, become, actor} // only the race detector's goroutines call them
