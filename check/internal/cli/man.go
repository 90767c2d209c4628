package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/words"
)

func init() { register(97, manCommand) }

var manCommand = command{
	name: "man", brief: ": the manual page",
	about: `Prints the manual page, for man: commands, flags, examples and exit codes.`,
	more: `To read it, or to put it where man looks:

  ipccheck man | man -l -
  ipccheck man > ~/.local/share/man/man1/ipccheck.1`,
	exits: `0, or 2 for a usage or output error.`,
	run:   (*tool).cmdMan,
}

func (t *tool) cmdMan(_ context.Context, args []string) (int, error) {
	p, err := parse("man", args, nil)
	if err != nil {
		return 0, err
	}
	if len(p.names) > 0 {
		return 0, usagef("man: unexpected %s: it takes no names", words.Quote(p.names[0]))
	}
	_, err = t.stdout.WriteString(t.manual())
	return exitPass, err
}

// manual is the page in the language of man.
func (t *tool) manual() string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH IPCCHECK 1 \"\" \"ipccheck %s\"\n", roff(version()))
	b.WriteString(".SH NAME\nipccheck \\- runs Go and C programs, and models, under every interleaving\n.SH SYNOPSIS\n.nf\n")
	for _, c := range commands.Items() {
		b.WriteString(roff(c.usage()) + "\n")
	}
	b.WriteString(".fi\n.SH DESCRIPTION\nFlags stand before or after names, with one dash or two; \\-name value and\n\\-name=value are the same.\nBehind \\-\\- nothing is a flag.\n.SH COMMANDS\n")
	for _, c := range commands.Items() {
		fmt.Fprintf(&b, ".SS %s\n%s", roff(c.usage()), roffText(c.about))
		for _, f := range c.flags {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(strings.TrimRight("-"+f.name+" "+f.value, " ")), roff(f.help))
		}
		if c.more != "" {
			b.WriteString(".PP\n" + roffText(c.more))
		}
		if len(c.examples) > 0 {
			b.WriteString(".PP\nExamples:\n.PP\n.nf\n.RS\n")
			for _, e := range c.examples {
				b.WriteString(roff(e) + "\n")
			}
			b.WriteString(".RE\n.fi\n")
		}
		if c.exits != "" {
			fmt.Fprintf(&b, ".PP\nExit codes: %s\n", roff(c.exits))
		}
	}
	b.WriteString(`.SH EXIT STATUS
.TP
.B 0
pass: looked at everything there is, and found no fault
.TP
.B 1
fail: a fault was found
.TP
.B 2
a mistake in the command line or in what it names, input that cannot be read, or output that cannot be written
.TP
.B 3
inconclusive: a bound, the time or an interrupt ended the search before it found anything
.TP
.B 4
an internal error of ipccheck
.SH ENVIRONMENT
.TP
.B IPCCHECK_CACHE
the directory in which rewritten programs are kept
.TP
.B NO_COLOR
no colour, if it is set and not empty
.TP
.B GITHUB_ACTIONS, GITHUB_STEP_SUMMARY
if the first is true, annotations are written, and a summary to the file that the second names
`)
	return b.String()
}

// roffText is a text with paragraphs. Lines that are indented stay as they are.
func roffText(text string) string {
	var b strings.Builder
	kept := false
	for line := range strings.Lines(text + "\n") {
		line = strings.TrimRight(line, "\n")
		indented := strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
		switch {
		case line == "" && !kept:
			b.WriteString(".PP\n")
			continue
		case line == "":
			b.WriteString("\n")
			continue
		case indented && !kept:
			b.WriteString(".nf\n")
		case !indented && kept:
			b.WriteString(".fi\n.PP\n")
		}
		kept = indented
		b.WriteString(roff(line) + "\n")
	}
	if kept {
		b.WriteString(".fi\n")
	}
	return b.String()
}

// roff is text in a line: a dash is a minus, to be copied, and what begins a request
// does not.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "…", "...").Replace(s)
	if strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}
