package search

import (
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() { looks = lookInTurn }

// lookInTurn explores a program that passes once more if goroutines look at the clock in the
// same moment, with each order of these looks. That may be more than the budget allows for:
// it is a premise then that the order makes no difference.
func lookInTurn(e *explorer, v *verdict.Verdict) {
	at := e.x.Looked
	if at == "" || v.Answer != verdict.Pass || e.kind.Covers != Exhaustive {
		return
	}
	w := &verdict.Verdict{Findings: []verdict.Finding{}}
	was := e.o
	e.o.Executions, e.o.TimeUp = e.free(3*v.Counts.Executions), nil
	e.base.Early, e.base.LooksInTurn = nil, true
	e.explore(w)
	if w.Answer == verdict.Pass {
		e.early(w)
	}
	e.o, e.base.LooksInTurn = was, false
	known := slices.Clone(v.Assumes)
	w.Findings = slices.DeleteFunc(w.Findings, func(f verdict.Finding) bool { return f.Severity == verdict.Warning }) // v has them
	e.take(v, w)
	fewer := false
	v.Assumes = slices.DeleteFunc(v.Assumes, func(a verdict.Assumption) bool {
		isNew := strings.HasPrefix(a.Premise, verdict.EarlyTimers) && !slices.Contains(known, a)
		fewer = fewer || isNew
		return isNew
	})
	if w.Answer == verdict.Inconclusive || fewer {
		v.Assume(verdict.Assumption{Premise: "it makes no difference which of several goroutines looks at the clock first, in the same moment", Position: at})
	}
}
