package record

import (
	"cmp"
	"slices"
)

// End says how a run ended.
type End string

// Ends of a run.
const (
	Complete End = "complete" // every operation returned
	Stuck    End = "stuck"    // nobody could go on
	Cut      End = "cut"      // it was stopped while somebody could still go on
)

// History is what happened in one run: its operations by time of call.
type History struct {
	Calls []Call
	End   End
}

// Merge makes a history of the logs of all processes of a run. It marks every
// operation during which one of the opposite direction was under way as
// contended. It takes O(n log n) time.
func Merge(end End, logs ...*Log) History {
	h := History{End: end}
	var sends, recvs times
	for _, l := range logs {
		calls, spans := l.copy()
		h.Calls = append(h.Calls, calls...)
		for _, cs := range [][]Call{calls, spans} {
			for _, c := range cs {
				switch {
				case c.Op.Kind.Sends():
					sends.add(c)
				case c.Op.Kind.Receives():
					recvs.add(c)
				}
			}
		}
	}
	slices.SortFunc(h.Calls, func(a, b Call) int { return cmp.Compare(a.Call, b.Call) })
	sends.sort()
	recvs.sort()
	for i := range h.Calls {
		c := &h.Calls[i]
		switch {
		case c.Op.Kind.Sends():
			c.Op.Contended = recvs.during(*c) > 0
		case c.Op.Kind.Receives():
			c.Op.Contended = sends.during(*c) > 0
		}
	}
	return h
}

// Overlapping counts the operations during which another process had one under
// way. It takes O(n log n) time.
func (h History) Overlapping() int {
	var all times
	for _, c := range h.Calls {
		all.add(c)
	}
	all.sort()
	n := 0
	for _, c := range h.Calls {
		if all.during(c) > 1 { // more than itself: a process has one at a time
			n++
		}
	}
	return n
}

// Pending returns the operations that have not returned.
func (h History) Pending() []Call {
	var out []Call
	for _, c := range h.Calls {
		if c.Pending() {
			out = append(out, c)
		}
	}
	return out
}

// times are the ends of a set of intervals, each end sorted for itself.
type times struct{ call, ret []int64 }

func (t *times) add(c Call) {
	t.call = append(t.call, c.Call)
	t.ret = append(t.ret, c.Return)
}

func (t *times) sort() {
	slices.Sort(t.call)
	slices.Sort(t.ret)
}

// during counts the intervals that overlap c: those begun by its end less those
// ended before its beginning.
func (t *times) during(c Call) int {
	begun, _ := slices.BinarySearchFunc(t.call, c.Return, func(x, at int64) int {
		if x <= at {
			return -1
		}
		return 1
	})
	ended, _ := slices.BinarySearch(t.ret, c.Call)
	return begun - ended
}
