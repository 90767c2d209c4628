// Package record keeps what real goroutines and processes did: which operation was
// called when, and what it returned when.
//
// A [Clock] gives one total order to all calls and returns of goroutines. Each
// writes its own [Log]; [Merge] makes a [History] of them, which a decision
// procedure such as check/linear judges. On Linux an Area is the log of a process
// of the operating system, by the clock of the machine, and [Join] does the same.
package record
