package suite

import (
	"encoding/json"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Escape is called before a suite begins. In a test that is explored the execution ends
// here: see package exec.
func Escape() { exec.Escape() }

// Commanded reports whether a command runs this test, which has rewritten it.
func Commanded() bool { return exec.Suites != nil }

// Tell tells the command that runs the test, if there is one, what a suite has found;
// judged says that the test itself looks at it, and it is not reported.
func Tell(v *verdict.Verdict, judged bool) {
	if exec.Suites == nil {
		return
	}
	if text, err := json.Marshal(v); err == nil {
		exec.Suites.Verdict(text, judged)
	}
}

// raced describes the data races that the race detector has reported, under a command.
func raced() (message string, accesses []verdict.Access) {
	message, text := exec.Suites.Raced()
	if json.Unmarshal(text, &accesses) != nil {
		return message, nil
	}
	return message, accesses
}
