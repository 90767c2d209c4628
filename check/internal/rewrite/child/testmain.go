package child

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/rt"
	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// What TestMain does before the tests and behind them is done once, and is part of no
// execution: there is a result of its own of what can be seen of it.

func init() { world.Exits = afterTests }

// Behind is where TestMain begins to do something after the tests for which it may matter
// what they leave behind; "": nowhere.
var Behind string

// afterTests is called when the process ends with an exit status.
func afterTests(status int) {
	if over || config == nil || config.Off || exec.Controlled() != nil || rt.Program || config.Suites || config.Replay != "" || len(explored) < len(config.Tests) {
		return
	}
	over = true
	main := &explorer{name: wire.TestMain}
	started := image.Started()
	raced := exec.RaceErrors() != racesJudged
	// Where the detector has reported something, package testing fails the run.
	failed := status != 0 && !spoiled && exec.RaceErrors() == 0
	if !raced && !failed && (len(started) == 0 && Behind == "" || spoiled) {
		return
	}
	send(wire.Event{Kind: "start", Test: main.name})
	defer send(wire.Event{Kind: "done", Test: main.name})
	switch {
	case raced:
		main.unjudged()
	case failed:
		why := "go test shows why"
		if Behind != "" {
			why = "go test shows whether it does so with all that they leave behind, too"
		}
		undecided(main.name, fmt.Sprintf("it ends with exit status %d after the tests have passed, which is not explored: %s", status, why))
	default:
		v := &verdict.Verdict{
			Schema: verdict.Schema, Subject: main.name, Kind: verdict.Test, Answer: verdict.Pass, Engine: "search", Findings: []verdict.Finding{},
			Coverage: "what it does before the tests and after them, once", Counts: verdict.Counts{Executions: 1},
		}
		assumeStarted(v, "who waits before the tests, or after them, finds the same in every order", started)
		if Behind != "" {
			v.Assume(verdict.Assumption{Premise: "what the tests leave behind does not matter to this: here their goroutines are gone, locks are free, and variables are as one execution of the last has left them", Position: Behind})
		}
		send(wire.Event{Kind: "verdict", Test: main.name, Verdict: v})
	}
}
