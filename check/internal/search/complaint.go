package search

import (
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/spelling"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// impatient reports whether a fault of a search is no more than that the test complains because a
// timer has fired early, or what comes of it that the test ends then; or whether it
// needs that somebody is held up for longer than anybody is.
func (e *explorer) impatient(f *fault) bool {
	if f == nil || len(e.x.Held)+len(e.x.Overtaken) == 0 || e.o.Timeouts == TimeoutsStrict || e.o.Replay != "" {
		return false
	}
	return f.code == verdict.FailedAssertion || e.x.Report.Failed && (f.code == verdict.Leak || f.code == verdict.Crash) || e.heldLong()
}

// longestHold is for how long somebody may be held up and a fault counts.
const longestHold = 24 * time.Hour

// heldLong reports whether the last execution needs that somebody is held up for longer
// than that.
func (e *explorer) heldLong() bool {
	return slices.ContainsFunc(e.x.Held, func(h prim.Hold) bool { return h.For > longestHold })
}

// complain notes the complaint of the last execution, that is no fault, f: that of the
// test, or what happens because somebody is held up for too long. It reports whether it
// has made others to see where that is.
func (e *explorer) complain(v *verdict.Verdict, f *fault) bool {
	text := spelling.Addresses(strings.Join(e.x.Report.Log, "\n"))
	what := "the test complains"
	if !e.x.Report.Failed {
		text = f.message
		what = "there is a failure (" + string(f.code) + ")"
	}
	if slices.Contains(e.said, text) || len(e.said) == mostComplaints {
		return false
	}
	e.said = append(e.said, text)
	e.withPositions(choicesOf(e.x))
	v.Assume(verdict.Assumption{Premise: what + " if " + e.heldUp() + ", and that does not count (-timeouts=strict has it count)", Position: placeOf(text)})
	return true
}

// mostComplaints is how many different complaints are told.
const mostComplaints = 5

// placeOf is the place that the first line of a complaint which has one begins with.
func placeOf(text string) string {
	for line := range strings.Lines(text) {
		file, rest, _ := strings.Cut(strings.TrimLeft(line, " \t\r\n"), ":")
		number := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if strings.HasSuffix(file, ".go") && !strings.ContainsAny(file, " \t\r\n") && number > 0 && strings.HasPrefix(rest[number:], ": ") {
			return file + ":" + rest[:number]
		}
	}
	return ""
}
