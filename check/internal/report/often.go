package report

import (
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// often says in how many of what was looked at a finding shows, behind a comma; "" if
// nothing is known of it.
func often(v *verdict.Verdict, f verdict.Finding) string {
	switch {
	case v.Kind == verdict.Model && f.Trace != nil:
		return ", in " + plural(len(f.Trace.Steps), "step")
	case v.Kind == verdict.History, v.Kind == verdict.Stress:
		return ", in this run"
	case v.Kind != verdict.Test || !strings.HasPrefix(v.Engine, "search"):
		return ""
	}
	n, of := f.Executions, f.Of
	if of == 0 {
		for _, o := range v.Outcomes {
			of += o.Executions
			if o.Code == f.Code {
				n += o.Executions
			}
		}
	}
	all := v.AllOutcomes || v.Complete
	soFar := " so far"
	if all {
		soFar = ""
	}
	switch {
	case v.Coverage == "this one execution":
		return ", in this execution"
	case of == 0 && v.Counts.Executions == 0:
		return ""
	case of == 0 && f.Code == verdict.DataRace && !strings.Contains(v.Coverage, "up to the first"):
		return "" // of a C program all executions are looked at, and it is shown in one more
	case of == 0:
		return ", in execution " + group(v.Counts.Executions) + ", where it stopped"
	case n == 0:
		return "" // it is no end of an execution
	case n == of && of == 1 && all:
		return ", in the only execution there is"
	case n == of && of > 1:
		return ", in every execution, " + group(of) + soFar
	}
	return ", in " + group(n) + " of " + plural(of, "execution") + soFar
}
