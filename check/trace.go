package check

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/linear"
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
	also := make([]int, len(ws))
	for i, w := range ws {
		also[i] = int(w.call.Proc)
	}
	shown, index := r.words().Trace(calls, also...)
	t.Processes, t.Steps = shown.Processes, shown.Steps
	for _, w := range ws {
		wt := verdict.Waiting{Process: index[int(w.call.Proc)], Label: r.describe(w.call.Op()), For: w.state, Position: w.at}
		t.Waiting = append(t.Waiting, wt)
	}
	return t
}

// words name the items and processes of the run.
func (r *run) words() linear.Words {
	return linear.Words{Item: r.itemName, Proc: func(p int) string { return r.procs[p].name }}
}

// describe is a call in words, with the item's name.
func (r *run) describe(op model.Op) string { return r.words().Op(op) }

// result is what a call returned, in words.
func (r *run) result(c record.Call) string { return r.words().Result(c) }
