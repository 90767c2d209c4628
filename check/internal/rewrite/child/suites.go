package child

import (
	"encoding/json"
	"slices"
	"sync"
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

// suites runs a test as it is, and sends what its suites find, as one verdict.
func suites(t *testing.T, name, position string, f func(t *ours.T)) {
	send(wire.Event{Kind: "start", Test: name, Position: position})
	image.Off()
	var lock sync.Mutex
	var found []*verdict.Verdict
	exec.OnVerdict = func(text []byte) {
		v := new(verdict.Verdict)
		if json.Unmarshal(text, v) == nil {
			lock.Lock() // subtests may be parallel
			found = append(found, v)
			lock.Unlock()
		}
	}
	over := make(chan bool)
	go alive(name, over)
	t.Cleanup(func() { // after the subtests, too
		close(over)
		exec.OnVerdict = nil
		skipped := ""
		if t.Skipped() {
			skipped = "skipped"
		}
		send(wire.Event{Kind: "verdict", Test: name, Skipped: skipped, Verdict: together(name, found, t.Failed())})
		send(wire.Event{Kind: "done", Test: name})
	})
	f(ours.Native(t))
}

// alive says now and then that the test goes on.
func alive(name string, over chan bool) {
	end := time.After(time.Duration(suitesTime * max(config.Seconds, 1) * float64(time.Second)))
	for {
		select {
		case <-over:
			return
		case <-end:
			return
		case <-time.After(time.Second):
			send(wire.Event{Kind: "progress", Test: name})
		}
	}
}

// together is the verdict on a test with suites: the worst of theirs, and what all
// covered.
func together(name string, found []*verdict.Verdict, failed bool) *verdict.Verdict {
	v := &verdict.Verdict{Schema: verdict.Schema, Subject: name, Kind: verdict.Test, Answer: verdict.Pass, Engine: "suites", Findings: []verdict.Finding{}}
	for _, s := range found {
		v.Kind, v.Engine, v.Seed = s.Kind, s.Engine, s.Seed
		v.Findings = append(v.Findings, s.Findings...)
		v.Counts.Executions += s.Counts.Executions
		v.Counts.Steps += s.Counts.Steps
		v.Counts.Operations += s.Counts.Operations
		v.Counts.Overlapping += s.Counts.Overlapping
		v.ElapsedMS += s.ElapsedMS
		if s.Coverage != "" && v.Coverage != "" {
			v.Coverage += "; "
		}
		v.Coverage += s.Coverage
		for _, a := range s.Assumes {
			v.Assume(a)
		}
		for _, u := range s.Unchecked {
			if !slices.Contains(v.Unchecked, u) {
				v.Unchecked = append(v.Unchecked, u)
			}
		}
		switch {
		case s.Answer == verdict.Fail:
			v.Answer = verdict.Fail
		case s.Answer == verdict.Inconclusive && v.Answer == verdict.Pass:
			v.Answer, v.Reason = verdict.Inconclusive, s.Reason
		}
	}
	for i := range v.Findings {
		if t := v.Findings[i].Trace; t != nil {
			t.Replay = "" // the seed repeats it
		}
	}
	if len(found) == 0 && !failed {
		v.Answer, v.Reason = verdict.Inconclusive, "the test runs suites of package check and judges them itself: it was run once, as it is"
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
		v.Assume(verdict.Assumption{Premise: "what the test does besides its suites was run once, as it is"})
	}
	return v
}
