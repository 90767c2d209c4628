package golang

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/diagnose"
	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/golang/check"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/internal/places"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Bounds of the processes of a submission.
const (
	stall     = 20 * time.Second // in which nothing is seen
	memory    = 1 << 30
	mostSteps = 1000    // of an execution: a scenario has a hundred or two
	spinSteps = 300     // where a submission waits by running in loops that it must not
	longSteps = 100_000 // where many items go through an object
)

// Look implements [language.Course].
func (c *course) Look(ctx context.Context, s *submission.Submission, w language.Work) (*language.Evidence, error) {
	ev, err := c.look(ctx, s, w)
	if besides := c.besides(s); err == nil && len(ev.Unbuilt) > 0 && len(besides) > 0 {
		s.Take(besides)
		return c.look(ctx, s, w)
	}
	return ev, err
}

// look looks at the files that count.
func (c *course) look(ctx context.Context, s *submission.Submission, w language.Work) (*language.Evidence, error) {
	ev := &language.Evidence{}
	var err error
	ev.Violations, ev.Unbuilt, err = c.check(ctx, s, w)
	if err != nil || len(ev.Violations) > 0 || len(ev.Unbuilt) > 0 {
		return ev, err
	}
	l := &look{course: c, work: w, evidence: ev, folder: folder(w.Dir), found: map[string]language.Scenario{}, timed: usesTime(s), left: []verdict.Code{assignment.AnyCode}}
	l.computing = language.Computing(c.a)
	return ev, l.explore(ctx, goFiles(s))
}

// look is the exploration of one submission.
type look struct {
	*course
	work     language.Work
	evidence *language.Evidence
	found    map[string]language.Scenario // by test
	folder   *regexp.Regexp               // in which it is built
	timed    bool                         // the submission uses package time
	spins    bool                         // it waits by running in a loop, and must not
	left     []verdict.Code               // what can still be found

	computing time.Duration // that its processes may still use
}

// explore builds the submission and explores its tests. An exploration ends with the
// first fault: so those of some kinds are looked for apart from others, where one property
// is about the one and another about the other.
func (l *look) explore(ctx context.Context, files map[string][]byte) error {
	target, err := l.build(ctx, "as-it-is", files, rewrite.DetectorIfPossible)
	if err != nil || target == nil {
		return err
	}
	l.evidence.Unraced = target.Unjudged
	why, err := l.hangs(ctx, target)
	if err != nil {
		return err
	}
	if why != "" {
		l.evidence.Hangs, _, _ = strings.Cut(why, "; stopped:") // what follows is for who runs the tests
		return nil
	}
	for _, k := range []kind{{scenarios: true}, {blocking: true}, {}, {leaks: true}, {scenarios: true, crowd: true}, {scenarios: true, long: true}} {
		if failed := l.with(func(v *verdict.Verdict) bool { return v.Answer == verdict.Fail }); (k.crowd || k.long) && len(failed) > 0 {
			break // what goes wrong there may follow from that
		}
		err := l.run(ctx, target, l.names(k), k, func(t testCase, r rewrite.Result) {
			if (k.long || k.crowd) && r.Verdict.Answer == verdict.Inconclusive {
				return // it shows nothing that the others do not
			}
			l.keep(t, r)
			l.spins = l.spins || has(r.Verdict, verdict.BusyWaiting) || k.blocking && has(r.Verdict, verdict.Livelock)
		})
		if err != nil {
			return err
		}
	}
	if err := l.early(ctx, target); err != nil {
		return err
	}
	if err := l.polls(ctx, target); err != nil {
		return err
	}
	if spin := l.with(func(v *verdict.Verdict) bool { return has(v, verdict.BusyWaiting) }); len(spin) > 0 {
		if err := l.run(ctx, target, spin, kind{spins: true}, l.keepAs(apartFromLoops)); err != nil {
			return err
		}
		if err := l.reminders(ctx, target, spin); err != nil {
			return err
		}
	}
	if err := l.waits(ctx, target, ""); err != nil {
		return err
	}
	raced := l.with(func(v *verdict.Verdict) bool { return has(v, verdict.DataRace) })
	if len(raced) > 0 {
		err = l.again(ctx, files, raced)
	} else {
		l.left = []verdict.Code{verdict.DataRace}
		err = l.races(ctx, target)
	}
	if err != nil {
		return err
	}
	l.evidence.Scenarios = l.scenarios()
	return nil
}

// scenarios are those that were explored so far, in the order of the tests.
func (l *look) scenarios() (all []language.Scenario) {
	for _, t := range l.cases {
		for _, suffix := range []string{"", apartFromLoops, apartFromWaits, apartFromRaces, apartFromRaces + apartFromWaits, racesOnly} {
			if sc, ok := l.found[t.name+suffix]; ok {
				all = append(all, sc)
			}
		}
	}
	return all
}

// tell tells what is known so far.
func (l *look) tell() {
	if l.work.Partial != nil {
		l.work.Partial(&language.Evidence{Unraced: l.evidence.Unraced, Notes: l.evidence.Notes, Scenarios: l.scenarios(), Left: l.left})
	}
}

// What follows the name of a test that was explored in another way, after it had failed.
const (
	apartFromLoops = ", apart from the loop"
	apartFromRaces = ", apart from the race"
	apartFromWaits = ", apart from who waits forever"
	racesOnly      = ", for races"
)

func has(v *verdict.Verdict, code verdict.Code) bool {
	return slices.ContainsFunc(v.Findings, func(f verdict.Finding) bool { return f.Code == code && f.Severity == "" })
}

// with are the tests with such a verdict so far, in order.
func (l *look) with(such func(*verdict.Verdict) bool) (names []string) {
	for _, t := range l.cases {
		if sc, ok := l.found[t.name]; ok && !sc.Skipped && such(sc.Verdict) {
			names = append(names, t.name)
		}
	}
	return names
}

// keepAs keeps results under the names of their tests with a suffix.
func (l *look) keepAs(suffix string) func(testCase, rewrite.Result) {
	return func(t testCase, r rewrite.Result) {
		t.name += suffix
		l.keep(t, r)
	}
}

// races looks for data races where something else goes wrong or has no end, for there the
// exploration has not come to them: in the tests for the property that is about them, and
// in scenarios of the smallest objects. In larger ones they may follow from what is wrong.
func (l *look) races(ctx context.Context, target *rewrite.Target) error {
	var names []string
	for _, t := range l.cases {
		sc, ok := l.found[t.name]
		p := l.a.Property(t.property)
		about := p != nil && p.Has(verdict.DataRace) || t.suite != "" && check.Scenarios[t.scenario].Holds == 1
		if ok && about && !sc.Skipped && sc.Verdict.Answer != verdict.Pass {
			names = append(names, t.name)
		}
	}
	return l.run(ctx, target, names, kind{races: true}, func(t testCase, r rewrite.Result) {
		if has(r.Verdict, verdict.DataRace) {
			l.keepAs(racesOnly)(t, r)
		}
	})
}

// early explores what has passed once more, if the submission uses time: now timers may
// fire early, as if the others were slow. What goes wrong then relies on the length of a
// sleep. These executions have no end; a share of them is looked at.
func (l *look) early(ctx context.Context, target *rewrite.Target) error {
	if !l.timed {
		return nil
	}
	passed := l.with(func(v *verdict.Verdict) bool { return v.Answer == verdict.Pass })
	return l.run(ctx, target, passed, kind{early: true}, func(t testCase, r rewrite.Result) {
		if r.Verdict.Answer == verdict.Fail {
			l.keep(t, r)
		}
	})
}

// reminders explores the scenarios once more without timers, if the submission uses time
// and operations go round a loop. An operation that waits for something besides a timer,
// which only reminds somebody that it waits, still goes on when it can, and now has an end
// if it cannot: then it does not wait by running in a loop. One that looks whether it can
// go on each time that a timer fires, or when it has slept, waits in vain, or goes round
// still.
func (l *look) reminders(ctx context.Context, target *rewrite.Target, spin []string) error {
	if !l.timed {
		return nil
	}
	polls, still := false, map[string]rewrite.Result{}
	err := l.run(ctx, target, l.names(kind{scenarios: true}), kind{still: true}, func(t testCase, r rewrite.Result) {
		still[t.name] = r
		for _, code := range []verdict.Code{verdict.BusyWaiting, verdict.LostWakeup, verdict.Deadlock} {
			before := l.found[t.name].Verdict
			polls = polls || has(r.Verdict, code) && (code == verdict.BusyWaiting || before == nil || !has(before, code))
		}
	})
	if err != nil || polls {
		return err
	}
	for _, t := range l.cases {
		r, ok := still[t.name]
		if !ok || !slices.Contains(spin, t.name) {
			continue
		}
		delete(l.found, t.name)
		l.keep(t, r)
		if v := l.found[t.name+apartFromLoops].Verdict; v != nil && v.Answer != verdict.Fail {
			delete(l.found, t.name+apartFromLoops)
		}
	}
	return nil
}

// waits explores tests once more in which somebody waits forever, if that is no fault of
// what they are about: the executions that have an end may show that this holds, or not.
// So it does with the scenarios of suites if all of them fail in which an item goes through.
// What follows the names of those tests says how they were explored.
func (l *look) waits(ctx context.Context, target *rewrite.Target, suffix string) error {
	shown := slices.ContainsFunc(l.cases, func(t testCase) bool {
		sc := l.found[t.name+suffix]
		return sc.Judged && sc.Moves && !sc.Skipped && len(sc.Aspects) == 0 && sc.Verdict.Answer == verdict.Pass
	})
	var names []string
	for _, t := range l.cases {
		p, sc := l.a.Property(t.property), l.found[t.name+suffix]
		apart := p != nil && !p.Any() && !p.Has(verdict.Deadlock)
		if t.suite != "" {
			apart = !shown && len(sc.Aspects) == 0 && (p == nil || apart)
		}
		if apart && sc.Verdict != nil && !sc.Skipped && (has(sc.Verdict, verdict.Deadlock) || has(sc.Verdict, verdict.LostWakeup)) {
			names = append(names, t.name)
		}
	}
	return l.run(ctx, target, names, kind{waits: true}, func(t testCase, r rewrite.Result) {
		if r.Verdict.Answer != verdict.Inconclusive {
			l.keepAs(suffix+apartFromWaits)(t, r)
		}
	})
}

// polls explores tests for the property that is about busy waiting once more, if the
// submission uses time: they wait until nobody sleeps any more, and timers do not fire. Who
// sleeps again and again then, or waits in vain, has looked whether it can go on each time
// that it woke up.
func (l *look) polls(ctx context.Context, target *rewrite.Target) error {
	if !l.timed {
		return nil
	}
	var names []string
	for _, t := range l.cases {
		p, sc := l.a.Property(t.property), l.found[t.name]
		if t.suite == "" && p != nil && p.Has(verdict.BusyWaiting) && sc.Verdict != nil && sc.Verdict.Answer == verdict.Pass {
			names = append(names, t.name)
		}
	}
	return l.run(ctx, target, names, kind{polls: true, still: true}, func(t testCase, r rewrite.Result) {
		if r.Verdict.Answer == verdict.Fail && r.Verdict.Findings[0].Code != verdict.FailedAssertion {
			r.Verdict.Findings[0].Code = verdict.BusyWaiting
			l.keep(t, r)
		}
	})
}

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
			last := i == 1
			if failed := r.Verdict.Answer == verdict.Fail && !spins(r.Verdict); failed || last && r.Verdict.Answer == verdict.Pass {
				l.keepAs(apartFromRaces)(t, r)
			} else if !last {
				left = append(left, t.name)
			}
		})
		if err == nil {
			err = l.waits(ctx, target, apartFromRaces)
		}
		if err != nil {
			return err
		}
		raced = left
	}
	return nil
}

// spins reports whether somebody waits in a loop for ever. That says nothing where there is
// a race: what ends the loop may be memory that is used without synchronisation.
func spins(v *verdict.Verdict) bool {
	for _, f := range v.Findings {
		if f.Trace != nil && slices.ContainsFunc(f.Trace.Waiting, func(w verdict.Waiting) bool { return w.Spins }) {
			return true
		}
	}
	return false
}

// build builds a variant of the submission. It returns no target if the compiler does
// not take it.
func (l *look) build(ctx context.Context, name string, files map[string][]byte, d rewrite.Detector) (*rewrite.Target, error) {
	dir := filepath.Join(l.work.Dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := l.write(dir, files); err != nil {
		return nil, err
	}
	flags := []string{"-mod=mod"}
	if words := l.work.ToolExec; words != nil {
		flags = append(flags, "-toolexec='"+strings.Join(append(slices.Clone(words), l.module), "' '")+"'")
	}
	b := &rewrite.Builder{Dir: dir, Flags: flags, Detector: d, Progress: l.work.Progress}
	targets, err := b.Tests(ctx, []string{"."})
	if err != nil {
		return nil, err
	}
	if len(targets) != 1 {
		return nil, errors.New("the go command finds no package")
	}
	t := targets[0]
	switch {
	case beyond.MatchString(t.Err):
		l.evidence.Unbuilt = tooMuch
		return nil, nil
	case t.Err != "" && t.Own:
		return nil, errors.New(strings.ReplaceAll(t.Err, dir+string(filepath.Separator), ""))
	case t.Err != "":
		l.evidence.Unbuilt = language.Places(compilerLine, strings.ReplaceAll(t.Err, dir+string(filepath.Separator), ""))
		return nil, nil
	}
	return t, nil
}

// compilerLine is a line of the compiler with a place.
var compilerLine = regexp.MustCompile(`^(?:vet: )?(?:\./)?([^\s:]+\.go):(\d+)(?::\d+)?: (.*)$`)

// names are the tests that are explored in one way. Goroutines that are left behind cost
// nothing but the property that is about them.
func (l *look) names(k kind) (names []string) {
	for _, t := range l.cases {
		p := l.a.Property(t.property)
		leaks := p != nil && !p.Any() && p.Has(verdict.Leak)
		blocking := p != nil && p.Has(verdict.BusyWaiting) && !leaks
		scenario := t.suite != ""
		var of check.Scenario
		if scenario {
			of = check.Scenarios[t.scenario]
		}
		if scenario == k.scenarios && of.Long() == k.long && of.Crowd() == k.crowd && (scenario || leaks == k.leaks && blocking == k.blocking) {
			names = append(names, t.name)
		}
	}
	return names
}

// kind is how tests are explored.
type kind struct {
	scenarios bool // those of suites
	crowd     bool // those in which many wait
	long      bool // those of very many operations
	leaks     bool // what is left behind is a fault
	blocking  bool // those for the property that is about busy waiting
	early     bool // timers may fire early
	spins     bool // loops that wait are none
	races     bool // nothing else is a fault
	still     bool // timers do not fire
	waits     bool // who waits forever is none
	polls     bool // waits of bubbles last until nobody sleeps
	first     bool // whether anything works at all
}

// spinBudget is how many executions are looked at of tests that have no end, as an
// operation waits by running in a loop though it must not.
const spinBudget = 400

// earlyBudget is how many executions are looked at in which timers may fire early.
const earlyBudget = 300

// Of so many tests so many executions are made first.
const (
	firstTests      = 3
	firstExecutions = 2
)

// crowdBudget is how many executions are looked at of scenarios in which many wait.
const crowdBudget = 200

// racesBudget is how many executions are looked at for data races in tests that fail.
const racesBudget = 500

// run explores tests.
func (l *look) run(ctx context.Context, target *rewrite.Target, names []string, k kind, each func(testCase, rewrite.Result)) error {
	if len(names) == 0 {
		return nil
	}
	leaks := wire.LeaksOff
	if k.leaks {
		leaks = wire.LeaksStrict
	}
	executions, steps := l.a.Budget, mostSteps
	if k.early {
		executions = min(executions, earlyBudget)
	}
	if k.races {
		executions = min(executions, racesBudget)
	}
	if l.spins && !k.still {
		executions, steps = min(executions, spinBudget), spinSteps
	}
	strategy := ""
	if k.first {
		strategy, executions = "optimal", firstExecutions
	}
	if k.crowd {
		executions = min(executions, crowdBudget)
	}
	if k.long {
		strategy, executions, steps = "optimal", 1, longSteps
	}
	run := rewrite.Run{
		Config: wire.Config{Tests: names, Strategy: strategy, Executions: executions, Seed: l.a.Seed, Leaks: leaks, Timeouts: wire.TimeoutsStrict, Steps: steps, NoEarly: !k.early, MaySpin: k.spins, Still: k.still, Awaits: true, Settles: k.polls, MayWait: k.waits, Outcomes: k.races},
		Args:   []string{"-test.run=^(" + strings.Join(names, "|") + ")$", "-test.timeout=0", "-test.count=1"},
		Env:    []string{"PATH=/usr/bin:/bin", "HOME=/tmp", "TMPDIR=/tmp", "LANG=C"},
		Stall:  stall, Memory: memory, Computing: &l.computing, Confine: l.work.Confine,
		Progress: func(test, _ string) { l.work.Progress("exploring " + test) },
	}
	s := target.Sources()
	sources := places.Sources{Root: places.ModuleRoot(target.Dir), GOROOT: s.GOROOT, Package: s.Package}
	return target.Explore(ctx, run, func(r rewrite.Result) {
		name, _, _ := strings.Cut(r.Test, "/")
		i := slices.IndexFunc(l.cases, func(t testCase) bool { return t.name == name })
		sources.Name(r.Verdict)
		if i >= 0 && l.cases[i].suite != "" {
			nameGoroutines(r.Verdict, check.Scenarios[l.cases[i].scenario].Goroutines())
		}
		ofSubmission(r.Verdict, target.Dir)
		diagnose.Fill(r.Verdict, nil)
		l.withoutFolder(&r)
		if i >= 0 {
			each(l.cases[i], r)
		}
	})
}

// nameGoroutines gives those that a scenario has started, which all have the name of one
// function, their own names. That the test waits for them goes without saying.
func nameGoroutines(v *verdict.Verdict, names []string) {
	for _, f := range v.Findings {
		if f.Trace == nil {
			continue
		}
		k := 0
		for i := range f.Trace.Actors {
			if a := &f.Trace.Actors[i]; a.Name == "script" && k < len(names) {
				*a = verdict.Actor{ID: a.ID, Name: names[k], Kind: "process", Born: a.Born, Ended: a.Ended}
				f.Trace.Processes[i] = names[k]
				k++
			}
		}
		f.Trace.Waiting = slices.DeleteFunc(f.Trace.Waiting, func(w verdict.Waiting) bool {
			return w.Process == 0 && strings.HasPrefix(w.Position, suiteFolder)
		})
	}
}

// hangs reports why none of the first tests gets through a single execution; "" if one
// does. Then no other is tried: each would take its time.
func (l *look) hangs(ctx context.Context, target *rewrite.Target) (why string, err error) {
	var few []string
	for _, t := range l.cases {
		if t.suite == "" && len(few) < firstTests {
			few = append(few, t.name)
		}
	}
	if len(few) == 0 {
		return "", nil
	}
	moves := false
	err = l.run(ctx, target, few, kind{first: true}, func(_ testCase, r rewrite.Result) {
		if moves = moves || r.Verdict.Answer != verdict.Inconclusive || r.Verdict.Reason == ""; !moves && why == "" {
			why = r.Verdict.Reason
		}
		moves = moves || r.Verdict.Counts.Executions >= firstExecutions
	})
	if moves {
		why = ""
	}
	return why, err
}

// folder matches what is left out of a position: the folder in which a submission was
// built, and that of the suites.
func folder(dir string) *regexp.Regexp {
	dir = regexp.QuoteMeta(dir) + "/[a-z-]+/"
	return regexp.MustCompile("(" + dir + ")?" + regexp.QuoteMeta(suiteFolder) + "|" + dir)
}

// withoutFolder takes the folder in which the submission was built, which has another
// name each time, out of a result.
func (l *look) withoutFolder(r *rewrite.Result) {
	short := func(text string) string { return l.folder.ReplaceAllString(text, "") }
	text, err := json.Marshal(r.Verdict)
	if err != nil {
		return
	}
	v := new(verdict.Verdict)
	if json.Unmarshal([]byte(short(string(text))), v) == nil {
		r.Verdict = v
	}
	r.Output, r.Report = short(r.Output), short(r.Report)
}

// keep notes what was found about a test. Of several verdicts the worst counts.
func (l *look) keep(t testCase, r rewrite.Result) {
	sc := language.Scenario{
		Name: t.name, Words: t.name, Property: t.property, Ops: t.ops, Skipped: r.Skipped != "",
		Verdict: r.Verdict, Output: r.Output, Report: r.Report, Endless: strings.HasSuffix(t.name, apartFromLoops) || l.spins && t.suite == "", Apart: strings.Contains(t.name, apartFromRaces),
	}
	if t.suite != "" {
		of := check.Scenarios[t.scenario]
		sc.Words, sc.Aspects, sc.Judged, sc.Moves = of.Words(), of.Aspects(), true, of.Moves()
		if strings.HasSuffix(t.name, apartFromWaits) {
			sc.Words += apartFromWaits
		}
	}
	if before, ok := l.found[t.name]; ok && (before.Verdict.Answer == verdict.Fail || r.Verdict.Answer != verdict.Fail) {
		return
	}
	l.found[t.name] = sc
	l.tell()
}
