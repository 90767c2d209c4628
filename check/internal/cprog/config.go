package cprog

import (
	"os/exec"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Config says how a program is explored.
type Config struct {
	Args    []string // of the program
	Stdin   []byte   // what every execution reads
	NoRaces bool     // data races are not looked for
	Prints  bool     // the order of what is printed to standard output counts
	// Spurious: each thread may wake up once, from a wait for a condition variable, without a
	// signal.
	Spurious bool
	// Early: the time of a wait may be over though others can go on, once in each thread.
	Early bool
	// AlsoEarly has a program that passes be explored with Early, too: what fails there is a
	// failure, unless it is the program itself that complains. That it does is assumed not
	// to matter.
	AlsoEarly bool
	Search    search.Options
	// MayNotSpin: a thread that waits by running in a loop is a fault.
	MayNotSpin bool
	// Judged are files that the others of the program judge: one of them that ends the
	// program, or a thread which it has not started, fails.
	Judged []string
	// Returns: so does a program that ends before its main function returns, where some are
	// judged.
	Returns bool
	Confine func(*exec.Cmd) error // has the process of the program start in a sandbox; nil: as it is
	// Outcome, if not nil, is told how each execution ends, and what it has written,
	// instead of judging it; data races are judged as ever.
	Outcome func(end, output string)
	Time    time.Duration // of the whole exploration; 0: no limit
	// Computing, if not nil, is how much processor time the process of the program may still
	// use, and is made less by what it uses. When it is used up the program is stopped.
	Computing *time.Duration
}

// Result is what has been found.
type Result struct {
	Verdict *verdict.Verdict
	Output  string // of the execution that fails
	Early   bool   // which only fails with [Config].Early
}
