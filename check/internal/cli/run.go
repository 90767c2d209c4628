package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
)

func init() { register(20, runCommand) }

var runCommand = command{
	name: "run", args: "FILE... | PACKAGE [flags]", brief: "PROGRAM: the same for a Go program",
	about: `Runs a Go program under every interleaving: its function main, or a function
scenario() error if it has one, which fails with what it answers. Package
variables begin anew with every execution.`,
	flags:    programFlags,
	examples: []string{"ipccheck run main.go", "ipccheck run -race=false ./cmd/server"},
	exits:    `0 pass, 1 fail, 2 usage, input or build error, 3 inconclusive, 4 an internal error of ipccheck.`,
	run:      (*tool).cmdRun,
}

func (t *tool) cmdRun(ctx context.Context, args []string) (int, error) {
	p, err := parse("run", args, programFlags)
	if err != nil {
		return 0, err
	}
	x, err := t.parsePrograms("run", p)
	if err != nil {
		return 0, err
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
	note := t.note(x)
	target, err := x.builder(note).Program(ctx, patterns)
	note.clear()
	if err != nil {
		return &usageError{err.Error()}
	}
	if target.Err != "" && !target.Own {
		return &usageError{target.Err}
	}
	if target.Err != "" {
		fmt.Fprintf(t.stderr, "ipccheck: %s\n", target.Err)
		out.code = worse(out.code, exitInconclusive)
		return nil
	}
	c := x.config
	for _, f := range target.Tests {
		c.Tests = append(c.Tests, f.Name)
	}
	of := strings.Join(patterns, " ")
	seen := false
	var printed error
	err = target.Explore(ctx, rewrite.Run{
		Config: c, Stall: x.stall, Progress: func(test string, n uint64) { note.sayf("%s: %d executions", test, n) },
	}, func(r rewrite.Result) {
		note.clear()
		r.Verdict.Subject = of
		seen = true
		printed = out.print(x.resultOf(r, "go-run", of))
	})
	if err == nil {
		err = printed
	}
	if !seen {
		out.code = worse(out.code, exitInconclusive)
	}
	return err
}
