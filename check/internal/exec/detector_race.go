//go:build race

package exec

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Race reports whether the race detector watches the run.
const Race = true

//go:norace
func raceAcquire(p unsafe.Pointer) { runtime.RaceAcquire(p) }

//go:norace
func raceRelease(p unsafe.Pointer) { runtime.RaceRelease(p) }

//go:norace
func raceReleaseMerge(p unsafe.Pointer) { runtime.RaceReleaseMerge(p) }

//go:norace
func raceRead(p unsafe.Pointer) { runtime.RaceRead(p) }

// raceUpdate is an atomic access, which acquires and releases.
//
//go:norace
func raceUpdate(p unsafe.Pointer) {
	ownAtomic(p)
	atomic.AddUint32((*uint32)(p), 0)
}

//go:norace
func raceWrite(p unsafe.Pointer) { runtime.RaceWrite(p) }

// Hide makes the race detector ignore how the goroutine synchronises, until
// [Show].
//
//go:norace
func Hide() { runtime.RaceDisable() }

// Show ends [Hide].
//
//go:norace
func Show() { runtime.RaceEnable() }

// RaceErrors is the number of data races that the detector has reported.
//
//go:norace
func RaceErrors() int { return runtime.RaceErrors() }
