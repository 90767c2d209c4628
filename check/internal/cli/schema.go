package cli

import (
	"context"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

func init() { register(95, schemaCommand) }

var schemaCommand = command{
	name: "schema", brief: ": the JSON schema of what -json writes",
	about: `Prints the JSON schema (draft 2020-12) of a line that -json writes: a verdict, a
trace, an event of test, or an outcome of run -outcomes.`,
	exits: `0, or 2 for a usage or output error.`,
	run:   (*tool).cmdSchema,
}

func (t *tool) cmdSchema(_ context.Context, args []string) (int, error) {
	p, err := parse("schema", args, nil)
	if err != nil {
		return 0, err
	}
	if len(p.names) > 0 {
		return 0, usagef("schema: unexpected %s: it takes no names", words.Quote(p.names[0]))
	}
	_, err = t.stdout.Write(report.Schema)
	return exitPass, err
}
