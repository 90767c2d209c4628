package search

import "github.com/ipccheck/ipccheck/check/verdict"

func init() { slow = timePasses }

// timePasses explores a program that passes and looks at the clock again once more: time passes,
// once, at each moment that makes a difference, whatever timers there are. Of a test that complains
// then it is a premise that it is not so slow, as of one whose timers fire early. That may be more
// than the budget allows for.
func timePasses(e *explorer, v *verdict.Verdict, phases int32) {
	at := e.x.Measured
	if at == "" || v.Answer != verdict.Pass || e.kind.Covers != Exhaustive || e.o.NoEarly {
		return
	}
	n := 3 * v.Counts.Executions
	if e.seen.timed { // time has passed already, in another way
		n = 0
	}
	left := e.free(n)
	premise := verdict.Assumption{Premise: "no time passes between looks at the clock, where that makes a difference", Position: at}
	if e.x.Exact {
		v.Assume(premise)
		return
	}
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
			v.Assume(premise)
			break
		}
	}
	e.o.TimeUp, e.base.Elapses, e.base.Early = was, false, nil
	if v.Answer == verdict.Pass && len(v.Assumes) == 0 {
		v.Coverage += ", with time that passes at any moment"
	}
}
