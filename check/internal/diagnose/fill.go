package diagnose

import (
	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Fill adds to the findings of a verdict that have traces what it can say of them:
// Cause, and Hint where it is not said yet. What sources returns are the lines that
// the positions of a trace name, with some before them; it may be nil.
func Fill(v *verdict.Verdict, sources func(*verdict.Trace) []verdict.Source) {
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Trace == nil {
			continue
		}
		p := picture.Of(f.Trace)
		if f.Cause = cause(f, p); f.Cause == f.Message {
			f.Cause = "" // it says no more
		}
		if f.Hint == nil {
			f.Hint = hint(evidence{Picture: p, code: f.Code, sources: sources})
		}
	}
}
