package check

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// ByChance has the suites run small scopes under the real scheduler, so often each,
// where they would explore them.
func ByChance(runs uint64) {
	exploreScope = func(name string, body search.Body, o search.Options) *verdict.Verdict {
		v := &verdict.Verdict{Subject: name, Answer: verdict.Pass}
		for v.Counts.Executions < runs {
			v.Counts.Executions++
			done := make(chan bool)
			go func() {
				body(new(sched.T))
				close(done)
			}()
			x := &exec.Exec{End: exec.Done}
			select {
			case <-done:
			case <-time.After(2 * time.Second):
				x.End = exec.Deadlock
			}
			if code, message, ok := o.Judge(x); ok && code != "" {
				v.Answer = verdict.Fail
				v.Findings = append(v.Findings, verdict.Finding{Code: code, Message: message})
				return v
			}
		}
		return v
	}
	assumeControlled = true
}
