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

// History is what happened in one run: its operations by time of call.
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

// contend is [History.Contend], where the spans count too.
func (h History) contend(spans []Call) {
	// An operation overlaps an earlier one if the latest return so far is not
	// before its call, and a later one if the next call is not after its return.
	const sends, recvs = 0, 1
	latest, any := [2]int64{math.MinInt64, math.MinInt64}, int64(math.MinInt64)
	note := func(c *Call) {
		any = max(any, c.Return)
		switch {
		case c.Kind.Sends():
			latest[sends] = max(latest[sends], c.Return)
		case c.Kind.Receives():
			latest[recvs] = max(latest[recvs], c.Return)
		}
	}
	n := 0
	for i := range h.Calls {
		c := &h.Calls[i]
		for n < len(spans) && spans[n].Call <= c.Call {
			note(&spans[n])
			n++
		}
		switch {
		case c.Kind.Sends():
			c.Contended = latest[recvs] >= c.Call
		case c.Kind.Receives():
			c.Contended = latest[sends] >= c.Call
		}
		c.Overlapped = any >= c.Call
		note(c)
	}
	next, soonest := [2]int64{math.MaxInt64, math.MaxInt64}, int64(math.MaxInt64)
	ahead := func(c *Call) {
		soonest = c.Call
		switch {
		case c.Kind.Sends():
			next[sends] = c.Call
		case c.Kind.Receives():
			next[recvs] = c.Call
		}
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
			c.Contended = c.Contended || next[recvs] <= c.Return && next[recvs] != math.MaxInt64
		case c.Kind.Receives():
			c.Contended = c.Contended || next[sends] <= c.Return && next[sends] != math.MaxInt64
		}
		c.Overlapped = c.Overlapped || soonest <= c.Return && soonest != math.MaxInt64
		ahead(c)
	}
}

// Overlapping counts the operations during which another one was under way. It
// takes O(n) time.
func (h History) Overlapping() int {
	n := 0
	latest := int64(math.MinInt64)
	for i := range h.Calls {
		c := &h.Calls[i]
		if i > 0 && latest >= c.Call || i+1 < len(h.Calls) && h.Calls[i+1].Call <= c.Return {
			n++
		}
		latest = max(latest, c.Return)
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
