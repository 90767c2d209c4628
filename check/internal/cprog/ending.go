package cprog

import "github.com/ipccheck/ipccheck/check/verdict"

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
	// EndOfFile: a read of a pipe has met its end.
	EndOfFile bool
	Left      string // what is left behind, if it is over
	TimesOut  string // who waits forever, with a time limit each time
	Spins     string // who waits by running in a loop, if that is looked for
}

// Wanted says what is wrong with an execution, if it is one that is looked for. Not ok: it
// is, and what is wrong is to be said as of any execution.
type Wanted func(*Ending) (code verdict.Code, message string, ok bool)
