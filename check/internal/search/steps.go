package search

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// How many steps an execution may have, where nobody has said so: no more than there is
// time for, and no fewer than it may need.

const (
	tooMany    = 8    // executions that are cut short
	muchLonger = 20   // times as long as any that ends
	leastSteps = 1000 // of an execution that is cut short
)

// tooLong reports whether executions that are cut short are so many, and so much longer
// than any that ends, that there would be time for little else. They may as well be cut
// short earlier: it is known that not all was looked at.
func (w *sweep) tooLong() bool {
	return w.x.End == prim.Bound && w.bounded >= tooMany && w.o.Steps < w.mostSteps && w.first == nil &&
		w.longest > 0 && w.base.Steps > max(leastSteps, muchLonger*w.longest)
}

// tooShort reports whether the first execution was cut short and a longer one costs no
// more than its length: it has no other beside it, or is a random one, of so many
// goroutines that they have hardly begun.
func (w *sweep) tooShort() bool {
	alone := func() bool {
		return !slices.ContainsFunc(w.x.Events, func(e prim.Event) bool { return e.G != 0 })
	}
	crowd := w.random && len(w.x.Threads) > prim.MaxThreads
	return w.x.End == prim.Bound && w.v.Counts.Executions == 1 && w.base.Steps < w.mostSteps && (crowd || alone())
}
