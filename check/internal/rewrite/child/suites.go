package child

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	ours "github.com/ipccheck/ipccheck/check/internal/rt/testing"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// suitesTime is for how long, in seconds of the budget, a test with suites counts as
// going on; after that it is stopped as one that stalls.
const suitesTime = 10

// suiteTest is a test with suites while it runs.
type suiteTest struct {
	lock     sync.Mutex // subtests may be parallel
	name     string
	found    []*verdict.Verdict // by suites that report them
	judged   []*verdict.Verdict // by suites whose verdicts the test looks at
	subtests []*wire.Subtest
	races    int // that the detector had reported before
	doing    atomic.Value
}

// suites runs a test as it is, and sends what its suites find, as one verdict.
func suites(t *testing.T, name, position string, f func(t *ours.T)) {
	send(wire.Event{Kind: "start", Test: name, Position: position})
	running := before()
	image.Off()
	s := &suiteTest{name: name, races: exec.RaceErrors()}
	ctx, cancel := context.WithCancel(context.Background())
	exec.Suites = &exec.Host{
		Verdict: s.verdict, Raced: raced, Tell: func(doing string) { s.doing.Store(doing) }, Context: ctx, Replay: config.Replay, Running: running,
		Seconds: config.Seconds, First: config.Handover, Second: config.Second,
	}
	ours.Begins = s.begins
	over := make(chan bool)
	go s.alive(over)
	t.Cleanup(func() { // after the subtests, too
		close(over)
		cancel()
		skipped := ""
		if t.Skipped() {
			skipped = "skipped"
		}
		v := s.together(t.Failed())
		e := wire.Event{Kind: "verdict", Test: name, Skipped: skipped, Verdict: v, What: exec.Suites.Unfinished}
		e.Unfinished = config.Handover && e.What != "" && v.Answer != verdict.Fail
		for _, sub := range s.subtests {
			e.Subtests = append(e.Subtests, *sub)
		}
		exec.Suites, ours.Begins = nil, nil
		send(e)
		send(wire.Event{Kind: "done", Test: name})
	})
	f(ours.Native(t))
}

func raced() (message string, accesses []byte) {
	message, as := races.next()
	accesses, err := json.Marshal(as)
	if err != nil {
		return message, nil
	}
	return message, accesses
}

// before says which goroutines of the program run beside its tests.
func before() string {
	running := image.Settle()
	if held, _ := image.Held(); len(held) > 0 && len(running) == 0 {
		return "goroutines that were started before the tests run beside the suite"
	}
	if len(running) == 0 {
		return ""
	}
	return "goroutines that were started before the tests run beside the suite: " + strings.Join(running, ", ")
}

// verdict takes the verdict of a suite.
func (s *suiteTest) verdict(text []byte, judged bool) {
	v := new(verdict.Verdict)
	if json.Unmarshal(text, v) != nil {
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	if judged {
		s.judged = append(s.judged, v)
	} else {
		s.found = append(s.found, v)
	}
}

// begins notes a subtest, and what becomes of it.
func (s *suiteTest) begins(t *testing.T) {
	sub := &wire.Subtest{Name: t.Name()}
	s.lock.Lock()
	s.subtests = append(s.subtests, sub)
	s.lock.Unlock()
	t.Cleanup(func() {
		switch {
		case t.Failed():
			sub.Action = "fail"
		case t.Skipped():
			sub.Action = "skip"
		default:
			sub.Action = "pass"
		}
	})
}

// alive says now and then that the test goes on, and how far it is.
func (s *suiteTest) alive(over chan bool) {
	end := time.After(time.Duration(suitesTime * max(config.Seconds, 1) * float64(time.Second)))
	for {
		select {
		case <-over:
			return
		case <-end:
			return
		case <-time.After(time.Second):
			doing, _ := s.doing.Load().(string)
			send(wire.Event{Kind: "progress", Test: s.name, What: doing})
		}
	}
}

// together is the verdict on the test: the worst of its suites, and what all covered. If
// it looks at their verdicts itself, its own answer counts.
func (s *suiteTest) together(failed bool) *verdict.Verdict {
	v := &verdict.Verdict{Schema: verdict.Schema, Subject: s.name, Kind: verdict.Test, Answer: verdict.Pass, Engine: "suites", Findings: []verdict.Finding{}}
	for _, f := range s.found {
		s.add(v, f)
		switch {
		case f.Answer == verdict.Fail:
			v.Answer = verdict.Fail
		case f.Answer == verdict.Inconclusive && v.Answer == verdict.Pass:
			v.Answer, v.Reason = verdict.Inconclusive, f.Reason
		}
	}
	for _, f := range s.judged {
		shown := *f
		if !failed {
			shown.Findings = nil // the test expects them
		}
		s.add(v, &shown)
		if failed && f.Answer == verdict.Fail {
			v.Answer = verdict.Fail
		}
	}
	s.raced(v)
	if len(s.found)+len(s.judged) == 0 && !failed && v.Answer == verdict.Pass {
		v.Answer, v.Reason = verdict.Inconclusive, "the test has suites of package check, and none was run: it was run once, as it is"
		v.Unchecked = append(v.Unchecked, v.Reason)
		return v
	}
	if v.Answer == verdict.Fail {
		v.Reason = ""
	} else if failed && v.Answer != verdict.Inconclusive {
		v.Answer = verdict.Fail
		v.Findings = append(v.Findings, verdict.Finding{Code: verdict.FailedAssertion, Message: "the test fails besides what its suites check", Engine: v.Engine})
	}
	if v.Answer == verdict.Pass {
		premise := "what the test does besides its suites was run once, as it is"
		if len(s.judged) > 0 {
			premise = "the test looks at what its suites find, and was run once, as it is"
		}
		v.Assume(verdict.Assumption{Premise: premise})
	}
	return v
}

// add adds the verdict of a suite, but for its answer. Several are told apart.
func (s *suiteTest) add(v, f *verdict.Verdict) {
	name := ""
	if len(s.found)+len(s.judged) > 1 && f.Subject != "" {
		name = f.Subject + ": "
	}
	v.Kind, v.Engine, v.Seed = f.Kind, f.Engine, f.Seed
	for _, g := range f.Findings {
		g.Message = name + g.Message
		v.Findings = append(v.Findings, g)
	}
	v.Counts.Executions += f.Counts.Executions
	v.Counts.Steps += f.Counts.Steps
	v.Counts.Operations += f.Counts.Operations
	v.Counts.Overlapping += f.Counts.Overlapping
	v.ElapsedMS += f.ElapsedMS
	if f.Coverage != "" && v.Coverage != "" {
		v.Coverage += "; "
	}
	v.Coverage += name + f.Coverage
	for _, a := range f.Assumes {
		v.Assume(a)
	}
	for _, u := range f.Unchecked {
		if u = name + u; !slices.Contains(v.Unchecked, u) {
			v.Unchecked = append(v.Unchecked, u)
		}
	}
}

// raced adds a data race that is no suite's.
func (s *suiteTest) raced(v *verdict.Verdict) {
	racesJudged = exec.RaceErrors()
	known := slices.ContainsFunc(v.Findings, func(f verdict.Finding) bool { return f.Code == verdict.DataRace })
	if racesJudged == s.races || known {
		return
	}
	message, accesses := races.next()
	if message == "" {
		return
	}
	v.Answer = verdict.Fail
	v.Findings = append(v.Findings, verdict.Finding{Code: verdict.DataRace, Message: message, Accesses: accesses, Engine: v.Engine})
}
