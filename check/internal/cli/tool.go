package cli

import (
	"bufio"
	"context"
	"io"

	"github.com/ipccheck/ipccheck/check/internal/registry"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// tool is what a command works with.
type tool struct {
	entries []step.Entry
	explore func(step.Program, space.Options) *verdict.Verdict
	replay  func(step.Program, []verdict.Param, string) (*verdict.Trace, step.Fault, error)

	stdin      io.Reader
	stdout     *bufio.Writer
	unbuffered io.Writer // what stdout writes to
	stderr     io.Writer
	env        []string
	terminal   bool // stderr is one
	color      bool // on stdout
}

// command is one of the words that may follow ipccheck. Its help, the manual and
// the completion of shells are made of what it says of itself.
type command struct {
	name     string
	args     string // what may follow the name
	brief    string // in the list of commands: WHAT, then what it does with it
	about    string // paragraphs
	flags    []flagDef
	more     string // paragraphs below the flags
	examples []string
	exits    string               // exit codes, a sentence or two
	names    func(*tool) []string // that may stand as arguments; nil: files, or none
	run      func(*tool, context.Context, []string) (int, error)
}

// commands are all there are, in the order of the help. The file of each adds it.
var commands registry.List[command]

func register(rank int, c command) { commands.Add(rank, c.name, c) }

// options are those of texts on stdout.
func (t *tool) options(width int) report.Options {
	return report.Options{Width: width, Color: t.color}
}
