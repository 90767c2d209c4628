package check

import (
	"fmt"
	"os"

	"github.com/ipccheck/ipccheck/check/internal/places"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/suite"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Exploration tunes [Explore]; the zero value explores everything. Explore refuses,
// with an inconclusive verdict, a field that the strategy would ignore.
type Exploration struct {
	// Strategy is which executions are made:
	//
	//   - "optimal", the default: one for each order of the operations that depend on
	//     each other;
	//   - "source": the same, and more of them, to compare with;
	//   - "naive": every interleaving;
	//   - "preemptions": every interleaving in which at most Preemptions times a
	//     goroutine is interrupted that could go on;
	//   - "random", "pct", "urw": as many random ones as Executions says. They find
	//     faults and never pass.
	Strategy    string
	Preemptions int    // with "preemptions" only
	Seed        uint64 // of a random strategy only

	// Executions bounds the number of executions; 0 means 1,000,000, or 1,000 random
	// ones. Steps bounds the number of operations in one of them; 0 means 10,000. An
	// exploration that reaches a bound is inconclusive.
	Executions uint64
	Steps      int

	// SignalAny lets a Signal of a condition variable wake any of those who wait. By
	// default it wakes the one that has waited longest, as Go's runtime does.
	SignalAny bool
	// All goes on after the first execution that fails, to count them all.
	All bool
	// StrictTimeouts makes a failure of what the body complains of when a timer has
	// fired while a goroutine could go on. By default the verdict assumes then that
	// this goroutine is not held up for so long. A deadlock, a leak, a panic and a race
	// are failures in any case.
	StrictTimeouts bool

	// Replay makes one execution with these choices, which [verdict.Trace] Replay
	// holds. Everything that chooses executions has no meaning then.
	Replay string
}

// refused says why the exploration cannot be made as it is asked for; empty if it can.
func (e Exploration) refused() string {
	kind, err := search.StrategyNamed(e.Strategy)
	if err != nil {
		return err.Error()
	}
	ignored := func(field, by, remedy string) string {
		return fmt.Sprintf("Exploration.%s has no meaning with %s: %s", field, by, remedy)
	}
	replay, random, by := e.Replay != "", kind.Covers == search.Sampling, fmt.Sprintf("the strategy %q", kind.Name)
	switch {
	case e.Executions > 0 && replay:
		return ignored("Executions", "Replay", "a replay makes one execution")
	case e.Strategy != "" && replay:
		return ignored("Strategy", "Replay", "the choices say which execution is made")
	case e.Preemptions != 0 && replay:
		return ignored("Preemptions", "Replay", "the choices say which execution is made")
	case e.Seed != 0 && replay:
		return ignored("Seed", "Replay", "the choices say which execution is made")
	case e.All && replay:
		return ignored("All", "Replay", "a replay makes one execution")
	case e.Steps < 0:
		return fmt.Sprintf("Exploration.Steps is %d: want 0, which is the default, or more", e.Steps)
	case e.Preemptions < 0:
		return fmt.Sprintf("Exploration.Preemptions is %d: want 0 or more", e.Preemptions)
	case e.Preemptions != 0 && kind.Covers != search.Bounded:
		return ignored("Preemptions", by, `set Strategy to "preemptions"`)
	case e.Seed != 0 && !random:
		return ignored("Seed", by, "every seed would give the same executions")
	}
	return ""
}

// Explore executes the body under every interleaving of its synchronisation
// operations: one execution for each order of those that depend on each other.
// The test fails unless the verdict is pass.
//
// The body and what it calls must use the drop-ins for sync, sync/atomic, time
// and context below check/sched, the functions of package sched for channels, and
// t.Go, sched.Go or WaitGroup.Go to start goroutines; the rest of the program
// runs as it is. Nothing else in the process may use them meanwhile. The body
// must make what it works on anew, and do the same every time that the schedule
// is the same.
//
// A program without data races behaves under Go's memory model as if its
// operations were interleaved, so a pass holds for every run of the body. It says
// nothing of other inputs, and nothing of a program with races.
//
// What waits for, or is started, otherwise makes the verdict inconclusive, if it is
// noticed: a wait is when it has lasted ten seconds. ipccheck test sees all of it.
//
// At most one [Exploration] may be given. The environment's IPCCHECK_REPLAY, which a
// failure prints, overrides it and repeats one execution.
func Explore(t TB, body func(t *sched.T), options ...Exploration) *verdict.Verdict {
	t.Helper()
	v := explore(t.Name(), body, options)
	var again []string
	for _, f := range v.Findings {
		if f.Trace != nil {
			flag := ""
			if _, race := record.Races(); race {
				flag = "-race "
			}
			again = append(again, fmt.Sprintf("IPCCHECK_REPLAY=%s go test %s-run '%s'", f.Trace.Replay, flag, testPattern(t)))
		}
	}
	return tell(t, v, again)
}

func explore(name string, body func(t *sched.T), options []Exploration) *verdict.Verdict {
	var e Exploration
	why := ""
	switch len(options) {
	case 0:
	case 1:
		e = options[0]
		why = e.refused()
	default:
		why = fmt.Sprintf("Explore takes at most one Exploration, and there are %d", len(options))
	}
	if why == "" && body == nil {
		why = "there is no body: it is nil"
	}
	if why != "" {
		return refuse(name, "search", why)
	}
	if r := os.Getenv("IPCCHECK_REPLAY"); r != "" {
		e = Exploration{Replay: r, Steps: e.Steps, SignalAny: e.SignalAny}
	}
	suite.Escape()
	exclusive.Lock()
	defer exclusive.Unlock()
	if left := stuck.Load(); left != nil {
		return refuse(name, "search", "an exploration before this one has not come to an end: "+*left)
	}
	timeouts := search.TimeoutsAssume
	if e.StrictTimeouts {
		timeouts = search.TimeoutsStrict
	}
	v := watched(name, func() *verdict.Verdict {
		return suite.Explore(name, body, search.Options{
			Strategy: e.Strategy, Preemptions: e.Preemptions, Seed: e.Seed, Executions: e.Executions, Steps: e.Steps,
			SignalAny: e.SignalAny, All: e.All, Replay: e.Replay, Timeouts: timeouts, Further: furtherExecutions,
		})
	})
	if v.Answer == verdict.Inconclusive && search.UsedUp(v.Reason) && !suite.Commanded() {
		v.Reason += ": more Executions of Exploration, or fewer goroutines and rounds, may decide it"
	}
	(&places.Sources{Root: places.ModuleRoot(".")}).Name(v)
	return v
}

// furtherExecutions is how many executions are made at most after the first that fails,
// to list the ways in which they end.
const furtherExecutions = 5000
