// Package command is the ipccheck command as a function: arguments, streams and
// environment in, exit code out. Its manual is that of cmd/ipccheck.
package command

import (
	"context"
	"io"

	"github.com/ipccheck/ipccheck/check/internal/cli"
	"github.com/ipccheck/ipccheck/check/internal/grade/sandbox"
	"github.com/ipccheck/ipccheck/check/internal/stress"
)

// Worker does not return in a process that `ipccheck stress` or `ipccheck grade` has
// started: the command starts its own executable again as a worker, or to become a
// submission in a sandbox. A main function that calls
// [Run] calls Worker first; in every other process it does nothing.
func Worker() {
	sandbox.Main()
	stress.Main()
}

// Run executes one command line, args without the name of the program, env as in
// os.Environ, and returns the exit code: 0 pass, 1 fail, 2 usage, input or build
// error, 3 inconclusive, 4 an internal error. When ctx is done the work under way
// ends with what it has covered, inconclusively.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	return cli.Run(ctx, args, stdin, stdout, stderr, env)
}
