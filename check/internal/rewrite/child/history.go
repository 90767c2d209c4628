package child

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/oracle"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// judgeHistory judges an execution whose test has noted a history: by what the operations
// have answered, and not by how it ended. A panic is one whatever they have.
func (e *explorer) judgeHistory(x *prim.Execution) (code verdict.Code, message string, ok bool) {
	if e.run == nil || len(e.run.Attrs) == 0 || x.Report.Failed || x.End == prim.Panicked {
		return "", "", false
	}
	notes := make([]oracle.Note, len(e.run.Attrs))
	for i, a := range e.run.Attrs {
		notes[i] = oracle.Note(a)
	}
	stuck := x.End == prim.Deadlock || x.End == prim.Bound && !config.MaySpin && goesOnAlone(x)
	end := oracle.End{
		Stuck:  stuck,
		Locked: slices.ContainsFunc(x.Threads, func(t *prim.Thread) bool { return !t.Ended && t.Op.Kind.Info().Lock }),
		Cut:    !stuck && x.End != prim.Done,
	}
	if config.MaySpin && end.Stuck && spins(x) {
		end.Stuck, end.Cut = false, true // who goes round may hold what another waits for
	}
	code, message, ok = oracle.Judge(notes, end)
	must, pending := oracle.MustBlock(notes)
	if code == "" && must && !config.MaySpin && (spins(x) || pending && goesOn(x)) {
		return verdict.BusyWaiting, "an operation waits by running in a loop", true
	}
	return code, message, ok || config.MaySpin
}

// spins reports whether somebody waited in a loop.
func spins(x *prim.Execution) bool {
	return slices.ContainsFunc(x.Threads, (*prim.Thread).Spinning) ||
		slices.ContainsFunc(x.Events, func(ev prim.Event) bool { return ev.Full.Spin })
}

// goesOn reports whether an execution has no end.
func goesOn(x *prim.Execution) bool {
	return x.End == prim.Bound || x.End == prim.NoProgress || x.End == prim.LivesOn
}

// goesOnAlone reports whether in the second half of an execution that was cut short
// nobody has done anything but those who go round, and nobody else can. Where somebody
// waits for a lock it is a matter of the schedule.
func goesOnAlone(x *prim.Execution) bool {
	round := map[int32]bool{}
	for i := len(x.Events) / 2; i < len(x.Events); i++ {
		round[x.Events[i].G] = true
	}
	for _, t := range x.Threads {
		idle := !round[int32(t.ID)] && !t.Ended
		if idle && x.Enabled.Has(t.ID) || round[int32(t.ID)] && t.Ended || !t.Ended && t.Op.Kind.Info().Lock {
			return false
		}
	}
	return true
}
