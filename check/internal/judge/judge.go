// Package judge answers whether an execution of an object under test was right, and
// if it was not which fault it shows. It takes out what is left, looks for crashes,
// leaks, data races and blocked processes, and holds the history against the
// contract.
package judge

import (
	"slices"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Outcome is what an execution shows.
type Outcome struct {
	History  record.History
	Findings []linear.Finding
	Waiters  []harness.Waiter // the operations that do not return
	// Abandoned says that the execution did not come to its end: its goroutines are
	// still there, and go on if End is [record.Cut].
	Abandoned bool
	End       record.End
	// Searched says that a search for a linearization was made, Undecided that it
	// gave up.
	Searched, Undecided bool
	// Unexplained says that nobody could go on, and that nothing shows that they
	// should.
	Unexplained bool
	// Complaint is what was found, for other contracts to judge.
	Complaint Complaint
}

// budget bounds a search for a linearization, far above what the short histories
// need.
var budget = linear.Budget{Steps: 2_000_000, Wall: 10 * time.Second}

// Decide holds a history against the specification of the contract. ok is false if it
// could not be decided.
func Decide(c contract.Contract, h record.History, name contract.Namer) (fs []linear.Finding, ok bool) {
	d := linear.Decide(c.Spec(), h, linear.Options{Budget: budget, Name: name})
	return d.Findings, d.Answer != linear.Unknown
}

// Conclude judges an execution that has ended in whichever way. It first takes out
// what is left. If search is set, the history is also held against the specification.
func Conclude(x *harness.Execution, c contract.Contract, end record.End, search bool) Outcome {
	if x.Idle() {
		end = record.Complete // the last one has ended after all
	}
	o := Outcome{End: end}
	fs := crashes(x)
	drained, stuck, forGood := false, false, false
	var wrongLength linear.Finding
	approximate := false
	switch {
	case len(fs) > 0:
	case end != record.Complete:
		stuck = true
	case receives(c.Terms()):
		told, tells := length(x)
		processes := len(x.Processes)
		drained, o.End = drain(x, c)
		if drained && tells && o.End == record.Complete && c.Terms().Refusals != model.Spurious {
			wrongLength, approximate = Length(c.Terms(), told, moved(x, c, processes))
		}
		switch after := crashes(x); {
		case len(after) > 0:
			fs, drained, o.End = after[:1], false, record.Complete
		case o.End != record.Complete && drained:
			o.Abandoned, o.Waiters = true, x.Waiters()
		case o.End != record.Complete:
			stuck = true
		}
	}
	if stuck {
		o.Abandoned, o.Waiters = true, x.Waiters()
		fs = Stuck(x, c, o.Waiters)
		forGood = len(fs) > 0
		o.Unexplained = len(o.Waiters) == 0 && len(fs) == 0
	}
	if crashed := x.Crashes(); len(crashed) > 0 {
		o.Complaint.Crash = crashed[0]
	}
	_, closed := x.Held(c)
	over := o.End == record.Complete && len(fs) == 0
	disposed := false
	if over {
		var f linear.Finding
		if disposed, f = Dispose(x); f.Code != "" {
			fs, o.Complaint.Other = append(fs, f), true
		}
	}
	if over && (disposed || closed && drained) {
		left := leaks(x, disposed)
		fs, o.Complaint.Leak = append(fs, left...), len(left) > 0 && !disposed
		o.Complaint.Other = o.Complaint.Other || len(left) > 0 && disposed
	}
	if x.Raced() {
		o.Complaint.Other = true
		fs = append(fs, linear.Finding{Code: verdict.DataRace, Message: "the race detector reported a data race during this run, printed above"})
	}
	o.History = x.History(o.End)
	name := Words(x, c).Item
	fs = WithoutConsequences(append(Faults(x, c, o.History, drained), fs...))
	if len(fs) == 0 && wrongLength.Code != "" {
		fs, o.Complaint.Length = []linear.Finding{wrongLength}, approximate
	}
	search = search || c.DecidesLong() && o.End == record.Complete
	if len(fs) == 0 && Decides(c) && search {
		var ok bool
		fs, ok = Decide(c, o.History, name)
		o.Searched, o.Undecided = true, !ok
	}
	if len(fs) == 0 && stuck && len(o.Waiters) > 0 {
		fs = []linear.Finding{Deadlock(o.Waiters)}
	}
	o.Findings = fs
	o.Complaint.History, o.Complaint.Drained = o.History, drained
	if forGood {
		o.Complaint.ForGood()
	}
	return o
}

// Faults are the faults of a history, by its contract. Drained says that what was left
// has been taken out: what the object still tells that it holds is not lost.
func Faults(x *harness.Execution, c contract.Contract, h record.History, drained bool) []linear.Finding {
	fs := c.Faults(h, drained, Words(x, c).Item)
	if drained && slices.ContainsFunc(fs, isLost) {
		left, _ := length(x)
		fs = NotLost(fs, Denied(c.Terms(), left))
	}
	return fs
}

// length is what the object tells as its length when nothing is under way. It reports
// false if it tells none.
func length(x *harness.Execution) (n int, ok bool) {
	sized, can := x.Object.(harness.Sized)
	if !can || !x.Idle() || !x.Settled() {
		return 0, false
	}
	crash, end := x.Observe(func() { n, ok = sized.Len() })
	return n, ok && crash == nil && end == record.Complete
}

// moved is how much the processes from a number on have received.
func moved(x *harness.Execution, c contract.Contract, from int) (n int) {
	for _, p := range x.Processes[from:] {
		for _, call := range record.Merge(record.Complete, p.Log).Calls {
			if call.Kind.Receives() {
				n += c.Amount(call)
			}
		}
	}
	return n
}

// drain takes out what is left. Where processes still wait, what is taken out may let
// them go on and leave more, and one that was woken may be about to. So it is repeated
// until nobody was under way before, or nothing is held though all are blocked: only
// then everything has been taken out.
func drain(x *harness.Execution, c contract.Contract) (drained bool, end record.End) {
	quiet := x.Quiesce()
	for range len(x.Processes) + 1 {
		idle := x.Idle()
		held, closed := x.Held(c)
		drained, end = x.Drain(c, held, closed)
		if idle || end != record.Complete || len(x.Crashes()) > 0 {
			return drained, end
		}
		quiet = x.Quiesce()
		if held, _ = x.Held(c); held <= 0 {
			break
		}
	}
	return drained && quiet, end
}

// Decides reports whether a search for an order says more than the faults: of a
// rendezvous it does not.
func Decides(c contract.Contract) bool { return c.Terms().Capacity != 0 || c.Parts() > 1 }

// receives reports whether the object has an operation that receives.
func receives(t *contract.Terms) bool { return slices.ContainsFunc(t.Kinds, model.Kind.Receives) }
