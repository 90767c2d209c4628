package rt

import (
	"runtime"
	"runtime/debug"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// limits are what the settings of the Go runtime were before an execution changed
// them: each gets its value back before the next one begins.
var limits struct {
	old [settings]int64
	set [settings]bool
}

// Numbers of the settings in limits.
const (
	gcPercent = iota
	memoryLimit
	maxProcs
	maxStack
	maxThreads
	mutexFraction
	settings
)

// SetGCPercent is debug.SetGCPercent.
//
//go:norace
//ipccheck:standsfor runtime/debug.SetGCPercent
func SetGCPercent(percent int) int {
	old := debug.SetGCPercent(percent)
	changes(gcPercent, int64(old))
	return old
}

// SetMemoryLimit is debug.SetMemoryLimit.
//
//go:norace
//ipccheck:standsfor runtime/debug.SetMemoryLimit
func SetMemoryLimit(limit int64) int64 {
	old := debug.SetMemoryLimit(limit)
	if limit >= 0 {
		changes(memoryLimit, old)
	}
	return old
}

// SetMaxStack is debug.SetMaxStack.
//
//go:norace
//ipccheck:standsfor runtime/debug.SetMaxStack
func SetMaxStack(bytes int) int {
	old := debug.SetMaxStack(bytes)
	changes(maxStack, int64(old))
	return old
}

// SetMaxThreads is debug.SetMaxThreads.
//
//go:norace
//ipccheck:standsfor runtime/debug.SetMaxThreads
func SetMaxThreads(threads int) int {
	old := debug.SetMaxThreads(threads)
	changes(maxThreads, int64(old))
	return old
}

// GOMAXPROCS is runtime.GOMAXPROCS.
//
//go:norace
//ipccheck:standsfor runtime.GOMAXPROCS
func GOMAXPROCS(n int) int {
	old := runtime.GOMAXPROCS(n)
	if n > 0 {
		changes(maxProcs, int64(old))
	}
	return old
}

// SetMutexProfileFraction is runtime.SetMutexProfileFraction.
//
//go:norace
//ipccheck:standsfor runtime.SetMutexProfileFraction
func SetMutexProfileFraction(rate int) int {
	old := runtime.SetMutexProfileFraction(rate)
	if rate >= 0 {
		changes(mutexFraction, int64(old))
	}
	return old
}

// changes notes that an execution changes a setting, and what it was before, if it is
// the first to.
//
//go:norace
func changes(setting int, old int64) {
	if exec.Current() != nil && !limits.set[setting] {
		limits.set[setting] = true
		limits.old[setting] = old
	}
}

// resetLimits puts the settings back.
//
//go:norace
func resetLimits() {
	for setting, set := range limits.set {
		if !set {
			continue
		}
		switch old := int(limits.old[setting]); setting {
		case gcPercent:
			debug.SetGCPercent(old)
		case memoryLimit:
			debug.SetMemoryLimit(limits.old[setting])
		case maxProcs:
			runtime.GOMAXPROCS(old)
		case maxStack:
			debug.SetMaxStack(old)
		case maxThreads:
			debug.SetMaxThreads(old)
		case mutexFraction:
			runtime.SetMutexProfileFraction(old)
		}
	}
}
