package cprog

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Ending is how an execution has ended, and what it has done till then.
type Ending struct {
	Over    bool   // the first process has come to its end, with the status
	Stuck   bool   // nobody can go on
	Crash   string // what has ended it
	InChild bool   // that was in a process that the program has forked
	Failed  string // what a function of the harness has said
	Raced   bool   // it has a data race
	Status  int
	Printed string // to standard output
	// Unwritten is how many bytes more it has printed, which are lost: a process ended
	// without a flush of its stream.
	Unwritten int
	// Late is how many bytes threads print, to standard output, when the first process has
	// begun to end: they are lost if it is quick.
	Late int
	// EndOfFile: a read of a pipe has met its end.
	EndOfFile bool
	Left      string // what is left behind, if it is over
	TimesOut  string // who waits forever, with a time limit each time
	Spins     string // who waits by running in a loop, if that is looked for
	// Others is how many processes, or threads if there is one process, have passed
	// something on, or taken something, besides the first. It is for as long as the execution
	// is judged.
	Others func() int
}

// passes are the operations by which something is passed on, and taken.
var passes = []prim.Kind{
	prim.OpStore, prim.OpRMW, prim.OpUpdateIf, prim.OpLock, prim.OpUnlock, prim.OpRLock, prim.OpSignal, prim.OpBroadcast, prim.OpCondWake, prim.OpArrive,
	prim.OpSemPost, prim.OpSemWait, prim.OpSemTook, prim.OpSemTryTook, prim.OpPipeWrite, prim.OpPipeTryWrite, prim.OpPipeGot, prim.OpPipeTryRead,
}

// others counts those who do such operations on objects that somebody else does them on, too.
// The last of a process that was forked is its end, for which its parent waits.
func others(x *prim.Execution, process func(thread int32) int32) int {
	forks := slices.ContainsFunc(x.Threads, func(t *prim.Thread) bool { return process(int32(t.ID)) != 0 })
	who := func(thread int32) int32 { return thread }
	ends := map[int32]int{} // by process: its last post
	if forks {
		who = process
		for i := range x.Events {
			if ev := &x.Events[i]; ev.Op.Kind == prim.OpSemPost && process(ev.G) != 0 {
				ends[process(ev.G)] = i
			}
		}
	}
	first := map[int32]int32{} // who has met an object first
	took := map[int32]bool{}
	for i := range x.Events {
		ev := &x.Events[i]
		w := who(ev.G)
		if end, ok := ends[w]; !slices.Contains(passes, ev.Op.Kind) || ok && end == i {
			continue
		}
		if f, met := first[ev.Op.Obj]; !met {
			first[ev.Op.Obj] = w
		} else if f != w {
			took[f], took[w] = true, true
		}
	}
	delete(took, who(0))
	return len(took)
}

// Wanted says what is wrong with an execution, if it is one that is looked for. Not ok: it
// is, and what is wrong is to be said as of any execution.
type Wanted func(*Ending) (code verdict.Code, message string, ok bool)
