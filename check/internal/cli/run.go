package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// Exit codes.
const (
	exitPass         = 0
	exitFail         = 1
	exitUsage        = 2 // usage, input, or output that cannot be written
	exitInconclusive = 3
	exitFault        = 4 // a fault of ipccheck itself
)

// Run executes one command line: args without the name of the program, env as
// in os.Environ. When ctx is done, an exploration ends with what it has covered,
// inconclusively. The result is the exit code.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	t := &tool{
		entries: catalogue(), explore: space.Explore, replay: space.Replay,
		stdin: stdin, stdout: bufio.NewWriter(stdout), stderr: stderr,
		terminal: isTerminal(stderr),
		color:    isTerminal(stdout) && wantsColor(env),
	}
	return t.run(ctx, args)
}

// tool is what a command works with.
type tool struct {
	entries []step.Entry
	explore func(step.Program, space.Options) *verdict.Verdict
	replay  func(step.Program, []verdict.Param, string) (*verdict.Trace, step.Fault, error)

	stdin    io.Reader
	stdout   *bufio.Writer
	stderr   io.Writer
	terminal bool // stderr is one
	color    bool // on stdout
}

// command is one of the words that may follow ipccheck.
type command struct {
	name string
	run  func(*tool, context.Context, []string) (int, error)
}

func commands() []command {
	return []command{
		{"test", (*tool).cmdTest},
		{"run", (*tool).cmdRun},
		{"explore", (*tool).cmdExplore},
		{"lin", (*tool).cmdLin},
		{"stress", (*tool).cmdStress},
		{"list", (*tool).cmdList},
		{"explain", (*tool).cmdExplain},
		{"replay", (*tool).cmdReplay},
		{"version", (*tool).cmdVersion},
		{"help", (*tool).cmdHelp},
	}
}

func (t *tool) run(ctx context.Context, args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(t.stderr, "ipccheck: a fault of ipccheck itself, please report it: %v\n%s", r, debug.Stack())
			code = exitFault
		}
	}()
	code, err := t.dispatch(ctx, args)
	if flushErr := t.stdout.Flush(); err == nil && flushErr != nil {
		err = flushErr
	}
	if err == nil {
		return code
	}
	var u *usageError
	if !errors.As(err, &u) {
		err = fmt.Errorf("the output cannot be written: %w", err)
	}
	fmt.Fprintf(t.stderr, "ipccheck: %v\n", err)
	if u != nil && code == exitInconclusive { // it was stopped
		return code
	}
	return exitUsage
}

func (t *tool) dispatch(ctx context.Context, args []string) (int, error) {
	if len(args) == 0 {
		return 0, usagef("no command: expected %s; ipccheck help tells more", enumerate(commandNames(), "or"))
	}
	name := args[0]
	if len(name) > 1 && name[0] == '-' {
		switch trimmed := strings.TrimLeft(name, "-"); trimmed {
		case "h", "help":
			name = "help"
		case "version":
			name = "version"
		default:
			return 0, usagef("%s stands where the command is expected: write it behind the command, as in ipccheck explore MODEL -json", quote(name))
		}
	}
	for _, c := range commands() {
		if c.name != name {
			continue
		}
		if wantsHelp(args[1:]) {
			return t.cmdHelp(ctx, []string{name})
		}
		return c.run(t, ctx, args[1:])
	}
	return 0, usagef("there is no command %s%s: expected %s", quote(name), didYouMean(name, commandNames()), enumerate(commandNames(), "or"))
}

func commandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

func wantsHelp(args []string) bool {
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	return slices.ContainsFunc(args, func(a string) bool {
		return a == "-h" || a == "--h" || a == "-help" || a == "--help"
	})
}

// options are those of texts on stdout.
func (t *tool) options(width int) report.Options {
	return report.Options{Width: width, Color: t.color}
}

// worse is the exit code that counts of two: a fault of the tool before usage,
// fail, inconclusive and pass.
func worse(a, b int) int {
	rank := []int{exitPass: 0, exitInconclusive: 1, exitFail: 2, exitUsage: 3, exitFault: 4}
	if rank[a] >= rank[b] {
		return a
	}
	return b
}

// exitOf is the exit code of an answer.
func exitOf(a verdict.Answer) int {
	switch a {
	case verdict.Pass:
		return exitPass
	case verdict.Fail:
		return exitFail
	}
	return exitInconclusive
}
