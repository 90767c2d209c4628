package child

import (
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// late marks a run in which goroutines begin with an operation of their own.
const late = ",late"

// lateStarts are how many executions are made in which goroutines begin late, by strategy.
// Two of those orders are of use, that with one access first and that with the other, and
// among others who also access it both are among so many with near certainty.
var lateStarts = []struct {
	strategy   string
	executions uint64
}{{"pct", 24}, {"urw", 8}}

// late makes a few more executions of a test that has not failed, for the race detector.
// It remembers four accesses to eight bytes, and so many goroutines. Where two do not
// synchronise one order of them stands for all, and in that one the detector may have
// forgotten the access of the one when the other's comes. Here their order is random, and so
// is that of what they do before their first operations. A fault that is seeded is for the
// search to find.
func (e *explorer) late(name string, o search.Options, v *verdict.Verdict) *verdict.Verdict {
	if !exec.Race || v.Answer == verdict.Fail || o.Replay != "" || exec.Seeded != "" || e.x == nil || !e.x.Several() || o.Context.Err() != nil {
		return v
	}
	o.Late, o.TimeUp = true, nil
	for _, s := range lateStarts {
		o.Strategy, o.Executions = s.strategy, s.executions
		if w := e.explored(name, o); w.Answer == verdict.Fail {
			marked(w, late)
			include(w, v)
			return w
		}
	}
	return v
}
