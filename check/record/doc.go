// Package record keeps what real goroutines did: which operation was called
// when, and what it returned when.
//
// A [Clock] gives one total order to all calls and returns. Every process
// writes its own [Log]; [Merge] makes a [History] of them, which a decision
// procedure such as check/linear judges.
package record
