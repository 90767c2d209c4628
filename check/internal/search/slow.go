package search

import "github.com/ipccheck/ipccheck/check/verdict"

func init() { slow = lapse }

// lapse explores a program that passes, sets no timer and looks at the clock again once more: time
// passes, once, at each moment that makes a difference. Of a test that complains then it is a
// premise that it is not so slow, as of one whose timers fire early. That may be more than the
// budget allows for.
func lapse(e *explorer, v *verdict.Verdict) {
	at := e.x.Measured
	if at == "" || v.Answer != verdict.Pass || e.seen.timed || e.kind.Covers != Exhaustive || e.o.NoEarly {
		return
	}
	left := e.free(3 * v.Counts.Executions)
	phases := e.seen.phases
	was := e.o.TimeUp
	e.o.TimeUp, e.base.Elapses = nil, true
	for p := range phases + 1 {
		w := e.at([]int{int(p)}, left)
		left -= min(left, w.Counts.Executions)
		e.take(v, w)
		if w.Answer == verdict.Fail {
			break
		}
		if w.Answer == verdict.Inconclusive {
			v.Assume(verdict.Assumption{Premise: "no time passes between looks at the clock, where that makes a difference", Position: at})
			break
		}
	}
	e.o.TimeUp, e.base.Elapses, e.base.Early = was, false, nil
	if v.Answer == verdict.Pass && len(v.Assumes) == 0 {
		v.Coverage += ", with time that passes at any moment"
	}
}
