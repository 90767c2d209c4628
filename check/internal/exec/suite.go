package exec

import (
	"context"
	"runtime"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A suite of package check lets goroutines loose on the real scheduler, and makes the
// controlled runs of its own that it needs. So a controlled run that comes to one ends
// there, and the test is run as it is; the suite says what it has found.

// Escape ends the controlled run under way, if there is one.
//
//go:norace
func Escape() {
	if g := Current(); g != nil && !g.x.kill && (self() != 0 || executed()) {
		g.x.End = prim.Escaped
		g.stop()
	}
}

// executed reports whether a goroutine of the run executes the caller, as its stack says:
// for programs in which goroutines are not told apart, and another test may be the caller.
//
//go:norace
func executed() bool {
	pcs := make([]uintptr, 64)
	n := runtime.Callers(0, pcs)
	for n == len(pcs) {
		pcs = make([]uintptr, 2*len(pcs))
		n = runtime.Callers(0, pcs)
	}
	frames := runtime.CallersFrames(pcs[:n])
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, "check/internal/exec.(*G).call") {
			return true
		}
		if !more {
			return false
		}
	}
}

// Disown has the run be over when nobody but the goroutines goes on that live now, but
// for the caller, and those that they start: who made them cannot end them.
//
//go:norace
func (g *G) Disown() {
	g.x.disowned = true
	for _, o := range g.x.Gs {
		o.Daemon = o.Daemon || o != g && o != absentG
	}
}

// Host is a command that runs a test with suites of package check, which explore what
// they check themselves. Values of package verdict are in JSON.
type Host struct {
	// Verdict is told the verdict of each suite. judged says that the test itself looks
	// at it, and it is not reported.
	Verdict func(text []byte, judged bool)
	// Raced describes the data races that the race detector has reported since the last
	// call: a message, and the accesses.
	Raced func() (message string, accesses []byte)
	// Tell is told now and then how far a suite is.
	Tell func(doing string)
	// Context ends explorations early.
	Context context.Context
	// Seconds is how long a suite may take, in all processes; 0: as long as under go test.
	Seconds float64
	// First says that this process has the race detector, and that another one goes on
	// with what is [Host.Unfinished]; Second, that this is the other one.
	First, Second bool
	// Replay, if not empty, is what is to be run again, and nothing else.
	Replay string
	// Running is what runs beside a suite, so that it cannot explore anything; empty:
	// nothing.
	Running string
	// Unfinished is why a suite would do more in a process without the race detector, as
	// what the detector has judged is followed by; empty if it would not.
	Unfinished string
}

// RunOfSuite is what the text of a run begins with that a suite has made.
const RunOfSuite = "suite="

// Suites is the command that runs this test; nil under go test.
var Suites *Host
