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
	screen     screen
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

// texts reads how texts on stdout are to look: by the flags, or else by the screen.
func (t *tool) texts(command string, p parsed) (report.Options, error) {
	o := report.Options{Width: t.screen.width, Color: t.screen.color}
	width, err := p.number(command, widthFlag.name, minWidth, maxWidth, 0)
	if err != nil {
		return o, err
	}
	switch {
	case width > 0:
		o.Width = int(width)
	case o.Width == 0:
		o.Width = defaultWidth
	}
	color, err := p.word(command, colorFlag)
	switch color {
	case "always":
		o.Color = true
	case "never":
		o.Color = false
	}
	return o, err
}
