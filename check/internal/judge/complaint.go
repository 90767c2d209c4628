package judge

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Complaint is what is wrong with an execution by its contract, in the form in which
// another contract may find nothing wrong with it.
type Complaint struct {
	History record.History
	Drained bool           // what was left was taken out
	Crash   *harness.Crash // of an operation
	Leak    bool           // goroutines were left behind
	Length  bool           // the object told a wrong length
	Other   bool           // something that no promise excuses, such as a data race
}

// small bounds the search for an order under another contract.
var small = linear.Budget{Steps: 200_000, Wall: time.Second}

// ForGood says that it was seen that operations which do not return wait for good: also
// where a loaded machine did not let all be seen at rest, so that the run was cut.
func (p *Complaint) ForGood() { p.History.End = record.Stuck }

// Plain reports whether the history alone is what is wrong.
func (p *Complaint) Plain() bool { return p.Crash == nil && !p.Leak && !p.Length && !p.Other }

// Explained reports whether the history is right by the contract.
func (p *Complaint) Explained(c contract.Contract) bool {
	nameless := func(int64) string { return "" }
	drained := p.Drained && c.Terms().Refusals != model.Spurious // else nobody knows whether it was empty
	if len(c.Faults(p.History, drained, nameless)) > 0 || p.History.End == record.Stuck && len(c.Stuck(p.History, nameless)) > 0 {
		return false
	}
	if !Decides(c) {
		return true
	}
	return linear.Decide(c.Spec(), p.History, linear.Options{Budget: small, Name: nameless}).Answer == linear.Explained
}
