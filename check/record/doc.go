// Package record records what goroutines and processes did: which operation each
// called and when, and what it returned and when.
//
// Goroutines share a [Clock], which numbers all calls and returns. Each goroutine
// writes its own [Log], and [Merge] makes a [History] of the logs, which a decision
// procedure such as check/linear judges. A process of the operating system writes an
// Area instead (on Linux), with times of the machine's clock, and [Join] makes a
// History of several.
package record
