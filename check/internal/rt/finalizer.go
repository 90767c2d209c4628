package rt

import (
	"runtime"

	"github.com/ipccheck/ipccheck/check/internal/world"
)

// SetFinalizer is runtime.SetFinalizer: where there are executions it does nothing.
//
//ipccheck:standsfor runtime.SetFinalizer
//go:norace
func SetFinalizer(obj, finalizer any) {
	if finalizer == nil || !world.Finalizes() {
		runtime.SetFinalizer(obj, finalizer)
	}
}

// AddCleanup is runtime.AddCleanup: where there are executions it does nothing.
//
//ipccheck:standsfor runtime.AddCleanup
//go:norace
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) runtime.Cleanup {
	if world.Finalizes() {
		return runtime.Cleanup{}
	}
	return runtime.AddCleanup(ptr, cleanup, arg)
}
