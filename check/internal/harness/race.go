//go:build race

package harness

import "runtime"

// unordered and ordered bracket synchronisation that the race detector must not
// see.
func unordered() { runtime.RaceDisable() }
func ordered()   { runtime.RaceEnable() }
