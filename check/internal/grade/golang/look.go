package golang

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/grade/golang/check"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Bounds of the processes of a submission.
const (
	stall     = 20 * time.Second // in which nothing is seen
	memory    = 1 << 30
	mostSteps = 1000 // of an execution: a scenario has a hundred or two
	spinSteps = 300  // where a submission waits by running in loops that it must not
	mostHung  = 2    // tests without any execution: then no more are tried
)

// Look implements [language.Course].
func (c *course) Look(ctx context.Context, s *submission.Submission, w language.Work) (*language.Evidence, error) {
	ev := &language.Evidence{}
	var err error
	if ev.Violations, ev.Unbuilt, err = c.check(ctx, s); err != nil || len(ev.Violations) > 0 || len(ev.Unbuilt) > 0 {
		return ev, err
	}
	l := &look{course: c, work: w, evidence: ev, found: map[string]language.Scenario{}, timed: usesTime(s)}
	return ev, l.explore(ctx, goFiles(s))
}

// look is the exploration of one submission.
type look struct {
	*course
	work     language.Work
	evidence *language.Evidence
	found    map[string]language.Scenario // by test
	hung     int
	timed    bool // the submission uses package time
	spins    bool // it waits by running in a loop, and must not
}

// explore builds the submission and explores its tests. Those in which there is a data
// race are explored once more without the detector, which ends an exploration with the
// first: what else goes wrong in them is a fault of its own.
func (l *look) explore(ctx context.Context, files map[string][]byte) error {
	target, err := l.build(ctx, "as-it-is", files, rewrite.DetectorIfPossible)
	if err != nil || target == nil {
		return err
	}
	var raced []string
	for _, k := range []kind{{scenarios: true}, {}, {leaks: true}} {
		err := l.run(ctx, target, l.names(k), k, func(t testCase, r rewrite.Result) {
			l.keep(t, r)
			l.spins = l.spins || r.Verdict.Answer == verdict.Fail && r.Verdict.Findings[0].Code == verdict.BusyWaiting
			if slices.ContainsFunc(r.Verdict.Findings, func(f verdict.Finding) bool { return f.Code == verdict.DataRace }) {
				raced = append(raced, t.name)
			}
		})
		if err != nil {
			return err
		}
	}
	if err := l.early(ctx, target); err != nil {
		return err
	}
	if len(raced) > 0 {
		if err := l.again(ctx, files, raced); err != nil {
			return err
		}
	}
	for _, t := range l.cases {
		for _, suffix := range []string{"", without} {
			if sc, ok := l.found[t.name+suffix]; ok {
				l.evidence.Scenarios = append(l.evidence.Scenarios, sc)
			}
		}
	}
	return nil
}

// early explores what has passed once more, if the submission uses time: now timers may
// fire early, as if the others were slow. What goes wrong then relies on the length of a
// sleep. These executions have no end; a share of them is looked at.
func (l *look) early(ctx context.Context, target *rewrite.Target) error {
	if !l.timed {
		return nil
	}
	var passed []string
	for _, t := range l.cases {
		if sc, ok := l.found[t.name]; ok && !sc.Skipped && sc.Verdict.Answer == verdict.Pass {
			passed = append(passed, t.name)
		}
	}
	return l.run(ctx, target, passed, kind{early: true}, func(t testCase, r rewrite.Result) {
		if r.Verdict.Answer == verdict.Fail {
			l.keep(t, r)
		}
	})
}

// without ends the name of a test that was explored without the race detector, after it
// had found a race.
const without = ", apart from the race"

// again explores the tests in which there is a data race without the detector: first as
// they are; and then, because a race is no operation that the engine orders, with one
// before each statement of the submission.
func (l *look) again(ctx context.Context, files map[string][]byte, raced []string) error {
	stepwise, err := l.stepwise(files)
	if err != nil {
		return err
	}
	for i, variant := range []map[string][]byte{files, stepwise} {
		target, err := l.build(ctx, []string{"apart-from-races", "stepwise"}[i], variant, rewrite.WithoutDetector)
		if err != nil || target == nil {
			return err
		}
		var left []string
		err = l.run(ctx, target, raced, kind{}, func(t testCase, r rewrite.Result) {
			if r.Verdict.Answer != verdict.Fail {
				left = append(left, t.name)
				return
			}
			t.name += without
			l.keep(t, r)
		})
		if err != nil {
			return err
		}
		raced = left
	}
	return nil
}

// build builds a variant of the submission. It returns no target if the compiler does
// not take it.
func (l *look) build(ctx context.Context, name string, files map[string][]byte, d rewrite.Detector) (*rewrite.Target, error) {
	dir := filepath.Join(l.work.Dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	if err := l.write(dir, files); err != nil {
		return nil, err
	}
	b := &rewrite.Builder{Dir: dir, Flags: []string{"-mod=mod"}, Detector: d, Progress: l.work.Progress}
	targets, err := b.Tests(ctx, []string{"."})
	if err != nil {
		return nil, err
	}
	if len(targets) != 1 {
		return nil, errors.New("the go command finds no package")
	}
	t := targets[0]
	switch {
	case t.Err != "" && t.Own:
		return nil, errors.New(strings.ReplaceAll(t.Err, dir+string(filepath.Separator), ""))
	case t.Err != "":
		l.evidence.Unbuilt = compilerErrors(strings.ReplaceAll(t.Err, dir+string(filepath.Separator), ""))
		return nil, nil
	}
	return t, nil
}

// compilerLine is a line of the compiler with a place.
var compilerLine = regexp.MustCompile(`^(?:vet: )?(?:\./)?([^\s:]+\.go):(\d+)(?::\d+)?: (.*)$`)

// compilerErrors are the places that the compiler names.
func compilerErrors(text string) (places []result.Place) {
	for line := range strings.Lines(text) {
		if m := compilerLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil && len(places) < mostPlaces {
			n, _ := strconv.Atoi(m[2])
			places = append(places, result.Place{File: m[1], Line: n, Text: m[3]})
		}
	}
	if len(places) == 0 {
		places = []result.Place{{Text: strings.TrimSpace(text)}}
	}
	return places
}

// names are the tests that are explored in one way. Goroutines that are left behind cost
// nothing but the property that is about them.
func (l *look) names(k kind) (names []string) {
	for _, t := range l.cases {
		p := l.a.Property(t.property)
		leaks := p != nil && !p.Any() && p.Has(verdict.Leak)
		if scenario := t.suite != ""; scenario == k.scenarios && (scenario || leaks == k.leaks) {
			names = append(names, t.name)
		}
	}
	return names
}

var errHung = errors.New("the submission hangs")

// kind is how tests are explored.
type kind struct {
	scenarios bool // those of suites
	leaks     bool // what is left behind is a fault
	early     bool // timers may fire early
}

// spinBudget is how many executions are looked at of tests that have no end, as an
// operation waits by running in a loop though it must not.
const spinBudget = 400

// earlyBudget is how many executions are looked at in which timers may fire early.
const earlyBudget = 300

// run explores tests.
func (l *look) run(ctx context.Context, target *rewrite.Target, names []string, k kind, each func(testCase, rewrite.Result)) error {
	if len(names) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if l.hung >= mostHung {
		cancel(errHung)
	}
	leaks := wire.LeaksOff
	if k.leaks {
		leaks = wire.LeaksStrict
	}
	executions, steps := l.a.Budget, mostSteps
	if k.early {
		executions = min(executions, earlyBudget)
	}
	if l.spins {
		executions, steps = min(executions, spinBudget), spinSteps
	}
	run := rewrite.Run{
		Config: wire.Config{Tests: names, Executions: executions, Seed: l.a.Seed, Leaks: leaks, Timeouts: wire.TimeoutsStrict, Steps: steps, NoEarly: !k.early},
		Args:   []string{"-test.run=^(" + strings.Join(names, "|") + ")$", "-test.timeout=0", "-test.count=1"},
		Env:    []string{"PATH=/usr/bin:/bin", "HOME=/tmp", "TMPDIR=/tmp", "LANG=C"},
		Stall:  stall, Memory: memory, Confine: l.work.Confine,
		Progress: func(test string, _ uint64) { l.work.Progress("exploring " + test) },
	}
	return target.Explore(ctx, run, func(r rewrite.Result) {
		if r.Verdict.Answer == verdict.Inconclusive && r.Verdict.Counts.Executions == 0 {
			if l.hung++; l.hung >= mostHung {
				cancel(errHung)
			}
		}
		name, _, _ := strings.Cut(r.Test, "/")
		for _, t := range l.cases {
			if t.name == name {
				each(t, r)
			}
		}
	})
}

// keep notes what was found about a test. Of several verdicts the worst counts.
func (l *look) keep(t testCase, r rewrite.Result) {
	sc := language.Scenario{
		Name: t.name, Words: t.name, Property: t.property, Ops: t.ops, Skipped: r.Skipped != "",
		Verdict: r.Verdict, Output: r.Output, Report: r.Report,
	}
	if t.suite != "" {
		of := check.Scenarios[t.scenario]
		sc.Words, sc.Aspects, sc.Judged, sc.Moves = of.Words(), of.Aspects(), true, of.Moves()
	}
	if before, ok := l.found[t.name]; ok && (before.Verdict.Answer == verdict.Fail || r.Verdict.Answer != verdict.Fail) {
		return
	}
	l.found[t.name] = sc
}
