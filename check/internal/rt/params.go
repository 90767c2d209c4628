package rt

import "github.com/ipccheck/ipccheck/check/internal/exec"

// In is a channel whose type is a type parameter, to receive from.
//
//go:norace
func In[C ~chan T | ~<-chan T, T any](ch C) <-chan T { return (<-chan T)(ch) }

// Out is a channel whose type is a type parameter, to send on.
//
//go:norace
func Out[C ~chan T | ~chan<- T, T any](ch C) chan<- T { return (chan<- T)(ch) }

// SelectAborted ends the goroutine. Rewritten code calls it after a select that
// returned because the run is being unwound.
//
//go:norace
func SelectAborted() {
	exec.SelectAborted()
	panic("ipccheck: a select without a default returned without a case")
}
