package child

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/oracle"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// history judges an execution whose test has noted a history: by what the operations
// have answered, and not by how it ended. A panic is one whatever they have.
func (e *explorer) history(x *prim.Execution) (code verdict.Code, message string, ok bool) {
	if e.run == nil || len(e.run.Attrs) == 0 || x.Report.Failed || x.End == prim.Panicked {
		return "", "", false
	}
	notes := make([]oracle.Note, len(e.run.Attrs))
	for i, a := range e.run.Attrs {
		notes[i] = oracle.Note(a)
	}
	end := oracle.End{
		Stuck:  x.End == prim.Deadlock,
		Locked: slices.ContainsFunc(x.Threads, func(t *prim.Thread) bool { return !t.Ended && t.Op.Kind.Info().Lock }),
		Cut:    x.End != prim.Deadlock && x.End != prim.Done,
	}
	code, message, ok = oracle.Judge(notes, end)
	must, pending := oracle.MustBlock(notes)
	if code == "" && must && (spins(x) || end.Cut && pending) {
		return verdict.BusyWaiting, "an operation waits by running in a loop", true
	}
	return code, message, ok
}

// spins reports whether somebody waited in a loop.
func spins(x *prim.Execution) bool {
	return slices.ContainsFunc(x.Threads, (*prim.Thread).Spinning) ||
		slices.ContainsFunc(x.Events, func(ev prim.Event) bool { return ev.Full.Spin })
}
