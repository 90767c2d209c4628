package judge

import (
	"fmt"
	"strings"

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
	for i := range t.Steps {
		if s := &t.Steps[i]; s.Note == linear.NeverReturns {
			if c := x.Processes[number(index, s.Process)].Crash(); c != nil {
				s.Note = ended(c)
			}
		}
	}
	for _, w := range waiters {
		state, position := w.Place()
		t.Waiting = append(t.Waiting, verdict.Waiting{Process: index[int(w.Call.Proc)], Label: words.Op(w.Call.Op()), For: state, Position: position})
	}
	return t
}

// number is the process that has an index.
func number(index map[int]int, i int) int {
	for p, k := range index {
		if k == i {
			return p
		}
	}
	return 0
}

// ended says in a trace how an operation ended that crashed.
func ended(c *harness.Crash) string {
	switch v := c.Value.(type) {
	case harness.ShortRead:
		return "-> " + string(v)
	case harness.UnknownResult:
		what, _, _ := strings.Cut(string(v), ", that ")
		what, _, _ = strings.Cut(what, ", which ")
		return "-> " + what
	}
	if c.Goexit {
		return "ends its goroutine"
	}
	return "panics"
}

// Words name the items and processes of an execution.
func Words(x *harness.Execution, c contract.Contract) linear.Words {
	return linear.Words{
		Item: func(v int64) string { return c.Name(v, x.Sources()) },
		Proc: func(p int) string { return x.Processes[p].Name },
	}
}
