package report

import (
	"io"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Hanging writes text behind a head, wrapped; its other lines begin below the first.
func Hanging(w io.Writer, head, text string, o Options) error {
	p := newPrinter(w, o)
	indent := strings.Repeat(" ", width(head))
	for i, l := range wrap(strings.Join(strings.Fields(text), " "), max(p.width-width(head), MinWidth/2), 0) {
		if i > 0 {
			head = indent
		}
		p.line(strings.TrimRight(head+l, " "))
	}
	return p.err
}

// Variables are variables with their values, in a line.
func Variables(vs []verdict.Variable) string { return values(vs, " ") }

// Changes says what a step changes, in a line.
func Changes(s verdict.Step) string { return clean(effect(s)) }

// Waits says who waits for what, in a line.
func Waits(t *verdict.Trace, w verdict.Waiting) string {
	return actorName(t, w.Process) + " waits for " + waitsFor(w)
}

// Clean is text of a line without what no terminal prints.
func Clean(s string) string { return clean(s) }
