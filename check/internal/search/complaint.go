package search

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// impatient reports whether a fault of a search is no more than that the test complains because a
// timer has fired early, or what comes of it that the test ends then.
func (e *explorer) impatient(f *fault) bool {
	if f == nil || len(e.x.Held) == 0 || e.o.Timeouts == TimeoutsStrict || e.o.Replay != "" {
		return false
	}
	return f.code == verdict.FailedAssertion || e.x.Report.Failed && (f.code == verdict.Leak || f.code == verdict.Crash)
}

// complain notes the complaint of the last execution, that is no fault. It reports
// whether it has made others to see where that is.
func (e *explorer) complain(v *verdict.Verdict) bool {
	text := strings.Join(e.x.Report.Log, "\n")
	if slices.Contains(e.said, text) || len(e.said) == mostComplaints {
		return false
	}
	e.said = append(e.said, text)
	e.withPositions(choicesOf(e.x))
	place := ""
	if m := linePattern.FindStringSubmatch(text); m != nil {
		place = m[1]
	}
	v.Assume(verdict.Assumption{Premise: "the test complains if " + e.heldUp() + ", and that does not count (-timeouts=strict has it count)", Position: place})
	return true
}

// mostComplaints is how many different complaints are told.
const mostComplaints = 5

var linePattern = regexp.MustCompile(`(?m)^\s*([^\s:]+\.go:\d+): `)
