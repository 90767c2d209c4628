package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// maxSteps is the length up to which a trace shows the whole run. Of a longer
// one it shows the operations that matter.
const maxSteps = 120

// trace shows the fault in a run. An operation during which nothing else was
// called or returned is one step, others are two.
func (r *run) trace(subject, what string, h record.History, f finding, ws []waiting) *verdict.Trace {
	t := &verdict.Trace{Format: verdict.TraceFormat, Subject: subject, Params: []verdict.Param{{Name: "run", Value: what}}}
	calls := h.Calls
	if len(calls) > maxSteps {
		calls = f.witness
		t.Params = append(t.Params, verdict.Param{Name: "shown", Value: fmt.Sprintf("%d of %d operations", len(calls), len(h.Calls))})
	}
	index := map[int]int{} // process of the run to process of the trace
	for _, c := range calls {
		index[int(c.Proc)] = 0
	}
	for _, w := range ws {
		index[int(w.call.Proc)] = 0
	}
	for _, p := range sortedKeys(index) {
		index[p] = len(t.Processes)
		t.Processes = append(t.Processes, r.procs[p].name)
	}
	for _, e := range events(calls) {
		t.Steps = append(t.Steps, verdict.Step{Process: index[int(e.call.Proc)], Label: e.label(r), Note: e.note(r)})
	}
	for _, w := range ws {
		wt := verdict.Waiting{Process: index[int(w.call.Proc)], Label: r.describe(w.call.Op()), For: w.state, Position: w.at}
		t.Waiting = append(t.Waiting, wt)
	}
	return t
}

// event is the call of an operation, its return, or both.
type event struct {
	call        record.Call
	begin, ends bool
	at          int64
}

func events(calls []record.Call) []event {
	var out []event
	for _, c := range calls {
		out = append(out, event{call: c, begin: true, at: c.Call})
		if !c.Pending() {
			out = append(out, event{call: c, ends: true, at: c.Return})
		}
	}
	slices.SortFunc(out, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	merged := out[:0]
	for _, e := range out {
		if n := len(merged); n > 0 && e.ends && merged[n-1].begin && merged[n-1].call.Call == e.call.Call {
			merged[n-1].ends = true
			continue
		}
		merged = append(merged, e)
	}
	return merged
}

func (e event) label(r *run) string {
	if !e.begin {
		return e.call.Kind.String() + " returns"
	}
	return r.describe(e.call.Op())
}

func (e event) note(r *run) string {
	switch {
	case e.ends:
		return "-> " + r.result(e.call)
	case e.call.Pending():
		return "never returns"
	}
	return ""
}

// describe is a call in words, with the item's name.
func (r *run) describe(op model.Op) string {
	if op.Kind.Sends() {
		return fmt.Sprintf("%v(%s)", op.Kind, r.itemName(op.Value))
	}
	return op.Kind.String() + "()"
}

// result is what a call returned, in words.
func (r *run) result(c record.Call) string {
	if c.Kind.Receives() && c.Status == OK {
		return r.itemName(c.Value)
	}
	return c.Status.String()
}
