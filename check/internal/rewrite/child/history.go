package child

import (
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
	end := oracle.End{Stuck: x.End == prim.Deadlock, Cut: x.End != prim.Deadlock && x.End != prim.Done}
	spins := ""
	for _, t := range x.Threads {
		end.Locked = end.Locked || !t.Ended && t.Op.Kind.Info().Lock
		if t.Spinning() && spins == "" {
			spins = t.Position
		}
	}
	for i := range x.Events {
		if ev := &x.Events[i]; ev.Full.Spin && spins == "" {
			spins = ev.Position
		}
	}
	code, message, ok = oracle.Judge(notes, end)
	if must, pending := oracle.MustBlock(notes); code == "" && must && (spins != "" || end.Cut && pending) {
		return verdict.BusyWaiting, "an operation waits by running in a loop" + at(spins), true
	}
	return code, message, ok
}

func at(position string) string {
	if position == "" {
		return ""
	}
	return " at " + position
}
