package search

import (
	"context"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Options of an exploration. The zero value explores every trace, up to bounds
// that are generous for a test.
type Options struct {
	// Strategy is the name of one of the [Strategies]; "" is the first.
	Strategy    string
	Preemptions int
	Seed        uint64
	// Executions and Steps bound the number of executions, and of operations in
	// one of them; 0: 1,000,000 and 10,000, or 1,000 random executions; a single
	// goroutine may make 500,000 operations then. A search that reaches a bound is
	// inconclusive.
	Executions uint64
	Steps      int
	// Part has "optimal" explore the orders within one part of the executions, from 1;
	// every other part has one order in all that follow the same one there. 0: all.
	Part int
	// SignalAny lets a Signal wake any waiter; else it wakes the one that has
	// waited longest, as Go's runtime does.
	SignalAny bool
	// All goes on after the first execution that fails, to count them all.
	All bool
	// Further is how many executions an exhaustive search makes at most after the first
	// that fails, to list the ways in which executions end; they have 200,000 operations
	// at most. 0: it stops there.
	Further uint64
	// Leaks says what goroutines left behind are.
	Leaks LeakRule
	// Replay makes one execution with these choices: see [verdict.Trace] Replay.
	Replay string
	// NoEarly has an exhaustive search leave out the executions in which timers fire
	// though somebody can go on.
	NoEarly bool
	// Timeouts says what the test's complaints are in those.
	Timeouts TimeoutRule
	// First is what the first goroutine is called: main, if that is "".
	First string
	// Late has goroutines begin with an operation of their own: see [prim.Plan] Late.
	Late bool
	// Plain leaves the trace of a replayed execution as it is.
	Plain bool
	// Judge, if not nil, looks at an execution that has ended and says what it
	// did wrong: "", if that which it did is right. If it has no opinion the
	// rules of package search apply.
	Judge func(x *prim.Execution) (code verdict.Code, message string, ok bool)
	// Named, if not nil, names an object of the execution that has just ended: "" if it
	// has no name but the one that it gets from its number.
	Named func(obj int32) string
	// Progress, if not nil, is told now and then how many executions there have been.
	Progress func(executions uint64)
	// Raced, if not nil, describes the data races of the execution that has just
	// ended, which the race detector has reported: "" if none is the program's.
	Raced func() (message string, accesses []verdict.Access)
	// Loose, if not nil, does the same for one in which what the standard library has of its
	// own orders nobody. It reports false if there is none of the program.
	Loose func(how prim.Loose) (message string, accesses []verdict.Access, ok bool)
	// Context ends the exploration early, with an inconclusive answer. TimeUp, if not nil, is set if it does, or if
	// the executions in which no timer fires early have had their share of its time.
	Context context.Context
	TimeUp  *bool
}
