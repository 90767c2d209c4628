package linear

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// NeverReturns is the note of a call that has not returned.
const NeverReturns = "never returns"

// Words name what a trace shows.
type Words struct {
	Item func(v int64) string // "item 7"
	Proc func(p int) string   // "process 2"
}

// Op is a call in words: "send(item 7)".
func (w Words) Op(op model.Op) string {
	if op.Kind.Sends() {
		return fmt.Sprintf("%v(%s)", op.Kind, w.Item(op.Value))
	}
	if op.Kind.Receives() && op.Size > 0 {
		return fmt.Sprintf("%v(at most %s)", op.Kind, words.Plural(op.Size, "byte", "bytes"))
	}
	return op.Kind.String() + "()"
}

// Result is what a call returned, in words: "item 7", "full".
func (w Words) Result(c record.Call) string {
	switch {
	case c.Kind.Receives() && c.Status == model.OK:
		return w.Item(c.Value)
	case c.Result().N > 0:
		return fmt.Sprintf("%v, %s", c.Status, words.Plural(c.Result().N, "byte", "bytes"))
	}
	return c.Status.String()
}

// Trace shows the operations as steps: one during which nothing else was called
// or returned is one step, others are two. Processes that are not in them may be
// added. The result maps processes to those of the trace.
func (w Words) Trace(calls []record.Call, also ...int) (*verdict.Trace, map[int]int) {
	t := &verdict.Trace{Format: verdict.TraceFormat, Picture: verdict.HistoryPicture}
	index := map[int]int{}
	for _, c := range calls {
		index[int(c.Proc)] = 0
	}
	for _, p := range also {
		index[p] = 0
	}
	procs := make([]int, 0, len(index))
	for p := range index {
		procs = append(procs, p)
	}
	slices.Sort(procs)
	for _, p := range procs {
		index[p] = len(t.Processes)
		t.Processes = append(t.Processes, w.Proc(p))
	}
	for _, e := range events(calls) {
		s := verdict.Step{Process: index[int(e.call.Proc)]}
		if s.Label = w.Op(e.call.Op()); !e.begins {
			s.Label = e.call.Kind.String() + " returns"
		}
		switch {
		case e.ends:
			s.Note = "-> " + w.Result(e.call)
		case e.call.Pending():
			s.Note = NeverReturns
		}
		t.Steps = append(t.Steps, s)
	}
	return t, index
}

// event is the call of an operation, its return, or both.
type event struct {
	call         record.Call
	n            int // of the operation
	begins, ends bool
	at           int64
	rank         int // among those of one time
}

func events(calls []record.Call) []event {
	var out []event
	for i, c := range calls {
		out = append(out, event{call: c, n: i, begins: true, at: c.Call})
		if !c.Pending() {
			out = append(out, event{call: c, n: i, ends: true, at: c.Return})
		}
	}
	rankAtOneTime(out)
	slices.SortStableFunc(out, func(a, b event) int { return cmp.Or(cmp.Compare(a.at, b.at), a.rank-b.rank) })
	merged := out[:0]
	for _, e := range out {
		if n := len(merged); n > 0 && e.ends && merged[n-1].begins && !merged[n-1].ends && merged[n-1].n == e.n {
			merged[n-1].ends = true
			continue
		}
		merged = append(merged, e)
	}
	return merged
}

// rankAtOneTime orders events of one time. What has one time overlaps: calls come before
// returns. But a process has returned before it calls anew.
func rankAtOneTime(es []event) {
	type moment struct {
		proc int32
		at   int64
	}
	of := map[moment][]int{}
	for i, e := range es {
		m := moment{e.call.Proc, e.at}
		of[m] = append(of[m], i)
	}
	const begins, endsFirst, between, ends = 0, 1, 2, 3
	for _, chain := range of {
		for k, i := range chain {
			switch e := &es[i]; {
			case k == 0 && e.begins:
				e.rank = begins
			case k == len(chain)-1 && e.ends:
				e.rank = ends
			case k == 0:
				e.rank = endsFirst
			default:
				e.rank = between
			}
		}
	}
}
