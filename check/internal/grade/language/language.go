// Package language says what the grader asks of a programming language: to build a
// submission with the tests of the staff, and to explore their scenarios.
package language

import (
	"context"
	"os/exec"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Language is a programming language that is graded.
type Language interface {
	// Prepare reads the staff's part of an assignment, once. An error is a mistake of the
	// assignment: an [*assignment.Error].
	Prepare(ctx context.Context, a *assignment.Assignment) (Course, error)
}

// Course is an assignment that is ready for submissions. Several may be looked at at
// once.
type Course interface {
	// Look builds a submission and explores it. An error is no fault of the submission.
	Look(ctx context.Context, s *submission.Submission, w Work) (*Evidence, error)
}

// Computing is how much processor time the processes of a submission may use in all.
func Computing(a *assignment.Assignment) time.Duration {
	return 5 * time.Minute * time.Duration(1+a.Budget/assignment.DefaultBudget)
}

// Work says how a submission is worked on.
type Work struct {
	Dir string // an empty folder for what is built
	// Confine starts a process of the submission in a sandbox.
	Confine func(*exec.Cmd) error
	// ConfineTool starts a tool of the compiler in one: it sees a folder, and may write to
	// another.
	ConfineTool func(tool *exec.Cmd, seen, written string) error
	// ToolExec begins the -toolexec flag of a go command, and is followed by the path of a
	// module: tools that work on that have bounds. It is nil if there are none.
	ToolExec []string
	// Progress is told what is under way.
	Progress func(text string)
	// Partial is told what is known so far, each time when a scenario has been explored;
	// nil: nobody wants to know.
	Partial func(*Evidence)
}

// Evidence is what is known of a submission.
type Evidence struct {
	// Violations are the rules that it breaks; Unbuilt is what the compiler says of it.
	// With either of them it was not explored.
	Violations, Unbuilt []result.Place
	// Hangs says why nothing was explored, as nothing of it gets to an end.
	Hangs string
	// Unraced says why data races were not looked for, "" if they were.
	Unraced   string
	Notes     []string
	Scenarios []Scenario
	// Left are the codes of what can still be found, if this is not all that is to be
	// explored: [assignment.AnyCode] for all.
	Left []verdict.Code
}

// Scenario is a test that was explored.
type Scenario struct {
	Name  string
	Words string
	// Property is the key of the property whose name the test has, or that its suite
	// is for; "" if the scenario is for all.
	Property string
	// Aspects are what the scenario is about besides sending and receiving: the key of
	// a property that is about that.
	Aspects []string
	// Ops are the operations of the submission that it calls.
	Ops []string
	// Judged: what the operations answer is held against a specification, and so an
	// execution that is right shows something. Moves: an item goes through the object.
	Judged, Moves bool
	// Endless: an operation waits in a loop, which costs what it costs; the scenario was
	// explored once more, as far as the budget went.
	Endless bool
	// Sampled: the staff has asked for some executions only, though there are more.
	Sampled bool
	// Apart: it was explored once more, apart from a data race that it has.
	Apart   bool
	Skipped bool // the object has no such operations
	// Early: the time of a wait is over early in it, and without that it does not fail.
	Early bool
	// Unshown is where to look if it shows nothing of its property: what its finding says
	// is no fault of the kind that the code names.
	Unshown string
	Verdict *verdict.Verdict
	Output  string // what the execution that fails wrote
	Report  string // of the race detector, or a stack
}

// NoneYet is what is known of a submission before anything was explored.
func NoneYet() *Evidence { return &Evidence{Left: []verdict.Code{assignment.AnyCode}} }
