package search

import "github.com/ipccheck/ipccheck/check/internal/prim"

// timeline is what is known of the executions of a search: how often timers fired
// early, and how many phases there were.
type timeline struct {
	timed    bool
	advanced bool  // the clock went on early as often as the plan says, in some
	phases   int32 // at most, since then
}

// note notes an execution.
func (t *timeline) note(x *prim.Execution, early int) {
	t.timed = t.timed || x.Timed
	if x.Advanced == early {
		t.advanced = true
		t.phases = max(t.phases, x.Phases)
	}
}
