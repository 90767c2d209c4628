package oracle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// End is how an execution ended.
type End struct {
	Stuck  bool // nobody can go on
	Locked bool // somebody waits for a lock
	Cut    bool // it was given up: nothing follows from what is missing
}

// Judge says which fault the history in the notes of a test shows: "" if none. It
// reports false if there is none in them, or if the execution was given up and shows
// none.
//
// Objects that are independent are judged one after the other: linearizability is a local
// property (Herlihy and Wing, 1990), and who waits on one has to by what is in that.
func Judge(notes []Note, end End) (code verdict.Code, message string, ok bool) {
	o, h, ok, err := read(notes)
	switch {
	case err != nil:
		return verdict.FailedAssertion, "the record of the execution cannot be read: " + err.Error(), true
	case !ok:
		return "", "", false
	}
	for _, part := range objects(h) {
		if code, message = one(o, part, end); code != "" {
			return code, message, true
		}
	}
	return "", "", !end.Cut
}

// objects takes a history apart: the operations on each object.
func objects(h []operation) (parts [][]operation) {
	number := map[string]int{}
	for _, op := range h {
		i, known := number[op.Where]
		if !known {
			i = len(parts)
			number[op.Where] = i
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], op)
	}
	return parts
}

// one judges the history of one object.
func one(o Object, h []operation, end End) (code verdict.Code, message string) {
	if code, message = impossible(h); code != "" || end.Cut && anyPending(h) {
		return code, message
	}
	if o.Capacity == 0 {
		return rendezvous(h, end)
	}
	return buffer(o, h, end)
}

// MustBlock reports whether what the notes are about may not wait by running in a loop;
// and whether somebody is in an operation at their end.
func MustBlock(notes []Note) (must, pending bool) {
	o, h, ok, err := read(notes)
	return ok && err == nil && !o.Spins, anyPending(h)
}

func anyPending(h []operation) bool {
	return slices.ContainsFunc(h, func(op operation) bool { return op.pending() })
}

// impossible finds what no object of any kind answers.
func impossible(h []operation) (verdict.Code, string) {
	got := map[int]*operation{}
	for i := range h {
		op := &h[i]
		if op.pending() {
			continue
		}
		if op.Status == Unknown {
			return verdict.BrokenBoundary, what(op) + " answers with an error that it must not answer with"
		}
		if !op.Op.receives() || op.Status != OK {
			continue
		}
		v := op.Return.Value
		switch {
		case !sent(h, v, op.to):
			return verdict.InventedItem, fmt.Sprintf("%s gives %d, which nobody has sent", what(op), v)
		case got[v] != nil:
			return verdict.DuplicatedItem, fmt.Sprintf("%d is received twice: by %s and by %s", v, got[v].Call.Process, op.Call.Process)
		}
		got[v] = op
	}
	return "", ""
}

// sent reports whether somebody had begun to send the value before a time, and was not
// refused.
func sent(h []operation, v, before int) bool {
	for i := range h {
		if op := &h[i]; op.Op.sends() && op.Call.Value == v && op.from < before && (op.pending() || op.Status == OK) {
			return true
		}
	}
	return false
}

// narrow are the parts of the specification whose absence explains a history, with the
// code of a history that breaks that part alone. The first that explains counts.
var narrow = []struct {
	relaxed relaxation
	code    verdict.Code
}{
	{mayWait, verdict.LostWakeup}, {anyOrder, verdict.ReorderedItem}, {anySize, verdict.Overflow},
	{mayLose, verdict.LostItem}, {anyRefuse, verdict.FalseRefusal}, {anyClosed, verdict.BrokenBoundary}, {anyLen, verdict.NotLinearizable},
}

// buffer holds the history against the specification of a buffer.
func buffer(o Object, h []operation, end End) (verdict.Code, string) {
	if explained(o, h, end.Stuck, 0) {
		return "", ""
	}
	// Who waits for an item may not have been woken, or the item is gone: if somebody has
	// asked for the length, that tells.
	told := slices.ContainsFunc(h, func(op operation) bool { return op.Op == Len && !op.pending() })
	if end.Stuck && told && explained(o, h, true, mayLose) {
		return named(verdict.LostItem, h, end)
	}
	for _, n := range narrow {
		if explained(o, h, end.Stuck, n.relaxed) {
			return named(n.code, h, end)
		}
	}
	for i, n := range narrow {
		for _, m := range narrow[i+1:] {
			if explained(o, h, end.Stuck, n.relaxed|m.relaxed) {
				return named(m.code, h, end)
			}
		}
	}
	return named(verdict.NotLinearizable, h, end)
}

// named is a code with its message. A wait that is wrong is a deadlock if somebody
// waits for a lock.
func named(code verdict.Code, h []operation, end End) (verdict.Code, string) {
	switch code {
	case verdict.LostWakeup:
		if end.Locked {
			return verdict.Deadlock, "nobody can go on: " + waiting(h)
		}
		return code, "nobody can go on, though an operation should: " + waiting(h)
	case verdict.ReorderedItem:
		return code, "items leave in another order than they entered: " + answers(h)
	case verdict.Overflow:
		return code, "more items are inside than there is room for: " + answers(h)
	case verdict.LostItem:
		return code, "an item that was accepted is gone: " + answers(h)
	case verdict.FalseRefusal:
		return code, "an operation is refused though it could go on: " + answers(h)
	case verdict.BrokenBoundary:
		return code, "what is answered around a close is wrong: " + answers(h)
	}
	return code, "no order of the operations explains what they answer: " + answers(h)
}

// rendezvous holds the history against a rendezvous: a send is over only when a receive
// that was called has taken its value.
func rendezvous(h []operation, end End) (verdict.Code, string) {
	sends, receives := false, false // that wait
	for i := range h {
		op := &h[i]
		switch {
		case op.pending() && op.Op == Send:
			sends = true
		case op.pending() && op.Op == Recv:
			receives = true
		case op.Op == Send && !taken(h, op.Call.Value, op.to):
			if end.Stuck && waits(h, Recv) {
				return named(verdict.LostWakeup, h, end)
			}
			return verdict.Overflow, fmt.Sprintf("%s is over, and nobody has taken %d: %s", what(op), op.Call.Value, answers(h))
		}
	}
	for i := range h {
		if op := &h[i]; op.pending() && op.Op == Send && taken(h, op.Call.Value, never) {
			receives = true // its value is gone, and it waits
		}
	}
	if end.Stuck && sends && receives {
		return named(verdict.LostWakeup, h, end)
	}
	return "", ""
}

// waits reports whether somebody is in an operation of the kind.
func waits(h []operation, o Op) bool {
	return slices.ContainsFunc(h, func(op operation) bool { return op.pending() && op.Op == o })
}

// taken reports whether a receive that was called before a time has returned the value.
func taken(h []operation, v, before int) bool {
	for i := range h {
		if r := &h[i]; r.Op == Recv && !r.pending() && r.from < before && r.Return.Value == v {
			return true
		}
	}
	return false
}

// what is an operation with who performs it.
func what(op *operation) string {
	text := string(op.Op)
	if op.Op.sends() {
		text = fmt.Sprintf("%s %d", op.Op, op.Call.Value)
	}
	if op.Where != "" {
		text += " (" + op.Where + ")"
	}
	return text + " of " + op.Call.Process
}

// waiting lists who waits, and the answers so far.
func waiting(h []operation) string {
	var each []string
	for i := range h {
		if op := &h[i]; op.pending() {
			each = append(each, what(op)+" waits")
		}
	}
	return strings.Join(each, ", ") + "; " + answers(h)
}

// answers lists what the operations have answered, in the order in which they returned
// or were called.
func answers(h []operation) string {
	var each []string
	for i := range h {
		op := &h[i]
		switch {
		case op.pending() || op.Op == Cancel:
		case op.Op.receives() && op.Status == OK:
			each = append(each, fmt.Sprintf("%s: %d", what(op), op.Return.Value))
		case op.Op == Len:
			each = append(each, fmt.Sprintf("%s: %d", what(op), op.Return.Value))
		default:
			each = append(each, fmt.Sprintf("%s: %s", what(op), op.Status))
		}
	}
	if len(each) == 0 {
		return "no operation has returned"
	}
	return strings.Join(each, ", ")
}
