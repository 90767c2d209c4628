package judge

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Stuck says which of the waiters of an execution in which nobody can go on should
// have gone on; none if each has to wait (see [linear.Stuck]). To tell a lost item
// from a lost wakeup it lets another process ask the object.
func Stuck(x *harness.Execution, c contract.Contract, waiters []harness.Waiter) []linear.Finding {
	held, closed := x.Held(c)
	blocked := c.Stuck(x.History(record.Stuck), Words(x, c).Item)
	if len(blocked) == 0 {
		if len(waiters) == 0 && held > 0 && !c.Terms().Lossy() {
			f := stuckReceiver(x, c, nil, linear.Blocked{Message: "every consumer polls in vain, while " + State(held, 0)})
			if f.Code == verdict.LostWakeup && c.Terms().Has(model.TryRecv) {
				return nil // who polls waits for nothing, and another one finds it: they had bad luck
			}
			return []linear.Finding{f}
		}
		return nil
	}
	b := blocked[0]
	for _, other := range blocked { // of a receive more can be found out
		if other.Call.Kind == model.Recv && b.Call.Kind == model.Send {
			b = other
			break
		}
	}
	w := waiterOf(waiters, b.Call)
	b.Message = w.Process + ": " + b.Message + w.Where()
	probes := !closed && c.Parts() == 1 && c.Terms().Capacity != 0
	switch {
	case probes && b.Call.Kind == model.Recv:
		return []linear.Finding{stuckReceiver(x, c, w, b)}
	case probes && b.Call.Kind == model.Send:
		if code, ok := probe(x, c, model.TrySend); ok && code == verdict.Deadlock {
			return []linear.Finding{{Code: code, Message: b.Message + ", and try_send by another process does not return either", Witness: b.Witness}}
		}
	}
	return []linear.Finding{{Code: codeOf(w), Message: b.Message, Witness: b.Witness}}
}

// waiterOf is the waiter that performs the operation.
func waiterOf(waiters []harness.Waiter, c record.Call) *harness.Waiter {
	for i := range waiters {
		if w := &waiters[i]; w.Call.Proc == c.Proc && w.Call.Call == c.Call {
			return w
		}
	}
	return &harness.Waiter{Call: c, Process: fmt.Sprintf("process %d", c.Proc)}
}

// codeOf is the fault of an operation that waits in vain: for a mutex that its holder
// does not release it is a deadlock.
func codeOf(w *harness.Waiter) verdict.Code {
	if w != nil && w.Locked() {
		return verdict.Deadlock
	}
	return verdict.LostWakeup
}

// stuckReceiver is the fault of a receiver that waits, or of all that poll if w is
// nil, though an item should be held.
func stuckReceiver(x *harness.Execution, c contract.Contract, w *harness.Waiter, b linear.Blocked) linear.Finding {
	f := linear.Finding{Code: codeOf(w), Message: b.Message, Witness: b.Witness}
	switch found, ok := probe(x, c, model.TryRecv); {
	case !ok:
	case found == verdict.Deadlock:
		f.Code = found
		f.Message += ", and try_recv by another process does not return either"
	case found == verdict.LostItem:
		f.Code = found
		f.Message += ", and try_recv by another process answers empty: what was accepted is never delivered, and nothing holds it"
	}
	return f
}

// probe lets another process ask the object: it may hang too (Deadlock), be refused
// (LostItem), or succeed (LostWakeup). ok is false if there is no such operation.
func probe(x *harness.Execution, c contract.Contract, k model.Kind) (code verdict.Code, ok bool) {
	if !c.Terms().Has(k) {
		return "", false
	}
	p := x.Process("probe")
	op := c.Op(p.Source, k, 0, 0)
	for range harness.PollAttempts {
		r, end := p.Alone(harness.Plain, op)
		switch {
		case end != record.Complete:
			return verdict.Deadlock, true
		case p.Crash() != nil:
			return "", false
		case r.Status == model.OK:
			return verdict.LostWakeup, true
		}
		harness.Yield(1)
	}
	return verdict.LostItem, true
}

// Deadlock is the fault of an execution in which nobody can go on and every wait is
// right by itself.
func Deadlock(waiters []harness.Waiter) linear.Finding {
	f := linear.Finding{Code: verdict.Deadlock}
	var blocked []string
	for _, w := range waiters {
		blocked = append(blocked, w.String())
		f.Witness = append(f.Witness, w.Call)
	}
	f.Message = "nobody can go on: " + strings.Join(blocked, "; ")
	return f
}

// State is the contents of an object in words. A capacity of 0 is left out.
func State(held, capacity int) string {
	s := words.Plural(max(held, 0), "item is held", "items are held")
	if capacity > 0 {
		s += fmt.Sprintf(" and the capacity is %d", capacity)
	}
	return s
}
