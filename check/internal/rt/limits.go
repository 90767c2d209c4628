package rt

import (
	"runtime"
	"runtime/debug"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// limits are what the settings of the Go runtime were before an execution changed
// them: each gets its value back before the next one begins.
var limits struct {
	percent, procs int
	memory         int64
	set            [3]bool // which of the three
}

// Numbers of the settings in limits.set.
const (
	gcPercent = iota
	memoryLimit
	maxProcs
)

// SetGCPercent is debug.SetGCPercent.
//
//go:norace
//ipccheck:standsfor runtime/debug.SetGCPercent
func SetGCPercent(percent int) int {
	old := debug.SetGCPercent(percent)
	if changes(gcPercent) {
		limits.percent = old
	}
	return old
}

// SetMemoryLimit is debug.SetMemoryLimit.
//
//go:norace
//ipccheck:standsfor runtime/debug.SetMemoryLimit
func SetMemoryLimit(limit int64) int64 {
	old := debug.SetMemoryLimit(limit)
	if limit >= 0 && changes(memoryLimit) {
		limits.memory = old
	}
	return old
}

// GOMAXPROCS is runtime.GOMAXPROCS.
//
//go:norace
//ipccheck:standsfor runtime.GOMAXPROCS
func GOMAXPROCS(n int) int {
	old := runtime.GOMAXPROCS(n)
	if n > 0 && changes(maxProcs) {
		limits.procs = old
	}
	return old
}

// changes notes that an execution changes a setting; it reports whether it is the
// first to.
//
//go:norace
func changes(setting int) bool {
	if exec.Current() == nil || limits.set[setting] {
		return false
	}
	limits.set[setting] = true
	return true
}

// resetLimits puts the settings back.
//
//go:norace
func resetLimits() {
	if limits.set[gcPercent] {
		debug.SetGCPercent(limits.percent)
	}
	if limits.set[memoryLimit] {
		debug.SetMemoryLimit(limits.memory)
	}
	if limits.set[maxProcs] {
		runtime.GOMAXPROCS(limits.procs)
	}
}
