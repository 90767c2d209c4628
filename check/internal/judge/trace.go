package judge

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// maxSteps is the length up to which a trace shows the whole execution. Of a longer
// one it shows the operations that matter.
const maxSteps = 120

// Trace shows a finding in an execution. An operation during which nothing else was
// called or returned is one step, others are two.
func Trace(x *harness.Execution, c contract.Contract, subject, what string, h record.History, f linear.Finding, waiters []harness.Waiter) *verdict.Trace {
	params := []verdict.Param{{Name: "run", Value: what}}
	calls := h.Calls
	if len(calls) > maxSteps {
		calls = f.Witness
		params = append(params, verdict.Param{Name: "shown", Value: fmt.Sprintf("%d of %d operations", len(calls), len(h.Calls))})
	}
	also := make([]int, len(waiters))
	for i, w := range waiters {
		also[i] = int(w.Call.Proc)
	}
	words := Words(x, c)
	t, index := words.Trace(calls, also...)
	t.Subject, t.Params = subject, params
	for _, w := range waiters {
		t.Waiting = append(t.Waiting, verdict.Waiting{Process: index[int(w.Call.Proc)], Label: words.Op(w.Call.Op()), For: w.State, Position: w.At})
	}
	return t
}

// Words name the items and processes of an execution.
func Words(x *harness.Execution, c contract.Contract) linear.Words {
	return linear.Words{
		Item: func(v int64) string { return c.Name(v, x.Sources()) },
		Proc: func(p int) string { return x.Processes[p].Name },
	}
}
