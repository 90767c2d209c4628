package report

import (
	"io"
	"strings"
)

// Columns writes rows as a table without a head. Cells are wrapped at the width, and
// no word is broken: where that leaves no room for columns, the cells of a row stand
// below each other.
func Columns(w io.Writer, rows [][]string, o Options) error {
	if len(rows) == 0 {
		return nil
	}
	p := newPrinter(w, o)
	n := len(rows[0])
	g := &grid{head: make([]string, n), right: make([]bool, n), rows: rows, flush: true}
	widths, ok := g.fit(p.width)
	for _, r := range rows {
		if ok {
			for _, l := range g.lines(r, widths) {
				p.line(l)
			}
			continue
		}
		for i, c := range r {
			if i == 0 {
				p.paragraph("", "", "", c)
			} else if c != "" {
				p.paragraph("", "  ", "  ", c)
			}
		}
	}
	return p.err
}

// Prose writes paragraphs and lists whose lines have [DefaultWidth] columns at most: as
// they are, or broken anew where there are fewer.
func Prose(w io.Writer, text string, o Options) error {
	p := newPrinter(w, o)
	if p.width >= DefaultWidth {
		p.line(strings.TrimSuffix(text, "\n"))
		return p.err
	}
	for _, block := range strings.Split(strings.TrimSpace(text), "\n\n") {
		p.space()
		list, ok := strings.CutPrefix(block, "- ")
		if !ok {
			p.paragraph("", "", "", block)
			continue
		}
		for _, item := range strings.Split(list, "\n- ") {
			p.paragraph("", "-", "  ", item)
		}
	}
	return p.err
}

// Paragraph writes text, wrapped at the width.
func Paragraph(w io.Writer, text string, o Options) error {
	p := newPrinter(w, o)
	p.paragraph("", "", "", text)
	return p.err
}
