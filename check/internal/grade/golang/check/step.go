package check

import "sync/atomic"

var steps atomic.Int32

// Step is an operation that is in an order with every other such. It stands before each
// statement of a submission in which there is a data race, where its executions are to
// show what the race leads to.
func Step() { steps.Add(1) }
