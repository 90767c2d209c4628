package check

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// finding is a fault with the operations that show it.
type finding struct {
	code    verdict.Code
	message string
	witness []record.Call
}

// judge holds a history of a buffer against what the buffer promises, property
// by property, so that a fault gets the code that names it. Values are unique.
// Every rule is exact or errs towards silence; what the rules miss is left to
// the search for a linearization. O(n log n).
type judge struct {
	h         record.History
	capacity  int // Unbounded: no limit
	order     Order
	refusals  Refusals
	deadlines Refusals
	name      func(v int64) string
	// drained says that after everything else somebody took what was left and
	// then found nothing.
	drained bool
}

// passage is the way of one item.
type passage struct {
	send  record.Call
	recv  record.Call // if gone
	gone  bool
	order int64 // call of the receive, Never if there is none
}

func (j judge) findings() []finding {
	var out []finding
	sends := map[int64]record.Call{}
	var recvs []record.Call
	for _, c := range j.h.Calls {
		switch {
		case c.Op.Kind.Sends():
			sends[c.Op.Value] = c
		case c.Op.Kind.Receives() && !c.Pending() && c.Result.Status == OK:
			recvs = append(recvs, c)
		}
	}
	got := map[int64]record.Call{}
	for _, c := range recvs {
		v := c.Result.Value
		s, sent := sends[v]
		first, again := got[v]
		switch {
		case !sent || s.Call > c.Return:
			out = append(out, finding{verdict.InventedItem,
				fmt.Sprintf("%s was delivered, and nobody had sent it", j.name(v)), []record.Call{c}})
		case !s.Pending() && s.Result.Status != OK:
			out = append(out, finding{verdict.InventedItem,
				fmt.Sprintf("%s was delivered, though its %s had answered %s", j.name(v), s.Op.Kind.String(), s.Result.Status), []record.Call{s, c}})
		case again:
			out = append(out, finding{verdict.DuplicatedItem,
				fmt.Sprintf("%s was delivered twice", j.name(v)), []record.Call{s, first, c}})
			continue
		}
		got[v] = c
	}
	// Items that certainly entered: their send returned OK, or they came out.
	var items []passage
	for v, s := range sends {
		r, gone := got[v]
		if gone && s.Call > r.Return || !gone && (s.Pending() || s.Result.Status != OK) {
			continue
		}
		p := passage{send: s, recv: r, gone: gone, order: record.Never}
		if gone {
			p.order = r.Call
		}
		items = append(items, p)
	}
	slices.SortFunc(items, func(a, b passage) int { return cmp.Compare(a.send.Call, b.send.Call) })
	out = append(out, j.lost(items)...)
	out = append(out, j.reordered(items)...)
	levels := newLevels(items, sends, j.h)
	out = append(out, j.overflow(items, levels)...)
	out = append(out, j.refused(levels)...)
	out = append(out, j.closing()...)
	return firstOfEach(out)
}

// firstOfEach keeps the first finding of each code.
func firstOfEach(in []finding) []finding {
	seen := map[verdict.Code]bool{}
	var out []finding
	for _, f := range in {
		if !seen[f.code] {
			seen[f.code] = true
			out = append(out, f)
		}
	}
	return out
}

// lost finds items that entered, did not come out, and are not there.
func (j judge) lost(items []passage) []finding {
	if !j.drained {
		return nil
	}
	for _, p := range items {
		if !p.gone {
			w := []record.Call{p.send}
			if n := len(j.h.Calls); n > 0 && j.h.Calls[n-1].Call != p.send.Call {
				w = append(w, j.h.Calls[n-1])
			}
			return []finding{{verdict.LostItem,
				fmt.Sprintf("%s was accepted, never delivered, and nothing holds it", j.name(p.send.Op.Value)), w}}
		}
	}
	return nil
}

// reordered finds a and b such that a entered before b, and left after b. The
// items come by call of their send. For each b it suffices to look at the one
// among the earlier whose receive was called last.
func (j judge) reordered(items []passage) []finding {
	if j.order == Bag {
		return nil
	}
	groups := map[int][]passage{}
	for _, p := range items {
		key := 0
		if j.order == PerProducer {
			key = p.send.Op.Proc
		}
		groups[key] = append(groups[key], p)
	}
	var out []finding
	for _, key := range sortedKeys(groups) {
		byCall := groups[key]
		byReturn := slices.Clone(byCall)
		slices.SortFunc(byReturn, func(a, b passage) int { return cmp.Compare(a.send.Return, b.send.Return) })
		var late *passage
		n := 0
		for _, b := range byCall {
			for n < len(byReturn) && byReturn[n].send.Return < b.send.Call {
				if a := &byReturn[n]; a.gone && (late == nil || a.order > late.order) {
					late = a
				}
				n++
			}
			if late != nil && b.gone && b.recv.Return < late.recv.Call {
				out = append(out, finding{verdict.ReorderedItem,
					fmt.Sprintf("%s left before %s, which had entered earlier", j.name(b.send.Op.Value), j.name(late.send.Op.Value)),
					[]record.Call{late.send, b.send, b.recv, late.recv}})
				break
			}
		}
	}
	return out
}

func sortedKeys[V any](m map[int]V) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// levels bound the number of items held, as a function of time.
type levels struct {
	// Certainly inside: entered (send returned) and not yet asked for (receive
	// not called).
	low []level
	// Possibly inside: send called, receive not returned.
	high []level
}

// level is the number from this time on.
type level struct {
	at int64
	n  int
}

func newLevels(items []passage, sends map[int64]record.Call, h record.History) levels {
	var low, high []level
	for _, c := range h.Pending() {
		if c.Op.Kind.Receives() {
			low = append(low, level{c.Call, -1}) // it may have taken one
		}
	}
	certain := map[int64]bool{}
	for _, p := range items {
		certain[p.send.Op.Value] = true
		if p.send.Return < p.order {
			low = append(low, level{p.send.Return, 1})
			if p.gone {
				low = append(low, level{p.recv.Call, -1})
			}
		}
		high = append(high, level{p.send.Call, 1})
		if p.gone {
			high = append(high, level{p.recv.Return, -1})
		}
	}
	for v, s := range sends {
		if !certain[v] && s.Pending() {
			high = append(high, level{s.Call, 1}) // it may have taken effect
		}
	}
	return levels{accumulate(low), accumulate(high)}
}

func accumulate(steps []level) []level {
	slices.SortFunc(steps, func(a, b level) int { return cmp.Compare(a.at, b.at) })
	n := 0
	for i := range steps {
		n += steps[i].n
		steps[i].n = n
	}
	return steps
}

// extreme is the smallest (or greatest) level at any time in [from, to].
func extreme(ls []level, from, to int64, greatest bool) int {
	i, _ := slices.BinarySearchFunc(ls, from, func(l level, at int64) int { return cmp.Compare(l.at, at) })
	n := 0
	if i > 0 {
		n = ls[i-1].n
	}
	for ; i < len(ls) && ls[i].at <= to; i++ {
		if greatest {
			n = max(n, ls[i].n)
		} else {
			n = min(n, ls[i].n)
		}
	}
	return n
}

func (j judge) overflow(items []passage, l levels) []finding {
	if j.capacity == Unbounded {
		return nil
	}
	for _, at := range l.low {
		if at.n <= j.capacity {
			continue
		}
		f := finding{code: verdict.Overflow, message: fmt.Sprintf("%d items were held at once, the capacity is %d", at.n, j.capacity)}
		for _, p := range items {
			if p.send.Return <= at.at && at.at < p.order {
				f.witness = append(f.witness, p.send)
			}
		}
		return []finding{f}
	}
	return nil
}

// refused finds refusals that nothing excuses.
func (j judge) refused(l levels) []finding {
	var out []finding
	for _, c := range j.h.Calls {
		refusal, ok := c.Op.Kind.Refusal()
		if !ok || c.Pending() || c.Result.Status != refusal {
			continue
		}
		mode := j.refusals
		if refusal == Deadline {
			mode = j.deadlines
		}
		if mode == Spurious || mode == Weak && c.Op.Contended {
			continue
		}
		message := ""
		if c.Op.Kind.Receives() {
			if n := extreme(l.low, c.Call, c.Return, false); n > 0 {
				message = fmt.Sprintf("%v answered %v while at least %s held", c.Op.Kind, refusal, plural(n, "item was", "items were"))
			}
		} else if j.capacity == Unbounded {
			message = fmt.Sprintf("%v answered %v to %s, and there is no limit", c.Op.Kind, refusal, j.name(c.Op.Value))
		} else if n := extreme(l.high, c.Call, c.Return, true); n < j.capacity {
			message = fmt.Sprintf("%v answered %v to %s while at most %s held and the capacity is %d",
				c.Op.Kind, refusal, j.name(c.Op.Value), plural(n, "item was", "items were"), j.capacity)
		}
		if message != "" {
			out = append(out, finding{verdict.FalseRefusal, message, []record.Call{c}})
		}
	}
	return out
}

// closing finds answers that do not fit the time of the close.
func (j judge) closing() []finding {
	called, returned := int64(math.MaxInt64), int64(math.MaxInt64)
	var by record.Call
	for _, c := range j.h.Calls {
		if c.Op.Kind == model.Close {
			called = min(called, c.Call)
			if !c.Pending() && c.Result.Status == OK && c.Return < returned {
				returned, by = c.Return, c
			}
		}
	}
	var out []finding
	for _, c := range j.h.Calls {
		if c.Pending() || c.Op.Kind == model.Close {
			continue
		}
		what := c.Op.Kind.String()
		switch {
		case c.Result.Status == Closed && c.Return < called:
			out = append(out, finding{verdict.BrokenBoundary, what + " answered closed before anybody closed", []record.Call{c}})
		case c.Call < returned || c.Result.Status == Deadline:
		case c.Result.Status != OK && (j.refusals == Spurious || j.refusals == Weak && c.Op.Contended):
		case c.Op.Kind.Sends() && c.Result.Status != Closed:
			out = append(out, finding{verdict.BrokenBoundary,
				fmt.Sprintf("%s answered %s after the close had returned, expected closed", what, c.Result.Status), []record.Call{by, c}})
		case c.Result.Status == Empty:
			out = append(out, finding{verdict.BrokenBoundary,
				what + " answered empty after the close had returned, expected an item or closed", []record.Call{by, c}})
		}
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
