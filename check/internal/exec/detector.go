//go:build !race

package exec

import "unsafe"

// Race reports whether the race detector watches the run.
const Race = false

func raceAcquire(unsafe.Pointer)      {}
func raceRelease(unsafe.Pointer)      {}
func raceReleaseMerge(unsafe.Pointer) {}
func raceRead(unsafe.Pointer)         {}
func raceUpdate(unsafe.Pointer)       {}
func raceWrite(unsafe.Pointer)        {}

// Hide makes the race detector ignore how the goroutine synchronises, until
// [Show].
func Hide() {}

// Show ends [Hide].
func Show() {}

// RaceErrors is the number of data races that the detector has reported.
func RaceErrors() int { return 0 }
