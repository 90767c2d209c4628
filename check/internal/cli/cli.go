package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/relay"
	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// Run executes one command line: args without the name of the program, env as
// in os.Environ. When ctx is done, an exploration ends with what it has covered,
// inconclusively. The result is the exit code.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	t := &tool{
		entries: catalogue(), explore: space.Explore, replay: space.Replay,
		stdin: stdin, stdout: bufio.NewWriter(stdout), unbuffered: stdout, stderr: stderr, env: env,
		terminal: isTerminal(stderr),
		screen:   screenOf(stdout, env),
	}
	return t.run(ctx, args)
}

func (t *tool) run(ctx context.Context, args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(t.stderr, "ipccheck: %s", internalError(relay.Caught(r)))
			code = exitInternal
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

// internalError is what is said of a panic of the command's own.
func internalError(p *relay.Panic) string {
	return fmt.Sprintf("an internal error of ipccheck, please report it: %v\n%s", p, p.Stack)
}

func (t *tool) dispatch(ctx context.Context, args []string) (int, error) {
	names := commands.Names()
	if len(args) == 0 {
		return 0, usagef("no command: expected %s; ipccheck help tells more", words.List(names, "or"))
	}
	name := args[0]
	if len(name) > 1 && name[0] == '-' {
		switch trimmed := strings.TrimLeft(name, "-"); trimmed {
		case "h", "help":
			name = "help"
		case "version":
			name = "version"
		default:
			return 0, usagef("%s stands where the command is expected: write it behind the command, as in ipccheck explore MODEL -json", words.Quote(name))
		}
	}
	for _, c := range commands.Items() {
		if c.name != name {
			continue
		}
		if wantsHelp(args[1:]) {
			return exitPass, t.help(c)
		}
		return c.run(t, ctx, args[1:])
	}
	return 0, usagef("there is no command %s%s: expected %s", words.Quote(name), didYouMean(name, names), words.List(names, "or"))
}

func wantsHelp(args []string) bool {
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	return slices.ContainsFunc(args, func(a string) bool {
		return a == "-h" || a == "--h" || a == "-help" || a == "--help"
	})
}
