// Package exec executes Go code one goroutine at a time: the [prim.Executor] of
// programs whose goroutines, channels, locks, atomics and timers call it.
//
// [Exec] runs a body again and again. Each of its goroutines, a [G], runs up to its
// next operation and announces it; the run then picks one goroutine whose operation
// is enabled, as the plan says, and lets it take effect. The run is over when nobody
// can go on, or fails, or the plan ends it; goroutines that are left are unwound.
//
// A channel, a select, a lock, a condition variable, a WaitGroup, an atomic, a timer
// each has its file here, with what its operations do to the program's own data;
// what they do to the state that a search knows of is in package prim. Outside of a
// run the functions are the native operations.
package exec
