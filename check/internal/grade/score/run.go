package score

import (
	"bytes"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// mostRounds is how many steps are shown of a run that goes round for ever.
const mostRounds = 14

// run is the execution that shows a fault, as a table.
func run(f charged) string {
	t := f.finding.Trace
	if t == nil {
		return f.scenario.Report
	}
	if endless := f.code == verdict.BusyWaiting || f.code == verdict.Livelock; endless && len(t.Steps) > mostRounds {
		short := *t
		short.Steps = slices.Clone(t.Steps[:mostRounds])
		short.Steps[mostRounds-1].Note = "and so on, for ever"
		t = &short
	}
	var b bytes.Buffer
	if err := report.Trace(&b, t, report.Options{}); err != nil {
		return ""
	}
	return b.String()
}
