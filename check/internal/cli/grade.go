package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/cc"
	"github.com/ipccheck/ipccheck/check/internal/grade/class"
	"github.com/ipccheck/ipccheck/check/internal/grade/format"
	"github.com/ipccheck/ipccheck/check/internal/grade/golang"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	graded "github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/sandbox"
	"github.com/ipccheck/ipccheck/check/internal/grade/setup"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

func init() { register(25, gradeCommand) }

var gradeCommand = command{
	name: "grade", args: "ASSIGNMENT SUBMISSION... [flags]", brief: "HOMEWORK: points by property, the same every time",
	about: `Grades submissions of an assignment: a folder with assignment.json, the
skeleton that students begin with, and tests. Each submission is a folder, a zip
or a file, or a folder of those. Every test, and every scenario of its suites,
is run under every interleaving. Points are given by property, and who loses
some sees the run that shows why. The result depends on the submission, the
assignment and the version of ipccheck, and on nothing else.`,
	flags: gradeFlags,
	examples: []string{
		"ipccheck grade -init homework",
		"ipccheck grade homework submissions/alice.zip",
		"ipccheck grade -results results -format csv -o points.csv homework submissions",
	},
	exits: `0 if the results were written, whatever they are; 2 usage or input error, or a mistake in the assignment; 3 if it was stopped; 4 an internal error of ipccheck.`,
	run:   (*tool).cmdGrade,
}

var gradeFormatFlag = flagDef{name: "format", value: "name", values: format.Names(), help: formatHelp()}

// gradeFlags are those of grade.
var gradeFlags = []flagDef{
	gradeFormatFlag,
	{name: "o", value: "file", file: true, help: "where the results go (default: standard output)"},
	{name: "results", value: "dir", file: true, help: "write each result there as soon as it is there, as JSON; those that are there already are not made again"},
	{name: "p", value: "n", help: "submissions at once"},
	{name: "verify", help: "grade everything twice, and compare each byte"},
	{name: "init", value: "dir", file: true, help: "write an assignment to start from into a new folder, and end"},
	{name: "doctor", help: "say what of the machine submissions are kept from and looked at with, and end"},
	{name: "schema", help: "print the JSON Schema of assignment.json, and end"},
	{name: "setup", value: "platform", values: setup.Platforms(), help: "write the files with which a platform runs the grader: grade -setup PLATFORM ASSIGNMENT [DIR]"},
	{name: "quiet", help: "no progress"},
}

func formatHelp() string {
	var all []string
	for _, f := range format.Formats() {
		all = append(all, f.Name+": "+f.Help)
	}
	return strings.Join(all, "; ")
}

// languages are those that are graded, by their names in assignment.json.
var languages = map[string]language.Language{"go": golang.Go{}, "c": cc.C{Cache: rewrite.CacheDir()}}

func (t *tool) cmdGrade(ctx context.Context, args []string) (int, error) {
	p, err := parse("grade", args, gradeFlags)
	if err != nil {
		return 0, err
	}
	if p.on("schema") {
		_, err := t.stdout.Write(assignment.Schema)
		return exitPass, err
	}
	if p.on("doctor") {
		return exitPass, t.doctor(ctx)
	}
	if dir := p.flags["init"]; dir != "" {
		if err := assignment.Init(dir); err != nil {
			return 0, &usageError{"grade: -init: " + err.Error()}
		}
		_, err := fmt.Fprintf(t.stdout, "%s has an assignment with a handout, a skeleton, tests and a solution. Grade that with:\nipccheck grade %s %s\n", dir, shellWord(dir), shellWord(filepath.Join(dir, "reference")))
		return exitPass, err
	}
	if p.flags["setup"] != "" {
		return exitPass, t.setup(p)
	}
	if len(p.names) < 2 {
		return 0, usagef("grade: which submissions of which assignment? expected ipccheck grade ASSIGNMENT SUBMISSION...")
	}
	f, err := gradeFormat(p, len(p.names) > 2)
	if err != nil {
		return 0, err
	}
	workers, err := p.number("grade", "p", 1, 256, uint64(runtime.GOMAXPROCS(0)))
	if err != nil {
		return 0, err
	}
	a, err := assignment.Read(p.names[0])
	if err != nil {
		return 0, &usageError{"grade: " + err.Error()}
	}
	list := submission.List
	if f.All == nil { // what a platform hands over is of one student, whatever it is
		list = submission.One
	}
	all, err := list(p.names[1:], a.HandIn)
	if err != nil {
		return 0, &usageError{"grade: " + err.Error()}
	}
	lang, ok := languages[a.Language]
	if !ok {
		return 0, usagef("grade: %s: the language is %s: expected go or c", filepath.Join(p.names[0], assignment.File), words.Quote(a.Language))
	}
	if file := p.flags["o"]; file != "" {
		if err := writable(file, "grade: -o"); err != nil {
			return 0, err
		}
	}
	note := newProgress(t.stderr, t.terminal, "grade")
	note.silent = p.on("quiet")
	course, err := lang.Prepare(ctx, a)
	if err != nil {
		return 0, &usageError{"grade: " + err.Error()}
	}
	box := sandbox.New()
	open := box.Open()
	if why := golang.Unraced(ctx); why != "" && a.Language == "go" {
		open = append(open, "data races are not looked for ("+why+")")
	}
	for _, o := range open {
		fmt.Fprintf(t.stderr, "ipccheck: grade: %s\n", o)
	}
	c := &class.Class{
		Confine: box.Confine, ConfineTool: box.ConfineTool, ToolExec: box.ToolExec(), Assignment: a, Course: course, Version: programVersion(), Workers: int(workers), Results: p.flags["results"],
		Progress: func(done int, text string) { note.sayf("%d of %d done; %s", done, len(all), text) },
	}
	if file := p.flags["o"]; file != "" && len(all) == 1 && f.One != nil {
		// A platform may stop the grader at any time: what the file says then is true.
		c.Partial = func(r *graded.Result) {
			if text, err := f.One(r); err == nil {
				_ = writeFile(file, "grade: -o", text)
			}
		}
	}
	results, err := c.Grade(ctx, all)
	note.clear()
	switch {
	case ctx.Err() != nil:
		return exitInconclusive, usagef("grade: stopped: %v", context.Cause(ctx))
	case err != nil:
		return 0, &usageError{"grade: " + err.Error()}
	}
	if p.on("verify") {
		if err := t.verify(ctx, c, all, results); err != nil {
			return 0, err
		}
	}
	return exitPass, t.writeResults(f, p.flags["o"], results)
}

// doctor says what of the machine submissions are kept from, and what they are looked at
// with.
func (t *tool) doctor(ctx context.Context) error {
	races := sandbox.Measure{Name: "data races", How: golang.Unraced(ctx)}
	if races.How == "" {
		races.InForce, races.How = true, "the race detector of go, for submissions in Go"
	}
	for _, m := range append(sandbox.New().Measures, races) {
		mark := "in force"
		if !m.InForce {
			mark = "NOT in force"
		}
		if _, err := fmt.Fprintf(t.stdout, "%-12s %-13s %s\n", m.Name, mark, m.How); err != nil {
			return err
		}
	}
	return nil
}

// programVersion is the version of ipccheck.
func programVersion() string {
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "(devel)"
}

// gradeFormat is the format that is asked for.
func gradeFormat(p parsed, several bool) (format.Format, error) {
	name, err := p.word("grade", gradeFormatFlag)
	if err != nil {
		return format.Format{}, err
	}
	if name == "" {
		name = "text"
	}
	f, _ := format.Named(name)
	if several && f.All == nil {
		return f, usagef("grade: -format %s: it is for one submission, and there are several", name)
	}
	return f, nil
}

// writeResults writes results where they are to go.
func (t *tool) writeResults(f format.Format, file string, results []*graded.Result) error {
	var text []byte
	var err error
	switch {
	case len(results) == 1 && f.One != nil:
		text, err = f.One(results[0])
	case f.All != nil:
		text, err = f.All(results)
	default:
		return usagef("grade: -format %s: it is for one submission, and there are %d", f.Name, len(results))
	}
	if err != nil {
		return err
	}
	if file != "" {
		return writeFile(file, "grade: -o", text)
	}
	_, err = t.stdout.Write(text)
	return err
}

// verify grades once more, and compares.
func (t *tool) verify(ctx context.Context, c *class.Class, all []submission.Listed, results []*graded.Result) error {
	dir, err := os.MkdirTemp("", "ipccheck-verify-")
	if err != nil {
		return usagef("grade: -verify: %v", err)
	}
	defer os.RemoveAll(dir)
	c.Results = dir
	again, err := c.Grade(ctx, all)
	if err != nil {
		return usagef("grade: -verify: %v", err)
	}
	var differ []error
	for i, r := range results {
		before, err1 := r.Encode()
		after, err2 := again[i].Encode()
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		if string(before) != string(after) {
			differ = append(differ, fmt.Errorf("%s: the second result is another one", words.Quote(r.Submission)))
		}
	}
	if len(differ) > 0 {
		return usagef("grade: -verify: %v", errors.Join(differ...))
	}
	fmt.Fprintf(t.stderr, "ipccheck: grade: -verify: %s graded twice, each byte is the same\n", words.Plural(len(results), "submission", "submissions"))
	return nil
}
