package report

import (
	"fmt"
	"io"
	"strings"
)

// DefaultWidth is the width of texts in columns.
const DefaultWidth = 80

// Bounds of the width that texts keep to.
const (
	MinWidth = 40
	MaxWidth = 200 // longer lines are hard to read
)

// Options say how texts look. The zero value is 80 columns without colour.
type Options struct {
	Width int  // in columns; 0: DefaultWidth; what is less than MinWidth or more than MaxWidth is these
	Color bool // with the escape sequences of terminals

	Quiet   bool // one line for each result
	Verbose bool // all of each result: every step, counts, what found it; of tests, also those that pass
	Sweep   bool // the results have one subject, and different parameters

	raw bool // what programs write is written as it is: a form around the text escapes it
}

// columns is the width that texts keep to.
func (o Options) columns() int {
	if o.Width == 0 {
		return DefaultWidth
	}
	return min(max(o.Width, MinWidth), MaxWidth)
}

// printer writes lines and remembers the first error.
type printer struct {
	w     io.Writer
	err   error
	width int
	color bool

	verbose, raw bool
	begun        bool // something has been written
}

func newPrinter(w io.Writer, o Options) *printer {
	return &printer{w: w, width: o.columns(), color: o.Color, verbose: o.Verbose, raw: o.raw}
}

// space writes an empty line, unless it would be the first one.
func (p *printer) space() {
	if p.begun {
		p.line("")
	}
}

func (p *printer) line(s string) {
	p.begun = true
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, s)
	}
}

// block writes text that is laid out already.
func (p *printer) block(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text)
	}
}

// written writes what a program wrote, indented.
func (p *printer) written(text string) {
	if !p.raw {
		text = cleanLines(text)
	}
	p.block(indented(text, "  "))
}

// Styles of a terminal.
const (
	bold   = "1"
	red    = "1;31"
	green  = "1;32"
	yellow = "1;33"
)

// paint puts s into a style, if there is colour.
func (p *printer) paint(style, s string) string {
	if !p.color || style == "" || s == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

// paragraph writes text, wrapped: the first line behind the head, the others
// below it, indented. The head is a word of ours or blanks; the style is that of
// the head.
func (p *printer) paragraph(style, head, indent, text string) {
	first := head
	if text != "" && strings.TrimSpace(head) != "" {
		first += " "
	}
	for i, l := range wrapAfter(text, width(first), p.width, width(indent)) {
		switch {
		case i > 0:
			l = indent + l
		case l == "":
			l = p.paint(style, head)
		default:
			l = p.paint(style, head) + first[len(head):] + l
		}
		p.line(l)
	}
}
