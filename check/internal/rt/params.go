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

// Gone ends the goroutine: it is called where a select has returned that waits
// until the run is over.
//
//go:norace
func Gone() string {
	exec.Gone()
	return "ipccheck: a select without a default returned without a case"
}
