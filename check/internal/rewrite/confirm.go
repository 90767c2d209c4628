package rewrite

import (
	"context"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// confirm makes the execution that fails once more, in a process of its own, where the one
// that has found it had reached before what is not controlled: it may have begun in a state
// that another execution has left, such as what that wrote to a file. What does not fail
// again, or only after that has been reached, is no failure. A data race is one whatever the state was.
func (t *Target) confirm(ctx context.Context, r Run, res *Result) {
	v := res.Verdict
	if len(res.tainted) == 0 || v.Answer != verdict.Fail || len(v.Findings) == 0 || v.Findings[0].Trace == nil || v.Findings[0].Code == verdict.DataRace {
		return
	}
	test, _, _ := strings.Cut(res.Test, "/")
	r.Config.Tests, r.Config.Replay, r.Config.Handover = []string{test}, v.Findings[0].Trace.Replay, false
	r.Progress, r.Outcome = nil, nil
	same := false
	err := t.explore(ctx, r, func(again Result) {
		f := again.Verdict.Findings
		same = same || again.Test == res.Test && len(again.tainted) == 0 && len(f) > 0 && f[0].Code == v.Findings[0].Code // of a leak it may be said in which executions it is
	})
	if same || err != nil || ctx.Err() != nil {
		return
	}
	message := v.Findings[0].Message
	v.Answer, v.Findings, v.Outcomes, v.Complete, v.AllOutcomes = verdict.Inconclusive, []verdict.Finding{}, nil, false, false
	v.Reason = "an execution fails that may have found what others have left, for what is not controlled was reached before: " + strings.Join(res.tainted, "; ") + "; it fails because " + message
	for _, what := range res.tainted {
		if !slices.Contains(v.Unchecked, what) {
			v.Unchecked = append(v.Unchecked, what)
		}
	}
	res.Log, res.Output, res.Report = nil, "", ""
}
