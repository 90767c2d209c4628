package child

import (
	"testing"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	ours "github.com/ipccheck/ipccheck/check/internal/rt/testing"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// explorer explores a test, or a program.
type explorer struct {
	t        *testing.T
	name     string
	position string
	err      error // what a scenario has answered
	f        func(t *ours.T)

	// Programs that are no tests have none of these, and what they need is no part of them.
	wanted  func(name string) bool                                               // whether a subtest is asked for
	history func(x *prim.Execution) (code verdict.Code, message string, ok bool) // judges the history that the test has noted

	run     *ours.Run
	log     []string
	differs string          // what was not put back before an execution
	seen    map[string]bool // the outcomes that were sent
	cancel  func()          // ends the search
	mark    bool            // the output is marked at the beginning of every execution

	over       int        // executions that have come to their end, where others need not
	names      []string   // of tests that are explored together; nil: this one alone
	unfinished bool       // another process goes on
	escaped    bool       // to a suite of package check
	cutOff     bool       // an execution of a program whose outcomes are listed ends while goroutines go on
	x          *exec.Exec // which has made the last execution
}
