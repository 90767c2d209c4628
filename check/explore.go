package check

import (
	"fmt"
	"os"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Exploration tunes [Explore]; the zero value explores everything.
type Exploration = search.Options

// Explore executes the body under every interleaving of its synchronisation
// operations: one execution for each order of those that depend on each other.
// The test fails unless the verdict is pass.
//
// The body and what it calls must use the drop-ins for sync, sync/atomic, time
// and context below check/sched, the functions of package sched for channels, and
// t.Go, sched.Go or WaitGroup.Go to start goroutines; the rest of the program
// runs as it is. Nothing else in the process may use them meanwhile. The body
// must make what it works on anew, and do the same every time that the schedule
// is the same.
//
// A program without data races behaves under Go's memory model as if its
// operations were interleaved, so a pass holds for every run of the body. It says
// nothing of other inputs, and nothing of a program with races.
//
// The environment's IPCCHECK_REPLAY, which a failure prints, repeats one run.
func Explore(t TB, body func(t *sched.T), options ...Exploration) *verdict.Verdict {
	t.Helper()
	var o Exploration
	if len(options) > 0 {
		o = options[0]
	}
	if r := os.Getenv("IPCCHECK_REPLAY"); r != "" {
		o.Replay = r
	}
	one.Lock()
	v := search.Explore(t.Name(), body, o)
	one.Unlock()
	var b strings.Builder
	b.WriteByte('\n')
	shown := *v
	shown.Findings = nil
	for _, f := range v.Findings {
		if f.Trace != nil { // the command that repeats it is of another kind here
			trace := *f.Trace
			trace.Replay = ""
			f.Trace = &trace
		}
		shown.Findings = append(shown.Findings, f)
	}
	if err := report.Text(&b, &shown, report.Options{Width: 80}); err != nil {
		t.Errorf("%v", err)
	}
	for _, f := range v.Findings {
		if f.Trace != nil {
			flag := ""
			if exec.Race {
				flag = "-race "
			}
			fmt.Fprintf(&b, "again: IPCCHECK_REPLAY=%s go test %s-run '^%s$'\n", f.Trace.Replay, flag, t.Name())
		}
	}
	if v.Answer == verdict.Pass {
		t.Logf("%s", b.String())
	} else {
		t.Errorf("%s", b.String())
	}
	return v
}
