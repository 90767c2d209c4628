package report

import "io"

// Columns writes rows as a table without a head. Cells are wrapped at the width;
// no word of up to half of it is broken.
func Columns(w io.Writer, rows [][]string, o Options) error {
	if len(rows) == 0 {
		return nil
	}
	p := newPrinter(w, o)
	n := len(rows[0])
	g := &grid{head: make([]string, n), right: make([]bool, n), rows: rows}
	widths, ok := g.fit(p.width, p.width/2)
	if !ok {
		widths, _ = g.fit(p.width, p.width/(n+1))
	}
	for _, r := range rows {
		for _, l := range g.lines(r, widths) {
			p.line(l)
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
