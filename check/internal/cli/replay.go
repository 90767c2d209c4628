package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/places"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

func init() { register(80, replayCommand) }

var replayCommand = command{
	name: "replay", args: "RUN [flags]", brief: "RUN: run a trace again",
	about: `Runs a trace of a model, a test or a program again and prints it. RUN is the
replay string that a report ends with, as in 'model:param=value#moves',
'go-test:package:TestName#choices' or 'lin:spec#history' (with quotes, for the
shell), or a file of JSON objects, verdicts, traces or what ipccheck test -json
writes, or - for standard input.`,
	flags: replayFlags,
	examples: []string{
		"ipccheck explore circular-queue -producers 2 -json | ipccheck replay -",
		"ipccheck replay verdict.json",
	},
	exits: `1 if the run ends in a fault, 0 if it does not, 2 if it no longer fits the model, or for a usage, input or output error.`,
	run:   (*tool).cmdReplay,
}

var replayFlags = append([]flagDef{
	{name: "debug", help: "build the program for a debugger, and start dlv with this one execution; if there is no dlv, print the command that does"},
}, programFlags...)

func (t *tool) cmdReplay(ctx context.Context, args []string) (int, error) {
	p, err := parse("replay", args, replayFlags)
	if err != nil {
		return 0, err
	}
	o, err := t.output("replay", p)
	if err != nil {
		return 0, err
	}
	if len(p.names) != 1 {
		return 0, usagef("replay: expected one replay string, as in 'model:param=value#moves', one file, or - for standard input, not %d arguments", len(p.names))
	}
	runs, err := t.runs(p.names[0])
	if err != nil {
		return 0, err
	}
	out, err := t.begin(o)
	if err != nil {
		return 0, err
	}
	for _, r := range runs {
		if err := t.replayOne(ctx, p, r, out); err != nil {
			return 0, err
		}
	}
	return out.code, out.end()
}

// replayOne runs one run again and prints it.
func (t *tool) replayOne(ctx context.Context, p parsed, r pastRun, out *printer) error {
	if strings.HasPrefix(r.text, linReplay) {
		v, err := t.replayHistory(ctx, r.text)
		if err != nil {
			return err
		}
		return out.print(report.Result{Verdict: v})
	}
	kind, rest, _ := strings.Cut(r.text, ":")
	kind, dir, _ := strings.Cut(kind, "@")
	kind, race := strings.CutSuffix(kind, "+race")
	if kind == "go-test" || kind == "go-run" || kind == "c-run" {
		p.flags = maps.Clone(p.flags) // of this run, not of the next
		if dir != "" {
			p.flags["C"] = dir
		}
		if race {
			p.flags["race"] = "true"
		}
		return t.repeatProgram(ctx, p, kind, rest, r, out)
	}
	result, err := t.repeat(r)
	if err != nil {
		return err
	}
	if len(result.Verdict.Findings) > 0 { // one shows its trace
		result.Trace = nil
	}
	return out.print(result)
}

// pastRun is a run to repeat: its replay string, and the trace it made then if
// there is one.
type pastRun struct {
	from  string // where it comes from, for errors
	text  string
	trace *verdict.Trace
}

// runs finds what an argument of replay means: a file, standard input, or a
// replay string.
func (t *tool) runs(arg string) ([]pastRun, error) {
	if arg == "-" {
		return readRuns("standard input", t.stdin)
	}
	f, err := os.Open(arg)
	switch {
	case err == nil:
		defer f.Close()
		return readRuns(arg, f)
	case strings.Contains(arg, "#"):
		return []pastRun{{from: "replay", text: arg}}, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("replay: %s is no file, and no replay string, as in 'model:param=value#moves'", words.Quote(arg))
	}
	return nil, usagef("replay: %v", err)
}

// repeat runs it again. The result has the trace also where it ends in no fault.
func (t *tool) repeat(r pastRun) (report.Result, error) {
	e, a, moves, err := t.parseReplay(r.text)
	if err != nil {
		return report.Result{}, usagef("%s: %v", r.from, err)
	}
	p, err := build(e, a)
	if err != nil {
		return report.Result{}, usagef("%s: %v", r.from, err)
	}
	trace, end, err := t.replay(p, params(e, a), moves)
	if err != nil {
		return report.Result{}, usagef("%s: the run no longer fits %s: %v", r.from, e.Name, err)
	}
	if r.trace != nil && r.trace.LeftOut == 0 {
		if err := sameSteps(r.trace, trace); err != nil {
			return report.Result{}, usagef("%s: the run no longer fits %s: %v", r.from, e.Name, err)
		}
	}
	s := "s"
	if len(trace.Steps) == 1 {
		s = ""
	}
	v := &verdict.Verdict{
		Schema: verdict.Schema, Subject: p.Name(), Kind: verdict.Model, Answer: verdict.Pass,
		Params: params(e, a), Findings: []verdict.Finding{}, Engine: "space: replay",
		Coverage: fmt.Sprintf("this one run of %d step%s", len(trace.Steps), s),
	}
	if end.Code != "" {
		v.Answer = verdict.Fail
		v.Findings = append(v.Findings, verdict.Finding{Code: verdict.Code(end.Code), Message: end.Message, Trace: trace})
	}
	return report.Result{Verdict: v, Trace: trace, Sources: statementsOf(p)}, nil
}

// sameSteps says where a run went another way than the trace that was recorded.
func sameSteps(was, is *verdict.Trace) error {
	for i := range min(len(was.Steps), len(is.Steps)) {
		a, b := was.Steps[i], is.Steps[i]
		if a.Process != b.Process || a.Label != b.Label {
			return fmt.Errorf("step %d: recorded as process %d at %s, and it is process %d at %s", i+1, a.Process, words.Quote(a.Label), b.Process, words.Quote(b.Label))
		}
	}
	if len(was.Steps) != len(is.Steps) {
		return fmt.Errorf("%d steps are recorded, and its replay string has %d", len(was.Steps), len(is.Steps))
	}
	return nil
}

// parseReplay takes a replay string apart: model:param=value,…#moves.
// Parameters that it does not name have their defaults.
func (t *tool) parseReplay(text string) (step.Entry, step.Args, string, error) {
	head, moves, ok := strings.Cut(text, "#")
	if !ok {
		return step.Entry{}, nil, "", usagef("%s has no #: expected model:param=value#moves", words.Quote(text))
	}
	name, list, given := strings.Cut(head, ":")
	e, err := t.entry("replay string", name)
	if err != nil {
		return e, nil, "", err
	}
	a := e.Defaults()
	if !given {
		return e, a, moves, nil
	}
	seen := map[string]bool{}
	for _, pair := range strings.Split(list, ",") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return e, nil, "", usagef("replay string: %s: expected param=value", words.Quote(pair))
		}
		p, err := t.param("replay string", e, key)
		if err != nil {
			return e, nil, "", err
		}
		if seen[key] {
			return e, nil, "", usagef("replay string: %s is given twice", key)
		}
		seen[key] = true
		if a[key], err = parseValue(e.Name, p, value); err != nil {
			return e, nil, "", usagef("replay string: %s: %v", words.Quote(pair), err)
		}
	}
	return e, a, moves, nil
}

// repeatProgram runs one execution of a test or a program again and prints it.
func (t *tool) repeatProgram(ctx context.Context, p parsed, kind, text string, r pastRun, out *printer) error {
	x, err := t.parsePrograms("replay", p)
	if err != nil {
		return err
	}
	head, choices, ok := strings.Cut(text, "#")
	i := strings.LastIndex(head, ":")
	if !ok || i < 0 {
		return usagef("%s: %s: expected %s:PACKAGE:NAME#CHOICES, as a report ends with", r.from, words.Quote(r.text), kind)
	}
	pkg, test := head[:i], head[i+1:]
	x.config.Replay = choices
	if p.on("debug") {
		x.debug = true
	}
	if kind != "go-test" {
		patterns := x.readProgram(pkg)
		return t.runProgram(ctx, x, patterns, out)
	}
	note := t.note(x)
	targets, err := x.builder(note).Tests(ctx, []string{pkg})
	note.clear()
	if err != nil {
		return &usageError{err.Error()}
	}
	if len(targets) != 1 {
		return usagef("%s: there is no package %s here", r.from, words.Quote(pkg))
	}
	target := targets[0]
	if target.Err != "" {
		return &usageError{target.Err}
	}
	test = seek.Replace(test)
	top, below, _ := strings.Cut(test, "/")
	if !slices.ContainsFunc(target.Tests, func(f rewrite.TestFunc) bool { return f.Name == top }) {
		return usagef("%s: the run no longer fits: %s has no test %s", r.from, pkg, words.Quote(top))
	}
	x.config.Tests = []string{top}
	if x.config.Only, err = wire.Within(top, below); err != nil {
		return usagef("%s: the test of the run: %v", r.from, err)
	}
	run := rewrite.Run{Config: x.config, Stall: x.stall, Memory: x.memory, Args: testArgs(x, x.config.Tests)}
	if p.on("debug") {
		return t.debug(ctx, x, target, test, []string{"-test.run", "^" + top + "$"}, run)
	}
	seen := false
	var printed error
	err = target.Explore(ctx, run, func(res rewrite.Result) {
		seen = true
		result := x.resultOf(res, target, "go-test", pkg)
		result.Package, result.File = pkg, t.sources(target.Dir).find
		result.Sources = linesIn(target.Dir)
		if x.output.options.Verbose {
			result.Line = func(position string) string { return sourceLine(target.Dir, position) }
		}
		printed = out.print(result)
		out.noLongerFits(res.Verdict)
	})
	if err == nil {
		err = printed
	}
	if !seen {
		out.code = worse(out.code, exitUsage)
	}
	return err
}

// noLongerFits makes it a mistake of input that a run does not fit the program.
func (p *printer) noLongerFits(v *verdict.Verdict) {
	if strings.Contains(v.Reason, "no longer fits") {
		p.code = worse(p.code, exitUsage)
	}
}

// sourceLine is the line of a file that a position names; "" if it is not in the module
// of the directory.
func sourceLine(dir, position string) string {
	file, rest, ok := strings.Cut(position, ":")
	number, _, _ := strings.Cut(rest, ":")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return ""
	}
	b, err := readBelow(places.ModuleRoot(dir), file)
	if err != nil {
		return ""
	}
	lines := strings.Split(string(b), "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[n-1])
}
