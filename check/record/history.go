package record

import (
	"cmp"
	"math"
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

// History is what happened in one run: its operations by time of call, those of one
// process in its order. What has one time overlaps, but for operations of one process.
type History struct {
	Calls []Call
	End   End
}

// Merge makes a history of the logs of all processes of a run. It marks every
// operation during which one of the opposite direction was under way as
// contended, and every one during which any other was as overlapped. It takes O(n log p) time for n operations of p processes.
func Merge(end End, logs ...*Log) History {
	parts, folded := make([][]Call, 0, len(logs)), make([][]Call, 0, len(logs))
	for _, l := range logs {
		kept, away := l.split()
		if len(kept) > 0 {
			parts = append(parts, kept)
		}
		if len(away) > 0 {
			folded = append(folded, away)
		}
	}
	h := History{Calls: mergeSorted(parts), End: end}
	h.contend(mergeSorted(folded))
	return h
}

// Join makes a history of lists of operations, each in order of calls.
func Join(end End, parts ...[]Call) History {
	kept := make([][]Call, 0, len(parts))
	for _, p := range parts {
		if len(p) > 0 {
			kept = append(kept, p)
		}
	}
	h := History{Calls: mergeSorted(kept), End: end}
	h.Contend()
	return h
}

func byCall(a, b Call) int { return cmp.Compare(a.Call, b.Call) }

// mergeSorted merges lists that are each in order.
func mergeSorted(parts [][]Call) []Call {
	for len(parts) > 1 {
		half := parts[:0]
		for i := 0; i < len(parts); i += 2 {
			if i+1 == len(parts) {
				half = append(half, parts[i])
				break
			}
			a, b := parts[i], parts[i+1]
			out := make([]Call, 0, len(a)+len(b))
			for len(a) > 0 && len(b) > 0 {
				if a[0].Call <= b[0].Call {
					out, a = append(out, a[0]), a[1:]
				} else {
					out, b = append(out, b[0]), b[1:]
				}
			}
			half = append(half, append(append(out, a...), b...))
		}
		parts = half
	}
	if len(parts) == 0 {
		return nil
	}
	return parts[0]
}

// Sort puts the operations in order of their calls, equal ones as they stand.
func (h History) Sort() {
	if !slices.IsSortedFunc(h.Calls, byCall) {
		slices.SortStableFunc(h.Calls, byCall)
	}
}

// Contend marks the operations during which one of the opposite direction was
// under way, or any other. It takes O(n) time.
func (h History) Contend() { h.contend(nil) }

// edge is the latest return, or the earliest call, of some operations.
type edge struct {
	at      int64
	proc    int32 // whose it is
	several bool  // of several processes
}

func (e *edge) add(at int64, proc int32, beyond bool) {
	switch {
	case beyond:
		*e = edge{at, proc, false}
	case at == e.at && proc != e.proc:
		e.several = true
	}
}

// touches reports whether an operation of the process that ends at this edge is under
// way at the same time as one whose edge it is. Of one process they are in order.
func (e edge) touches(at int64, proc int32) bool { return e.at == at && (e.several || e.proc != proc) }

// contend is [History.Contend], where the spans count too.
func (h History) contend(spans []Call) {
	// An operation overlaps an earlier one if the latest return so far is not
	// before its call, and a later one if the next call is not after its return.
	const sends, recvs, all = 0, 1, 2
	latest := [3]edge{{at: math.MinInt64}, {at: math.MinInt64}, {at: math.MinInt64}}
	note := func(c *Call) {
		latest[all].add(c.Return, c.Proc, c.Return > latest[all].at)
		switch {
		case c.Kind.Sends():
			latest[sends].add(c.Return, c.Proc, c.Return > latest[sends].at)
		case c.Kind.Receives():
			latest[recvs].add(c.Return, c.Proc, c.Return > latest[recvs].at)
		}
	}
	before := func(c *Call, e edge) bool { return e.at > c.Call || e.touches(c.Call, c.Proc) }
	n := 0
	for i := range h.Calls {
		c := &h.Calls[i]
		for n < len(spans) && spans[n].Call <= c.Call {
			note(&spans[n])
			n++
		}
		switch {
		case c.Kind.Sends():
			c.Contended = before(c, latest[recvs])
		case c.Kind.Receives():
			c.Contended = before(c, latest[sends])
		}
		c.Overlapped = before(c, latest[all])
		note(c)
	}
	next := [3]edge{{at: math.MaxInt64}, {at: math.MaxInt64}, {at: math.MaxInt64}}
	ahead := func(c *Call) {
		next[all].add(c.Call, c.Proc, c.Call < next[all].at)
		switch {
		case c.Kind.Sends():
			next[sends].add(c.Call, c.Proc, c.Call < next[sends].at)
		case c.Kind.Receives():
			next[recvs].add(c.Call, c.Proc, c.Call < next[recvs].at)
		}
	}
	after := func(c *Call, e edge) bool {
		return e.at < c.Return || c.Return != Never && e.touches(c.Return, c.Proc)
	}
	n = len(spans) - 1
	for i := len(h.Calls) - 1; i >= 0; i-- {
		c := &h.Calls[i]
		for n >= 0 && spans[n].Call > c.Call {
			ahead(&spans[n])
			n--
		}
		switch {
		case c.Kind.Sends():
			c.Contended = c.Contended || after(c, next[recvs])
		case c.Kind.Receives():
			c.Contended = c.Contended || after(c, next[sends])
		}
		c.Overlapped = c.Overlapped || after(c, next[all])
		ahead(c)
	}
}

// Overlapping counts the operations during which another one was under way. It
// takes O(n) time.
func (h History) Overlapping() int {
	later := make([]bool, len(h.Calls)) // overlaps one that stands after it
	next := edge{at: math.MaxInt64}
	for i := len(h.Calls) - 1; i >= 0; i-- {
		c := &h.Calls[i]
		later[i] = i+1 < len(h.Calls) && (next.at < c.Return || next.touches(c.Return, c.Proc))
		next.add(c.Call, c.Proc, c.Call < next.at)
	}
	n := 0
	latest := edge{at: math.MinInt64}
	for i := range h.Calls {
		c := &h.Calls[i]
		if later[i] || i > 0 && (latest.at > c.Call || latest.touches(c.Call, c.Proc)) {
			n++
		}
		latest.add(c.Return, c.Proc, c.Return > latest.at)
	}
	return n
}

// Touching reports whether a process called an operation at the time at which an
// earlier one of it had returned. The two are in order all the same. It takes O(n)
// time.
func (h History) Touching() bool {
	var near [64]int64 // the latest return, by process
	var far map[int32]int64
	for i := range h.Calls {
		c := &h.Calls[i]
		latest := int64(math.MinInt64)
		small := uint32(c.Proc) < uint32(len(near))
		if small {
			latest = near[c.Proc]
		} else if at, ok := far[c.Proc]; ok {
			latest = at
		}
		if latest >= c.Call {
			// Or it is the 0 of a process that has not returned, or the process is not
			// sequential.
			return h.touching()
		}
		switch {
		case small:
			near[c.Proc] = c.Return
		case far == nil:
			far = map[int32]int64{c.Proc: c.Return}
		default:
			far[c.Proc] = c.Return
		}
	}
	return false
}

// touching is [History.Touching], for any times and processes.
func (h History) touching() bool {
	type end struct {
		proc int32
		at   int64
	}
	ends := map[end]bool{}
	for _, c := range h.Calls {
		if ends[end{c.Proc, c.Call}] {
			return true
		}
		ends[end{c.Proc, c.Return}] = true
	}
	return false
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
