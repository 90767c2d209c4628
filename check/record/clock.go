package record

import (
	"math"
	"sync/atomic"
)

// Never is the time of a return that has not happened.
const Never = math.MaxInt64

// Clock numbers events. Two events have different times, and an event that
// happened before another has the smaller one. The zero value is ready to use,
// by any number of goroutines.
//
// In a build with the race detector reading the clock does not order the
// goroutines for the detector, so that recording hides no race of the code under
// test.
type Clock struct{ now atomic.Int64 }

// Tick returns the time of an event that happens now; the first is 1.
func (c *Clock) Tick() int64 {
	unordered()
	t := c.now.Add(1)
	ordered()
	return t
}
