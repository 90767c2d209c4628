// Package cprog executes C programs under control: their threads, and the processes
// that they fork, one operation at a time, in an order that package search chooses.
//
// A program is compiled by the C compiler of the system, without optimisation and with
// the calls that ThreadSanitizer has the compiler insert, and linked with the runtime in
// the folder of that name, in the place of ThreadSanitizer's. All its threads are
// coroutines of one thread of one process of the operating system, and its memory is put
// back after every execution. A [Program] is what has been compiled; an executor runs it
// in a child process, to which it hands a whole schedule at a time, in memory that both
// map, and which answers with the log of the execution.
//
// The child is not trusted: every step of its log is derived again from the descriptions
// of the operations in package prim, and a difference is an error.
package cprog
