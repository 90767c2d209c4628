// Package wire is what a process that explores a rewritten program and its parent
// say to each other.
package wire

import (
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Files that a parent hands to the process: it reads a [Config] from one, once,
// and writes an [Event] a line to the other.
const (
	ConfigFile = 3
	EventFile  = 4
)

// TestMain is the name of the result of what is done before the tests and after them.
const TestMain = "TestMain"

// Unheard is the exit status of a process that cannot write events any more.
const Unheard = 97

// Env is the variable of the environment that says that there is a parent.
const Env = image.Env

// ReplayEnv is a variable of the environment with the choices of one execution: a
// program without a parent makes it, in the test that OnlyEnv names, perhaps with a
// pattern for its subtests, and says on stdout how it ends. So it can be run under
// a debugger. With StdinEnv its standard input is a file.
const (
	ReplayEnv = image.ReplayEnv
	OnlyEnv   = "IPCCHECK_REPLAY_TEST"
	StdinEnv  = "IPCCHECK_REPLAY_STDIN"
)

// Values of [Config.Leaks].
const (
	LeaksStrict = "strict"
	LeaksWarn   = "warn"
	LeaksOff    = "off"
)

// Values of [Config.Timeouts].
const (
	TimeoutsAssume = "assume"
	TimeoutsStrict = "strict"
)

// SeedOutcome is a value of [Config.Seeded].
const SeedOutcome = string(exec.SeedOutcome)

// Config is what the process is to do.
type Config struct {
	// Secret signs every event: the program does not know it, and so cannot write
	// events.
	Secret Secret
	// Mark stands in what the program prints, see [Marker].
	Mark string
	// Off runs the tests as they are, without control.
	Off bool
	// Tests are the test functions to be explored; the others are left out.
	Tests []string
	// Only says which of them, and of their subtests, were asked for.
	Only Selection

	Strategy    string // "" is "optimal", and random ones if it does not come to an end
	Executions  uint64
	Seconds     float64 // 0: no bound
	Preemptions int
	Seed        uint64
	SignalAny   bool
	Replay      string
	Steps       int
	Leaks       string // goroutines that are left behind are a failure ("strict"), nothing ("off"), or judged by whether all executions leave the same

	// Timeouts says what the test's complaints are when a timer has fired early: a
	// failure ("strict"), or a premise of the verdict.
	Timeouts string

	// MaySpin lets operations that a test notes wait in loops that must block: what else
	// goes wrong is looked for.
	MaySpin bool

	// Still keeps timers from firing; who sleeps wakes up all the same.
	Still bool

	// Awaits has a bubble of testing/synctest wait, as time passes, for the goroutines that
	// tests have started in it, and leave others alone: what sleeps when the test has ended
	// is no panic, and what a program keeps for itself neither. Outside of bubbles
	// synctest.Wait waits for all others.
	Awaits bool

	// Settles has synctest.Wait wait until nobody sleeps any more either. Whoever sleeps
	// again and again then waits by running in a loop.
	Settles bool

	// MayWait has no fault be that somebody waits forever: what else goes wrong is looked
	// for. There is a verdict only if some execution comes to its end.
	MayWait bool

	// NoEarly leaves out the executions in which timers fire though somebody can go on.
	NoEarly bool

	// Handover ends the exploration of a test when half of its time is used up, with
	// [Event] Unfinished: another process goes on.
	Handover bool

	// Second is set in the other process, which goes on.
	Second bool

	// Suites runs the tests as they are, and sends what the suites of package check find
	// in them.
	Suites bool

	// Races is the log_path of the race detector: it appends the process's number.
	Races string

	// Outcomes asks for the outcome of every execution, an [Event] for each that is
	// new. None is then a fault, but for a data race.
	Outcomes bool

	// Stdin says that standard input is a file: each execution reads it from its
	// beginning.
	Stdin bool

	Unrestored string // a variable that is not put back: a fault for tests
	Seeded     string // an exec.Seed: a fault for tests
}

// Event is what the process says.
type Event struct {
	Number   int    // they are numbered from 1
	Kind     string // start, progress, reach, outcome, verdict, done
	Test     string
	Position string // of start: where the test is

	What       string           // of reach: what is not controlled; of progress: how far a suite is; of outcome: see [Outcome]; of verdict: why it is unfinished
	Executions uint64           // of progress
	Verdict    *verdict.Verdict // of verdict
	Marks      int              // of verdict: markers written so far
	Skipped    string           // of verdict: it was skipped, and why
	Log        []string         // of verdict: what the execution that fails said
	Subtests   []Subtest        // of verdict: of the execution that fails, or the last one
	Unfinished bool             // of verdict: the test is to be handed over
	Suites     bool             // of verdict: the test has suites of package check, and is to be run for them
	Report     string           // of verdict: what the race detector says
	Anew       bool             // of done: another process is to run the tests that are left
}

// Subtest is what became of a subtest: pass, fail or skip.
type Subtest struct{ Name, Action string }

// Late, in what replays a run, says that goroutines let others go first where they may do much
// without an operation, as they do only in a program that has the race detector.
const Late = ",late"

// Marker begins and ends the part of the output that belongs to an execution
// which is shown.
func Marker(mark string) string { return "\x02" + mark + "\x03\n" }
