package rt

import (
	"runtime"
	"runtime/debug"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/world"
)

// limits are what the settings of the Go runtime were before an execution changed
// them: each gets its value back before the next one begins.
var limits struct {
	old [settings]int64
	set [settings]bool
	// procs is GOMAXPROCS as the program sees it; 0: processors.
	procs int
}

// processors are those that a rewritten program sees, on every machine, unless it sets
// another number: what it does must not depend on that, and a report has the same bytes
// everywhere.
const processors = 2

// NumCPU is runtime.NumCPU.
//
//go:norace
//ipccheck:standsfor runtime.NumCPU
func NumCPU() int { return processors }

// Numbers of the settings in limits.
const (
	gcPercent = iota
	memoryLimit
	maxProcs
	procsSeen
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
	world.Share(world.SettingsName, true)
	old := debug.SetGCPercent(percent)
	changes(gcPercent, int64(old))
	return old
}

// SetMemoryLimit is debug.SetMemoryLimit.
//
//go:norace
//ipccheck:standsfor runtime/debug.SetMemoryLimit
func SetMemoryLimit(limit int64) int64 {
	world.Share(world.SettingsName, limit >= 0)
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
	world.Share(world.SettingsName, true)
	old := debug.SetMaxStack(bytes)
	changes(maxStack, int64(old))
	return old
}

// SetMaxThreads is debug.SetMaxThreads.
//
//go:norace
//ipccheck:standsfor runtime/debug.SetMaxThreads
func SetMaxThreads(threads int) int {
	world.Share(world.SettingsName, true)
	old := debug.SetMaxThreads(threads)
	changes(maxThreads, int64(old))
	return old
}

// GOMAXPROCS is runtime.GOMAXPROCS.
//
//go:norace
//ipccheck:standsfor runtime.GOMAXPROCS
func GOMAXPROCS(n int) int {
	world.Share(world.SettingsName, n > 0)
	seen := limits.procs
	if n > 0 {
		changes(maxProcs, int64(runtime.GOMAXPROCS(n)))
		changes(procsSeen, int64(seen))
		limits.procs = n
	}
	if seen == 0 {
		return processors
	}
	return seen
}

// SetMutexProfileFraction is runtime.SetMutexProfileFraction.
//
//go:norace
//ipccheck:standsfor runtime.SetMutexProfileFraction
func SetMutexProfileFraction(rate int) int {
	world.Share(world.SettingsName, rate >= 0)
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
		case procsSeen:
			limits.procs = old
		case maxStack:
			debug.SetMaxStack(old)
		case maxThreads:
			debug.SetMaxThreads(old)
		case mutexFraction:
			runtime.SetMutexProfileFraction(old)
		}
	}
}
