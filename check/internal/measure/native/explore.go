package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// bounds of the exploration of a program.
type bounds struct {
	executions uint64
	seconds    float64
	firstCase  bool // a fault for tests: see [wire.Config]
}

// explored is what the exploration of a program has seen.
type explored struct {
	outcomes   map[string]bool
	executions uint64
	complete   bool
	reason     string // why it is not complete
	bounded    bool   // no more than so many timers fire early in an execution
	raced      bool
}

// explore explores the programs of a bundle, written to a folder of its own, and
// calls each for each of them.
func explore(ctx context.Context, b bundle, dir string, detector rewrite.Detector, in bounds, each func(name string, e explored)) error {
	files := map[string]string{"go.mod": fmt.Sprintf(goMod, "programs")}
	for name, text := range b.files {
		files[name] = text
	}
	if err := write(dir, files); err != nil {
		return err
	}
	builder := &rewrite.Builder{Dir: dir, Detector: detector}
	targets, err := builder.Tests(ctx, []string{"."})
	if err != nil {
		return err
	}
	if len(targets) != 1 || targets[0].Err != "" {
		return fmt.Errorf("the programs cannot be built rewritten: %s", targets[0].Err)
	}
	c := wire.Config{Executions: in.executions, Seconds: in.seconds, Seed: 1, Steps: 10_000, Outcomes: true}
	if in.firstCase {
		c.Seeded = wire.SeedOutcome
	}
	for _, p := range b.programs {
		c.Tests = append(c.Tests, p.name)
	}
	outcomes := map[string]map[string]bool{}
	return targets[0].Explore(ctx, rewrite.Run{
		Config: c,
		Args:   []string{"-test.timeout=0"},
		Outcome: func(test, outcome string) {
			if outcomes[test] == nil {
				outcomes[test] = map[string]bool{}
			}
			outcomes[test][outcome] = true
		},
	}, func(r rewrite.Result) {
		v := r.Verdict
		e := explored{outcomes: outcomes[r.Test], executions: v.Counts.Executions, complete: v.Answer == verdict.Pass, reason: v.Reason}
		e.bounded = slices.ContainsFunc(v.Assumes, func(a verdict.Assumption) bool { return strings.HasPrefix(a.Premise, verdict.EarlyTimers) })
		if v.Answer == verdict.Fail {
			e.reason = string(v.Findings[0].Code) + " " + v.Findings[0].Message
			e.raced = v.Findings[0].Code == verdict.DataRace
		}
		each(r.Test, e)
	})
}
