package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/diagnose"
	"github.com/ipccheck/ipccheck/check/internal/relay"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

func init() { register(10, testCommand) }

var testCommand = command{
	name: "test", args: "[PACKAGES] [flags]", brief: "[PACKAGES]: run Go tests under every interleaving",
	about: `Runs the test functions of Go packages, as go test does, each under every
interleaving of what synchronises in it: channels, select, go statements, and
what sync, sync/atomic, time and context have. Nothing has to be changed for it.
Time is virtual. Subtests belong to the executions of their test, in which
parallel ones run together. Parallel tests that share package variables are
explored one by one, then together. Benchmarks are left out; so are examples
that say what they print, and fuzz targets, and how many is said.

A test fails if an execution does: it complains, panics, deadlocks, has a data
race, or leaves goroutines behind that wait forever. The report has the
interleaving, and the command that runs it again. A pass says what it assumes:
one that assumes nothing holds for every run. What cannot be controlled, such as
files, sockets and processes, is named, and the verdict is inconclusive.`,
	flags: testFlags,
	more: `With -json the output has the events of go test -json; the one that ends a test
has its verdict, too. Its action is fail if the verdict is inconclusive: no test
that was not decided looks like a pass.`,
	examples: []string{
		"ipccheck test ./...",
		"ipccheck test -race=false -run 'TestQueue' ./queue",
		"ipccheck test -budget 1000000,10m -v .",
	},
	exits: `0 pass, 1 fail, 2 usage, input or build error, 3 inconclusive, 4 an internal error of ipccheck. Of several tests the worst counts: 4, 2, 1, 3, 0.`,
	run:   (*tool).cmdTest,
}

// testFlags are those of test.
var testFlags = append([]flagDef{
	{name: "run", value: "re", help: "only tests whose names match, as go test has it"},
	{name: "skip", value: "re", help: "no tests whose names match, as go test has it"},
	{name: "short", help: "as go test has it"},
	{name: "p", value: "n", help: "packages at once"},
	{name: "count", value: "n", help: "accepted, and without effect: nothing is cached"},
	{name: "shuffle", value: "how", help: "accepted, and without effect: no test sees what one before it has changed"},
	{name: "parallel", value: "n", help: "accepted, and without effect: parallel tests are not limited"},
	{name: "failfast", help: "no further package after one that fails"},
	{name: "timeout", value: "t", help: "stop after that time, inconclusively"},
	controlFlag,
}, programFlags...)

func (t *tool) cmdTest(ctx context.Context, args []string) (int, error) {
	p, err := parse("test", args, testFlags)
	if err != nil {
		return 0, err
	}
	x, err := t.parsePrograms("test", p)
	if err != nil {
		return 0, err
	}
	patterns := p.names
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	if x.timeout > 0 {
		c, cancel := context.WithTimeoutCause(ctx, x.timeout, fmt.Errorf("-timeout %v is over", x.timeout))
		defer cancel()
		ctx = c
	}
	out, err := t.begin(x.output)
	if err != nil {
		return 0, err
	}
	note := t.note(x)
	targets, err := x.builder(note).Tests(ctx, patterns)
	note.clear()
	if err != nil {
		if ctx.Err() != nil {
			return exitInconclusive, usagef("stopped before anything was explored: %v", context.Cause(ctx))
		}
		return 0, &usageError{err.Error()}
	}
	if len(targets) == 0 {
		return 0, usagef("test: %s: no packages match", strings.Join(patterns, " "))
	}
	return t.testAll(ctx, x, targets, out, note)
}

// testAll explores the tests of packages, several at once, and reports them in
// order. They begin in that order, too: what is said does not depend on which is faster.
func (t *tool) testAll(ctx context.Context, x programs, targets []*rewrite.Target, out *printer, note *progress) (int, error) {
	reports := make([]chan *packageReport, len(targets))
	limit := make(chan bool, x.workers)
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	for i := range reports {
		reports[i] = make(chan *packageReport, 1)
	}
	failed := func() bool { return stop.Err() != nil && ctx.Err() == nil }
	go func() {
		for i, target := range targets {
			limit <- true
			go func() {
				defer func() { <-limit }()
				if failed() {
					reports[i] <- nil
					return
				}
				reports[i] <- t.testOne(stop, x, target, note)
			}()
		}
	}()
	tests := 0
	for i := range targets {
		r := <-reports[i]
		note.clear()
		tests += len(r.results)
		if err := out.printPackage(r.text.Bytes(), r.results); err != nil {
			return 0, err
		}
		if r.broken != "" {
			out.broken = append(out.broken, report.Broken{Package: targets[i].ImportPath, Why: r.broken})
			if x.output.format.Package == nil { // and so nothing has said it
				fmt.Fprintf(t.stderr, "ipccheck: %s: %s\n", targets[i].ImportPath, r.broken)
			}
		}
		out.code = worse(out.code, r.code)
		if x.first && r.code == exitFail && i+1 < len(targets) {
			cancel()
			for _, rest := range reports[i+1:] {
				<-rest
			}
			note.clear()
			fmt.Fprintf(t.stderr, "ipccheck: not looked at, for %s fails: %s\n", targets[i].ImportPath, words.Plural(uint64(len(targets)-i-1), "package", "packages"))
			targets = targets[:i+1]
			break
		}
	}
	if err := out.end(); err != nil {
		return 0, err
	}
	if tests == 0 && out.code == exitPass {
		fmt.Fprintln(t.stderr, "ipccheck: no tests were explored")
	}
	if left := leftOut(x, targets); left != "" && !x.config.Off {
		fmt.Fprintf(t.stderr, "ipccheck: not looked at: %s; go test runs them\n", left)
	}
	return out.code, nil
}

// leftOut says what else go test would run of what was asked for; "" if there is nothing.
func leftOut(x programs, targets []*rewrite.Target) string {
	var examples, fuzz int
	for _, t := range targets {
		for _, name := range t.Left.Examples {
			if x.config.Only.Matches(name) {
				examples++
			}
		}
		for _, name := range t.Left.Fuzz {
			if x.config.Only.Matches(name) {
				fuzz++
			}
		}
	}
	var kinds []string
	if examples > 0 {
		kinds = append(kinds, words.Plural(uint64(examples), "example", "examples"))
	}
	if fuzz > 0 {
		kinds = append(kinds, words.Plural(uint64(fuzz), "fuzz target", "fuzz targets"))
	}
	return words.List(kinds, "and")
}

// packageReport is what is said of a package.
type packageReport struct {
	text    bytes.Buffer
	code    int
	results []report.Result
	broken  string // why tests could not be run
}

// testOne explores the tests of a package.
func (t *tool) testOne(ctx context.Context, x programs, target *rewrite.Target, note *progress) (r *packageReport) {
	r = &packageReport{}
	begin := time.Now()
	// Errors of w are those of the buffer, which has none.
	w := x.output.format.Tests(&r.text, x.output.options, target.ImportPath)
	defer func() {
		if p := recover(); p != nil {
			r.code = exitInternal
			r.broken = internalError(relay.Caught(p))
			_ = w.Output("ipccheck: " + r.broken)
			_ = w.End(actionOf(r.code), "", time.Since(begin).Seconds())
		}
	}()
	switch {
	case target.Err != "" && target.Own:
		r.code = exitInconclusive
		r.broken = strings.TrimSpace(target.Err)
		_ = w.Output(target.Err + "\n")
		_ = w.End("inconclusive", "[not explored]", 0)
		return r
	case target.Err != "":
		r.code = exitUsage
		r.broken = strings.TrimSpace(target.Err)
		_ = w.Output(target.Err + "\n")
		_ = w.End("fail", report.BuildFailed, 0)
		return r
	case len(target.Tests) == 0:
		_ = w.End("skip", report.NoTestFunctions, 0)
		return r
	}
	c := x.config
	for _, f := range target.Tests {
		if x.config.Only.Matches(f.Name) {
			c.Tests = append(c.Tests, f.Name)
		}
	}
	if len(c.Tests) == 0 {
		_ = w.End("skip", report.NoTestsToRun, 0)
		return r
	}
	if c.Off {
		args := append(testArgs(x, c.Tests), x.selection...)
		if x.output.text {
			r.code = target.Plain(ctx, args, &r.text)
			return r
		}
		var text strings.Builder
		r.code = target.Plain(ctx, args, &text)
		_ = w.Output(text.String())
		_ = w.End(actionOf(r.code), "", time.Since(begin).Seconds())
		return r
	}
	files := t.sources(target.Dir)
	err := target.Explore(ctx, rewrite.Run{
		Config: c, Stall: x.stall, Memory: x.memory, Args: testArgs(x, c.Tests),
		Progress: func(test, doing string) { note.sayf("%s %s: %s", target.ImportPath, test, doing) },
	}, func(res rewrite.Result) {
		result := x.resultOf(res, target, "go-test", target.ImportPath)
		result.Package, result.File = target.ImportPath, files.find
		result.Sources = linesIn(target.Dir)
		diagnose.Fill(result.Verdict, result.Sources)
		r.results = append(r.results, result)
		r.code = worse(r.code, exitOf(res.Verdict))
		_ = w.Result(result)
	})
	if err != nil {
		r.code = worse(r.code, exitInconclusive)
		r.broken = err.Error()
		_ = w.Output("ipccheck: " + err.Error() + "\n")
	}
	_ = w.End(actionOf(r.code), "", time.Since(begin).Seconds())
	return r
}

// actionOf is the action that ends a package.
func actionOf(code int) string {
	switch code {
	case exitPass:
		return "pass"
	case exitFail:
		return "fail"
	}
	return "inconclusive"
}
