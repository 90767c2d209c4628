package rewrite

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Explore explores tests of a target, in processes of their own. It calls each for
// every result, in order.
//
// Tests in which suites of package check are found are then run as they are: the suites
// explore what they check themselves.
func (t *Target) Explore(ctx context.Context, r Run, each func(Result)) error {
	if strings.HasPrefix(r.Config.Replay, exec.RunOfSuite) {
		r.Config.Suites = true
		return t.judged(ctx, r, each)
	}
	var results []Result // from the first with suites on
	var names []string   // of tests with suites
	err := t.judged(ctx, r, func(res Result) {
		if res.suites {
			names = append(names, res.Test)
		}
		if len(names) == 0 {
			each(res)
			return
		}
		results = append(results, res)
	})
	if err != nil || len(names) == 0 {
		return err
	}
	found := map[string]Result{}
	r.Config.Tests, r.Config.Suites = names, true
	err = t.judged(ctx, r, func(res Result) { found[res.Test] = res })
	for _, res := range results {
		if f, ok := found[res.Test]; ok && res.suites {
			res = f
		}
		each(res)
	}
	return err
}

// judged explores tests, each execution judged by the race detector if the target has it.
//
// If the target has the race detector every execution is judged by it. An
// execution then takes three to ten times as long: a test that is not done in half
// of its time is explored without the detector in the other half, and assumes that
// there is no race in the executions that the detector has not seen.
func (t *Target) judged(ctx context.Context, r Run, each func(Result)) error {
	if t.plain == nil {
		return t.explore(ctx, r, func(res Result) { each(assuming(res, "not judged ("+t.Unjudged+")")) })
	}
	r.Config.Handover = r.Config.Strategy == "" && r.Config.Replay == ""
	var results []Result // from the first unfinished one on
	var again []string   // tests with unfinished results
	err := t.explore(ctx, r, func(res Result) {
		if res.unfinished {
			if top, _, _ := strings.Cut(res.Test, "/"); !slices.Contains(again, top) {
				again = append(again, top)
			}
		}
		if len(again) == 0 {
			each(res)
			return
		}
		results = append(results, res)
	})
	if err != nil {
		for _, res := range results {
			each(res) // nobody goes on with those that are unfinished
		}
	}
	if err != nil || len(again) == 0 {
		return err
	}
	plain := map[string]Result{}
	missing := "it ended before"
	switch p, err := t.plain(ctx); {
	case err != nil:
		missing = err.Error()
	case p.Err != "":
		missing = p.Err
	default:
		r.Config.Tests, r.Config.Handover, r.Config.Second = again, false, true
		if !r.Config.Suites {
			r.Config.Seconds /= 2
		}
		if err := p.explore(ctx, r, func(res Result) { plain[res.Test] = res }); err != nil {
			return err
		}
	}
	for _, res := range results {
		if p, ok := plain[res.Test]; res.unfinished && ok {
			judged := fmt.Sprintf("judged in %s only, %s", words.Plural(res.Verdict.Counts.Executions, "execution", "executions"), cmp.Or(res.why, "for the detector takes its time (-budget gives it more)"))
			p.Verdict.ElapsedMS += res.Verdict.ElapsedMS
			res = assuming(p, judged)
		} else if res.unfinished {
			half(res.Verdict, missing)
		}
		each(res)
		delete(plain, res.Test)
	}
	for _, top := range again {
		if p, ok := plain[top]; ok {
			each(assuming(p, "not judged")) // it died in one of its subtests
		}
	}
	return nil
}

// half makes no pass of what only the process with the race detector has looked at, and
// another one should have gone on with.
func half(v *verdict.Verdict, missing string) {
	if v.Answer != verdict.Pass {
		return
	}
	v.Answer = verdict.Inconclusive
	v.Reason = "not all of it runs with the race detector, and it could not be run without: " + missing
	v.Unchecked = append(v.Unchecked, v.Reason)
}

// assuming is a result that takes for granted that there is no data race; a
// failure stands without.
func assuming(r Result, how string) Result {
	if r.Verdict.Answer != verdict.Fail {
		r.Verdict.Assume(verdict.Assumption{Premise: "no data race: " + how})
	}
	return r
}
