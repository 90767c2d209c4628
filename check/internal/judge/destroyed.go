package judge

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Destroyed judges an execution in which processes waited on a mailbox and the main
// process destroyed it: each of them must return and answer destroyed.
func Destroyed(x *harness.Execution, main *harness.Process, end record.End) Outcome {
	o := Outcome{End: end, Findings: crashes(x)}
	if len(o.Findings) == 0 && end != record.Complete {
		o.Abandoned, o.Waiters = true, x.Waiters()
		if len(o.Waiters) > 0 {
			w := &o.Waiters[0]
			o.Findings = []linear.Finding{{Code: codeOf(w), Message: fmt.Sprintf("%v, though the box was destroyed", w), Witness: []record.Call{w.Call}}}
		}
	}
	if len(o.Findings) == 0 {
		if _, f := Dispose(x); f.Code != "" {
			o.Findings = []linear.Finding{f}
		}
	}
	o.History = x.History(end)
	if len(o.Findings) > 0 {
		return o
	}
	for _, c := range o.History.Calls {
		// What the main process did was done before, in a way that another part checks.
		if int(c.Proc) != main.Proc && c.Status != model.Destroyed {
			o.Findings = []linear.Finding{{Code: verdict.BrokenBoundary, Witness: []record.Call{c},
				Message: fmt.Sprintf("%v on a box that was destroyed answered %v, expected destroyed", c.Kind, c.Status)}}
			break
		}
	}
	return o
}
