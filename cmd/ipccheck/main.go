package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/ipccheck/ipccheck/check/command"
)

func main() {
	command.Worker()
	// A pipe that nobody reads any more is an error of writing, not a silent end.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(command.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
