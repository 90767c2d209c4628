// Package suite answers whether an object keeps its contract: it tries sequences of
// operations, scenes of processes that wait, concurrent executions under the real
// scheduler and, where the code is controlled, every interleaving of small scopes,
// and sums up in one verdict what was found and what was not looked at.
package suite

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/judge"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Config says what is checked and how thoroughly.
type Config struct {
	Name       string // of the object, in the report
	Test       string // the test that reports the verdict; empty if the caller does
	Capacities []int  // arguments with which the constructors are called
	Seed       uint64
	Runs       int                // multiplies the numbers of executions
	Patience   time.Duration      // how long nothing may happen before nobody can go on
	Tell       func(doing string) // is told now and then how far the suite is; may be nil
}

// Suite checks one object, part by part. Only one suite may run at a time: it sets
// GOMAXPROCS, and looks at all goroutines of the process.
type Suite struct {
	Config
	verdict verdict.Verdict
	begin   time.Time

	number int   // among the suites of the test, from 1
	again  *past // what is to be run again, and nothing else; nil: nothing

	part      string // the part that is running
	failed    int    // executions of the part that failed
	abandoned int    // executions of the whole suite that did not finish
	running   bool   // goroutines of one of them go on
	spun      bool   // an operation was seen to wait by spinning
	explored  bool   // every interleaving of some scopes was
	searched  int    // histories held against the specification
	undecided int    // of them, those that could not be decided
	covered   []string
	shown     map[verdict.Code]linear.Finding // what is found of a code, as its history shows it
	told      time.Time                       // when it was last told how far the suite is

	complained bool     // something is wrong
	waivers    []waiver // each alone would excuse all that is

	sequences  int
	scenes     int
	executions int // concurrent ones
	overlaps   int // of them, those in which something overlapped
}

// tellEvery is how often a suite tells how far it is.
const tellEvery = 2 * time.Second

// Bounds of a part.
const (
	maxFailed    = 3 // failing executions of a part: one need not show every fault
	maxAbandoned = 4 // abandoned executions of a suite: each leaves goroutines behind
)

// New begins a suite.
func New(c Config) *Suite {
	made[c.Test]++
	s := &Suite{Config: c, number: made[c.Test], begin: time.Now(), shown: map[verdict.Code]linear.Finding{}}
	s.told = s.begin
	s.verdict = verdict.Verdict{
		Schema: verdict.Schema, Subject: c.Name, Kind: verdict.Test,
		Findings: []verdict.Finding{}, Engine: "suite", Seed: c.Seed,
	}
	if host := exec.Suites; host != nil {
		s.Tell = host.Tell
		if host.Replay != "" {
			s.repeats(host.Replay)
		}
	}
	return s
}

// made is how many suites there have been, by their tests.
var made = map[string]int{}

// start begins a part. It reports false if the suite should not go on, or is to run
// another part again.
func (s *Suite) start(part string) bool {
	s.part, s.failed = part, 0
	return s.bearable() && (s.again == nil || s.again.part == part)
}

// startExhaustive is start for a part under control. What hangs under the real scheduler
// would hang the controlled one, unless it is controlled itself.
func (s *Suite) startExhaustive(part string) bool {
	s.part, s.failed = part, 0
	return (s.abandoned == 0 || exec.Suites != nil && !s.running) && (s.again == nil || s.again.part == part)
}

// bearable reports whether what is left of abandoned executions leaves room for others.
func (s *Suite) bearable() bool { return s.abandoned < maxAbandoned && !s.running }

// goesOn reports whether the part should go on, and tells how far it is.
func (s *Suite) goesOn() bool {
	s.tell("%s, after %d sequences, %d scenes and %d concurrent runs", s.part, s.sequences, s.scenes, s.executions)
	if s.failed >= maxFailed || !s.bearable() {
		return false
	}
	if s.late(1) {
		s.unchecked("what would have followed in part %s after %v: IPCCHECK_RUNS=2 takes twice as long", s.part, s.times().all.Round(time.Second))
		return false
	}
	return true
}

// tell tells how far the suite is, unless it has just done so.
func (s *Suite) tell(format string, args ...any) {
	if now := time.Now(); s.Tell != nil && now.Sub(s.told) > tellEvery {
		s.told = now
		doing := fmt.Sprintf(format, args...) + fmt.Sprintf(", %.0f s", now.Sub(s.begin).Seconds())
		if exec.Suites == nil { // a command names the test itself
			doing = s.Name + ": " + doing
		}
		s.Tell(doing)
	}
}

// rng is a source of choices that depends on the seed, the part and the position in it.
func (s *Suite) rng(position ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, s.part, position)
	return rand.New(rand.NewPCG(s.Seed, h.Sum64()))
}

// abandon records an execution that did not finish. After one that was still making
// progress (record.Cut) its goroutines keep running, so the suite stops.
func (s *Suite) abandon(end record.End) {
	s.abandoned++
	s.running = s.running || end == record.Cut
}

// did adds to what the verdict covers.
func (s *Suite) did(format string, args ...any) {
	s.covered = append(s.covered, fmt.Sprintf(format, args...))
}

// unchecked notes what the suite does not look at.
func (s *Suite) unchecked(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(s.verdict.Unchecked, text) {
		s.verdict.Unchecked = append(s.verdict.Unchecked, text)
	}
}

// Inconclusive notes why the suite cannot answer. The first reason counts, and a
// fault that is found counts more.
func (s *Suite) Inconclusive(reason string) {
	if s.verdict.Reason == "" {
		s.verdict.Reason = reason
	}
}

// conclude counts an execution that was judged, and reports what is wrong.
func (s *Suite) conclude(x *harness.Execution, c contract.Contract, o judge.Outcome, what string) {
	if o.Abandoned {
		s.abandon(o.End)
	}
	if o.Searched {
		s.searched++
	}
	if o.Undecided {
		s.undecided++
	}
	if o.Unexplained {
		s.Inconclusive("processes that poll made no progress, and nothing shows that they should")
	}
	s.verdict.Counts.Operations += uint64(len(o.History.Calls))
	s.report(x, c, o.History, what, o.Findings, o.Waiters, o.Complaint)
}

// report adds the findings of an execution. Of each code the first is kept.
func (s *Suite) report(x *harness.Execution, c contract.Contract, h record.History, what string, fs []linear.Finding, waiters []harness.Waiter, why judge.Complaint) {
	if len(fs) == 0 {
		return
	}
	s.failed++
	s.complain(c, why)
	for _, f := range fs {
		if s.known(f.Code) {
			continue
		}
		t := judge.Trace(x, c, s.Name, what, h, f, waiters)
		t.Replay = s.replay("")
		found := verdict.Finding{Code: f.Code, Message: f.Message, Trace: t}
		if f.Code == verdict.DataRace && exec.Suites != nil {
			found.Message, found.Accesses = raced()
		}
		s.add(found, f)
	}
}

// known reports whether a finding of that code is there already that need not give way
// to one of the part that is running: what it takes chance to meet gives way.
func (s *Suite) known(code verdict.Code) bool {
	return slices.ContainsFunc(s.verdict.Findings, func(f verdict.Finding) bool {
		return f.Code == code && (chancy(s.part) || !chancy(f.Engine))
	})
}

// chancy reports whether it takes chance to meet in that part again what was found.
func chancy(part string) bool { return strings.HasSuffix(part, "concurrent") }

// add adds a finding of the part that is running, unless its code is known, and keeps by
// which history it is one. It reports whether it does.
func (s *Suite) add(f verdict.Finding, by linear.Finding) bool {
	if s.known(f.Code) {
		return false
	}
	f.Engine = s.part
	s.shown[f.Code] = by
	same := func(g verdict.Finding) bool { return g.Code == f.Code }
	if i := slices.IndexFunc(s.verdict.Findings, same); i >= 0 {
		s.verdict.Findings[i] = f
		return true
	}
	s.verdict.Findings = append(s.verdict.Findings, f)
	return true
}

// Finish closes the verdict.
func (s *Suite) Finish() *verdict.Verdict {
	v := &s.verdict
	if s.undecided > 0 {
		s.Inconclusive(fmt.Sprintf("%d of %d histories were too hard to decide", s.undecided, s.searched))
	}
	if s.again != nil && chancy(s.again.part) && len(v.Findings) == 0 {
		s.Inconclusive("the real scheduler has not let it happen again: the operations are the same, how they interleave is chance")
	}
	if judge.OnlyDenied(s.shown) {
		v.Findings = slices.DeleteFunc(v.Findings, func(f verdict.Finding) bool { return f.Code == verdict.LostItem })
	}
	switch {
	case len(v.Findings) > 0:
		s.suggest()
		v.Answer, v.Reason = verdict.Fail, ""
	case v.Reason != "":
		v.Answer = verdict.Inconclusive
	default:
		v.Answer = verdict.Pass
	}
	v.Coverage = strings.Join(s.covered, "; ")
	if s.abandoned > 0 {
		s.unchecked("what would have followed %s, whose goroutines are still there", words.Plural(s.abandoned, "run that had to be given up", "runs that had to be given up"))
	}
	v.ElapsedMS = time.Since(s.begin).Milliseconds()
	return v
}
