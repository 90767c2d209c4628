package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/cprog"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() { register(20, runCommand) }

var runCommand = command{
	name: "run", args: "FILE... | PACKAGE [flags] [-- ARGUMENTS]", brief: "PROGRAM: the same for a Go or C program",
	about: `Runs a Go program under every interleaving: its function main, or a function
scenario() error if it has one, which fails with what it answers. Package
variables begin anew with every execution. What follows -- are arguments of the
program. An exit status other than 0 is a failure; goroutines that are left when
main returns are a warning. Files that end in .c (.cc, .cpp) are a C program:
its threads and the processes that it forks are explored, on Linux on x86-64,
with gcc.`,
	flags:    runFlags,
	examples: []string{"ipccheck run main.go", "ipccheck run -race=false ./cmd/server", "ipccheck run buffer.c", "ipccheck run -outcomes -stdin input.txt main.go -- -workers 3"},
	exits:    `0 pass, 1 fail, 2 usage, input or build error, 3 inconclusive, 4 an internal error of ipccheck.`,
	run:      (*tool).cmdRun,
}

// runFlags are those of run.
var runFlags = slices.Concat(programFlags, cFlags, []flagDef{
	{name: "stdin", value: "file", file: true, help: "what every execution reads as standard input (default: none)"},
	{name: "outcomes", help: "list in which ways executions end, with exit status and output, instead of judging them; only a data race is a failure. What goroutines print with nothing to order them is listed in one order"},
})

func (t *tool) cmdRun(ctx context.Context, args []string) (int, error) {
	p, err := parse("run", args, runFlags)
	if err != nil {
		return 0, err
	}
	x, err := t.parsePrograms("run", p)
	if err != nil {
		return 0, err
	}
	x.config.Outcomes = p.on("outcomes")
	if x.stdin, err = p.file("run", "stdin"); err != nil {
		return 0, err
	}
	if p.rest < len(p.names) { // -- alone begins the files
		cut := len(p.names) - p.rest
		p.names, x.args = p.names[:cut], p.names[cut:]
	}
	if len(p.names) == 0 {
		return 0, usagef("run: which program? expected Go files or a package, as in ipccheck run main.go")
	}
	out, err := t.begin(x.output)
	if err != nil {
		return 0, err
	}
	if err := t.runProgram(ctx, x, p.names, out); err != nil {
		return 0, err
	}
	return out.code, out.end()
}

// runProgram explores a program and prints the result.
func (t *tool) runProgram(ctx context.Context, x programs, patterns []string, out *printer) error {
	if cprog.Sources(patterns) {
		return t.runC(ctx, x, patterns, out)
	}
	if x.spurious {
		return usagef("run: -spurious is for C programs: no wait of a Go program wakes up without a signal")
	}
	if x.early {
		return usagef("run: -early is for C programs: in Go programs timers fire early in any case")
	}
	note := t.note(x)
	target, err := x.builder(note).Program(ctx, patterns)
	note.clear()
	if err == nil && target.Err != "" && !target.Own {
		err = errors.New(target.Err)
	}
	if err != nil {
		if name := missing(x.dir, patterns); name != "" {
			return usagef("%s: there is no such file", name)
		}
		return &usageError{err.Error()}
	}
	of := x.program(patterns)
	if target.Err != "" {
		return out.print(report.Result{Verdict: &verdict.Verdict{
			Schema: verdict.Schema, Subject: of, Kind: verdict.Test, Answer: verdict.Inconclusive, Reason: target.Err, Findings: []verdict.Finding{},
		}})
	}
	if x.stdin != "" {
		if info, err := os.Stat(x.stdin); err != nil || !info.Mode().IsRegular() {
			return usagef("run: -stdin %s: expected a file: it is read from its beginning in every execution", words.Quote(x.stdin))
		}
	}
	c := x.config
	for _, f := range target.Tests {
		c.Tests = append(c.Tests, f.Name)
	}
	if x.debug {
		return t.debug(ctx, x, target, strings.Join(c.Tests, ","), x.args, rewrite.Run{Config: c, Stall: x.stall, Memory: x.memory, Stdin: x.stdin, Args: x.args})
	}
	seen := false
	outcomes := map[string]bool{}
	var printed error
	files := t.sources(target.Dir)
	err = target.Explore(ctx, rewrite.Run{
		Config: c, Stall: x.stall, Memory: x.memory, Stdin: x.stdin, Args: x.args,
		Outcome:  func(_, outcome string) { outcomes[outcome] = true },
		Progress: func(test, doing string) { note.sayf("%s: %s", test, doing) },
	}, func(r rewrite.Result) {
		note.clear()
		r.Verdict.Subject = of
		seen = true
		result := x.resultOf(r, target, "go-run", of)
		result.File = files.find
		result.Sources = linesIn(target.Dir)
		if c.Replay != "" {
			out.noLongerFits(r.Verdict)
			if x.output.options.Verbose {
				result.Line = func(position string) string { return sourceLine(target.Dir, position) }
			}
		}
		printed = out.print(result)
	})
	if err == nil {
		err = printed
	}
	if err == nil {
		err = x.printOutcomes(t.stdout, slices.Sorted(maps.Keys(outcomes)))
	}
	if !seen {
		out.code = worse(out.code, exitInconclusive)
	}
	return err
}

// missing is the first of the patterns that looks like a Go file and is none: the go
// command takes it for a package.
func missing(dir string, patterns []string) string {
	for _, name := range patterns {
		file := name
		if !filepath.IsAbs(name) {
			file = filepath.Join(dir, name)
		}
		if _, err := os.Stat(file); err != nil && filepath.Ext(name) == ".go" {
			return name
		}
	}
	return ""
}

// stdinWord begins the word of a replay string with the file of standard input.
const stdinWord = "-stdin="

// cflagsWord begins the one with the flags of the C compiler.
const cflagsWord = "-cflags="

// spuriousWord is that of executions with spurious wakeups.
const spuriousWord = "-spurious"

// earlyWord is that of executions in which the time of a wait may be over early.
const earlyWord = "-early"

// program names a program with its standard input and arguments, as replay strings
// have it; see readProgram.
func (x *programs) program(patterns []string) string {
	list := slices.Clone(patterns)
	if x.stdin != "" {
		list = append(list, stdinWord+hide.Replace(x.stdin))
	}
	if x.cflags != "" {
		list = append(list, cflagsWord+hide.Replace(x.cflags))
	}
	if x.spurious {
		list = append(list, spuriousWord)
	}
	if x.early {
		list = append(list, earlyWord)
	}
	if len(x.args) > 0 {
		list = append(list, "--")
		for _, a := range x.args {
			if a == "" || a[0] == '=' {
				a = "=" + a // words are separated by spaces: there is no empty one
			}
			list = append(list, hide.Replace(a))
		}
	}
	return strings.Join(list, " ")
}

// readProgram reads what program has written, and returns the patterns.
func (x *programs) readProgram(text string) (patterns []string) {
	list := strings.Fields(text)
	for i, word := range list {
		if file, ok := strings.CutPrefix(word, stdinWord); ok {
			x.stdin = seek.Replace(file)
			continue
		}
		if list, ok := strings.CutPrefix(word, cflagsWord); ok {
			x.cflags = seek.Replace(list)
			continue
		}
		if word == spuriousWord {
			x.spurious = true
			continue
		}
		if word == earlyWord {
			x.early = true
			continue
		}
		if word == "--" {
			for _, a := range list[i+1:] {
				x.args = append(x.args, seek.Replace(strings.TrimPrefix(a, "=")))
			}
			break
		}
		patterns = append(patterns, word)
	}
	return patterns
}

// printOutcomes prints in which ways executions have ended.
func (x *programs) printOutcomes(w io.Writer, outcomes []string) error {
	if !x.config.Outcomes {
		return nil
	}
	if !x.output.text {
		for _, o := range outcomes {
			text, err := json.Marshal(map[string]string{"outcome": o})
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s\n", text); err != nil {
				return err
			}
		}
		return nil
	}
	if _, err := fmt.Fprintf(w, "%s:\n", words.Plural(len(outcomes), "outcome", "outcomes")); err != nil {
		return err
	}
	for _, o := range outcomes {
		if _, err := fmt.Fprintln(w, "  "+o); err != nil {
			return err
		}
	}
	return nil
}
