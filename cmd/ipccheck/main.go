package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ipccheck/ipccheck/check/command"
)

func main() { os.Exit(run(os.Stdout)) }

// run executes the command line of the process, and returns the exit code.
func run(stdout io.Writer) int {
	command.Worker()
	// A pipe that nobody reads any more is an error of writing, not a silent end.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	return command.Run(ctx, os.Args[1:], os.Stdin, stdout, os.Stderr, os.Environ())
}
