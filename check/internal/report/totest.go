package report

import (
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/diagnose"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Tester is what ToTest needs of a *testing.T.
type Tester interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
}

// ToTest reports a verdict, and the commands that repeat it, through a go test, which
// fails unless the verdict is pass.
func ToTest(t Tester, v *verdict.Verdict, again []string) {
	t.Helper()
	diagnose.Fill(v, nil)
	shown := *v
	shown.Findings = nil
	for _, f := range v.Findings {
		if f.Trace != nil { // it is repeated by go test, not by ipccheck replay
			trace := *f.Trace
			trace.Replay = ""
			f.Trace = &trace
		}
		shown.Findings = append(shown.Findings, f)
	}
	var b strings.Builder
	b.WriteByte('\n')
	if err := Text(&b, &shown, Options{}); err != nil {
		t.Errorf("%v", err)
	}
	for _, command := range again {
		b.WriteString("again: " + command + "\n")
	}
	if v.Answer == verdict.Pass {
		t.Logf("%s", b.String())
	} else {
		t.Errorf("%s", b.String())
	}
}
