//go:build race

package record

import "runtime"

// unordered and ordered bracket synchronisation that the race detector must not
// see.
func unordered() { runtime.RaceDisable() }
func ordered()   { runtime.RaceEnable() }

// Races is the number of data races that the detector has reported so far in
// this process; ok is false in a build without it.
func Races() (n int, ok bool) { return runtime.RaceErrors(), true }
