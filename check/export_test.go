package check

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/suite"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// OutsidePatience is how long a body waits for what the scheduler does not see before that
// is said.
func OutsidePatience(d time.Duration) (back func()) {
	was := outsidePatience
	outsidePatience = d
	return func() { outsidePatience = was }
}

// ByChance has the suites run small scopes under the real scheduler, so often each,
// where they would explore them.
func ByChance(runs uint64) {
	suite.Scopes = func(name string, body func(t *sched.T), _ search.Options, judge func(suite.Controlled) (verdict.Code, string, bool)) *verdict.Verdict {
		v := &verdict.Verdict{Subject: name, Answer: verdict.Pass}
		for v.Counts.Executions < runs {
			v.Counts.Executions++
			done := make(chan bool)
			go func() {
				body(new(sched.T))
				close(done)
			}()
			x := suite.Controlled{Done: true}
			select {
			case <-done:
			case <-time.After(2 * time.Second):
				x = suite.Controlled{Stuck: true}
			}
			if code, message, ok := judge(x); ok && code != "" {
				v.Answer = verdict.Fail
				v.Findings = append(v.Findings, verdict.Finding{Code: code, Message: message})
				return v
			}
		}
		return v
	}
	suite.AssumeControlled = true
}
