// Package world knows what comes into an execution from outside, and goes out: files,
// other processes, the environment, random numbers, the order of maps. Functions of
// the standard library that are probed call it: see package rewrite.
//
// What an execution sees of the outside is the same in all, by an assumption that
// names the place; or it is controlled; or it makes the verdict inconclusive, as
// something that is not controlled.
//
// Its functions are called wherever the program calls the standard library. They may
// not synchronise the program's goroutines for the race detector, nor race with each
// other: they are not instrumented, write no maps, and call nothing that has a lock or
// a pool.
package world
