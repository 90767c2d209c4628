package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

func init() { register(110, helpCommand) }

var helpCommand = command{
	name: "help", args: "[COMMAND]", brief: "COMMAND: more about a command",
	about: `Says what a command does, its flags, examples and exit codes.`,
	names: func(*tool) []string { return commands.Names() },
	run:   (*tool).cmdHelp,
}

func (t *tool) cmdHelp(_ context.Context, args []string) (int, error) {
	p, err := parse("help", args, nil)
	if err != nil {
		return 0, err
	}
	switch len(p.names) {
	case 0:
		_, err = fmt.Fprint(t.stdout, t.overview())
		return exitPass, err
	case 1:
		for _, c := range commands.Items() {
			if c.name == p.names[0] {
				return exitPass, t.help(c)
			}
		}
		names := commands.Names()
		return 0, usagef("help: there is no command %s%s: expected %s", words.Quote(p.names[0]), didYouMean(p.names[0], names), words.List(names, "or"))
	}
	return 0, usagef("help: one command at a time, not %d", len(p.names))
}

// overview is what ipccheck help prints.
func (t *tool) overview() string {
	var b strings.Builder
	b.WriteString("ipccheck checks that processes which communicate do what they promise.\n\n")
	width := 0
	for _, c := range commands.Items() {
		what, _ := c.describe()
		width = max(width, len(what))
	}
	for _, c := range commands.Items() {
		what, does := c.describe()
		fmt.Fprintf(&b, "  ipccheck %-*s %s\n", width, what, does)
	}
	b.WriteString(`
Begin with

  ipccheck test ./...
  ipccheck explore circular-queue -producers 2 -items 2

Flags stand before or after names, with one dash or two; -name value and
-name=value are the same.

Exit codes: 0 pass, 1 fail, 2 usage, input or output error, 3 inconclusive,
4 an internal error of ipccheck.
`)
	return b.String()
}

// help writes what a command says of itself.
func (t *tool) help(c command) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n", c.usage(), c.about)
	if len(c.flags) > 0 {
		fmt.Fprintf(&b, "\n%s", flagsText(c.flags))
	}
	if c.more != "" {
		fmt.Fprintf(&b, "\n%s\n", c.more)
	}
	if len(c.examples) > 0 {
		fmt.Fprintf(&b, "\nExamples:\n\n")
		for _, e := range c.examples {
			fmt.Fprintf(&b, "  %s\n", e)
		}
	}
	if c.exits != "" {
		b.WriteByte('\n')
		if err := report.Paragraph(&b, "Exit codes: "+c.exits, report.Options{}); err != nil {
			return err
		}
	}
	_, err := t.stdout.WriteString(b.String())
	return err
}

// describe is the command with what it is about, and what it does.
func (c command) describe() (what, does string) {
	object, does, _ := strings.Cut(c.brief, ": ")
	return strings.TrimSpace(c.name + " " + object), does
}

// usage is the line that a command's help begins with.
func (c command) usage() string {
	return strings.TrimRight("ipccheck "+c.name+" "+c.args, " ")
}

// flagsText lists flags.
func flagsText(flags []flagDef) string {
	var rows [][]string
	for _, f := range flags {
		rows = append(rows, []string{strings.TrimRight("-"+f.name+" "+f.value, " "), f.help})
	}
	return indentedColumns(rows)
}

// indentedColumns lays rows out in at most 80 columns.
func indentedColumns(rows [][]string) string {
	const indent = "  "
	var b, out strings.Builder
	_ = report.Columns(&b, rows, report.Options{Width: report.DefaultWidth - len(indent)}) // a Builder takes everything
	for line := range strings.Lines(b.String()) {
		out.WriteString(indent + line)
	}
	return out.String()
}
