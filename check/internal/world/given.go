package world

import (
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Of what is given to a program there is one value in all executions, and the verdict says
// so where the program asks.

// calendar is how long after [exec.Epoch] a time is still one of an execution, in seconds.
const calendar = 366 * 24 * 60 * 60

// epoch is exec.Epoch, in seconds since 1970.
var epoch = exec.Epoch.Unix()

// day is called when a time is taken apart, with its seconds since 1970.
//
//go:norace
func day(seconds int64) {
	if since := seconds - epoch; since >= 0 && since < calendar {
		Given("the time of day: one moment", "time.", "testing/quick.")
	}
}

// pid is called for the number of the process.
//
//go:norace
func pid() { Given("the number of the process: one", "os.", "syscall.") }

// Given notes a premise where the program asks itself, by functions of the library with
// those prefixes.
//
//go:norace
func Given(premise string, prefixes ...string) {
	g := enter()
	if g == nil {
		return
	}
	defer leave()
	c := caller()
	for _, f := range c.library {
		among := false
		for _, p := range prefixes {
			among = among || strings.HasPrefix(f, p)
		}
		if !among {
			return
		}
	}
	if !c.own && c.position != "" {
		Assume(premise, c.position)
	}
}

// Unseen notes that the program is in a function that the race detector does not look at.
//
//go:norace
func Unseen() {
	if !exec.Race {
		return // nothing is judged
	}
	g := enter()
	if g == nil {
		return
	}
	defer leave()
	if c := caller(); !c.own && c.position != "" {
		Assume("no data race: not judged in a function with //go:norace", c.position)
	}
}
