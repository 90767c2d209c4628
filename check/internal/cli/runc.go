package cli

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/cprog"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// cFlags are those of run and replay that only C programs have.
var cFlags = []flagDef{
	{name: "cflags", value: "list", help: "flags of the C compiler, separated by spaces, as in -cflags='-DSIZE=2 -lm'"},
	{name: "early", help: "of C programs: the time of a wait with a limit may also be over though others can go on, once in each thread, and it is a failure, too, if the program complains then"},
	{name: "spurious", help: "of C programs: a wait for a condition variable may also wake up without a signal, once in each thread"},
}

// runC explores a C program and prints the result.
func (t *tool) runC(ctx context.Context, x programs, files []string, out *printer) error {
	c, err := x.forC()
	if err != nil {
		return err
	}
	note := t.note(x)
	note.sayf("compiling")
	p, err := cprog.Source{Dir: x.dir, Files: files, Flags: strings.Fields(x.cflags)}.Build(ctx, rewrite.CacheDir())
	note.clear()
	if err != nil {
		var compile *cprog.CompileError
		if errors.As(err, &compile) {
			return &usageError{compile.Text}
		}
		return &usageError{err.Error()}
	}
	defer p.Close()
	of := x.program(files)
	outcomes := map[string]bool{}
	if x.config.Outcomes {
		c.Prints = true
		c.Outcome = func(end, output string) { outcomes[wire.Outcome{End: end, Output: output}.String()] = true }
	}
	c.Search.Progress = func(n uint64) { note.sayf("%s: %d executions", of, n) }
	r := cprog.Explore(ctx, p, of, c)
	note.clear()
	if r.Early {
		x.early = true
		of = x.program(files)
	}
	again := x.kind("c-run", false) + ":" + of + ":main#"
	for i := range r.Verdict.Findings {
		if tr := r.Verdict.Findings[i].Trace; tr != nil && tr.Replay != "" {
			tr.Replay = again + tr.Replay
		}
	}
	for i := range r.Verdict.Outcomes {
		if o := &r.Verdict.Outcomes[i]; o.Replay != "" {
			o.Replay = again + o.Replay
		}
	}
	remedy(r.Verdict, "threads")
	keepLong(r.Verdict)
	result := report.Result{Verdict: r.Verdict, Output: r.Output, Line: p.Line, Sources: linesOf(x.dir, files), File: t.sourcesC(x.dir, files).find}
	if !x.output.options.Verbose {
		result.Line = nil
	}
	if err := out.print(result); err != nil {
		return err
	}
	return x.printOutcomes(t.stdout, slices.Sorted(maps.Keys(outcomes)))
}

// forC is how a C program is explored.
func (x *programs) forC() (cprog.Config, error) {
	w := x.config
	c := cprog.Config{
		Args: x.args, Spurious: x.spurious, Early: x.early, AlsoEarly: true, NoRaces: x.detector == rewrite.WithoutDetector && !x.replaying(), Time: time.Duration(w.Seconds * float64(time.Second)),
		Search: search.Options{
			Strategy: w.Strategy, Preemptions: w.Preemptions, Seed: w.Seed, Executions: w.Executions, Steps: w.Steps,
			SignalAny: w.SignalAny || !x.signal, Replay: w.Replay, Leaks: search.LeaksWarn, NoEarly: true,
			Further: w.Executions / 4,
		},
	}
	if w.Leaks == wire.LeaksStrict {
		c.Search.Leaks = search.LeaksFail
	}
	if x.stdin == "" {
		return c, nil
	}
	info, err := os.Stat(x.stdin)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file")
	}
	if err == nil {
		c.Stdin, err = os.ReadFile(x.stdin)
	}
	if err != nil {
		return c, usagef("run: -stdin %s: %v: expected a file: it is read from its beginning in every execution", words.Quote(x.stdin), err)
	}
	return c, nil
}

func (x *programs) replaying() bool { return x.config.Replay != "" }
