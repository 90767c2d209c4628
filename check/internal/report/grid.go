package report

import (
	"slices"
	"strings"
)

// grid is a table: a head and rows of cells, all with as many cells as there
// are columns.
type grid struct {
	head   []string
	right  []bool // the column is aligned to the right
	rows   [][]string
	styles map[int]string // of rows
	indent string         // before each line
	flush  bool           // what is wrapped in a cell is not indented
}

const gap = 2 // between columns

// hanging is by how much what is wrapped in a cell is indented, if the column is wide
// enough.
const hanging = 2

// hangs reports whether cells of a column of this width are wrapped with an indent.
func (g *grid) hangs(column, width int) int {
	if g.flush || g.right[column] || width < 7*hanging {
		return 0
	}
	return hanging
}

// fit returns the widths of the columns so that the grid takes at most n columns,
// wrapping cells if it must. It reports false if that is impossible without breaking
// words.
func (g *grid) fit(n int) ([]int, bool) {
	natural, least := g.needs()
	room := n - len(g.indent) - gap*(len(g.head)-1)
	if sum(least) > room {
		return nil, false
	}
	if sum(natural) <= room {
		return natural, true
	}
	// Columns that need little get it; the others share what is left.
	level := 0
	at := func(level int) []int {
		w := make([]int, len(natural))
		for i := range w {
			w[i] = min(natural[i], max(least[i], level))
		}
		return w
	}
	for sum(at(level+1)) <= room {
		level++
	}
	w := at(level)
	for i := range w {
		if sum(w) < room && w[i] < natural[i] {
			w[i]++
		}
	}
	return w, true
}

// needs returns for each column the width at which nothing is wrapped and the width at
// which no word is broken.
func (g *grid) needs() (natural, least []int) {
	natural, least = make([]int, len(g.head)), make([]int, len(g.head))
	for _, row := range append([][]string{g.head}, g.rows...) {
		for i, c := range row {
			whole := width(strings.TrimSpace(clean(c)))
			longest := longestWord(c)
			natural[i] = max(natural[i], whole)
			least[i] = max(least[i], min(whole, longest+g.hangs(i, longest+hanging)))
		}
	}
	return natural, least
}

// lines lays a row out.
func (g *grid) lines(row []string, w []int) []string {
	cells := make([][]string, len(row))
	height := 1
	for i, c := range row {
		cells[i] = wrap(c, w[i], g.hangs(i, w[i]))
		height = max(height, len(cells[i]))
	}
	out := make([]string, height)
	for l := range out {
		var b strings.Builder
		b.WriteString(g.indent)
		for i := range row {
			text := ""
			if l < len(cells[i]) {
				text = cells[i][l]
			}
			if i > 0 {
				b.WriteString(strings.Repeat(" ", gap))
			}
			if g.right[i] {
				b.WriteString(padLeft(text, w[i]))
			} else {
				b.WriteString(pad(text, w[i]))
			}
		}
		out[l] = strings.TrimRight(b.String(), " ")
	}
	return out
}

// print writes the grid.
func (g *grid) print(p *printer, w []int) {
	for _, l := range g.lines(g.head, w) {
		p.line(p.paint(bold, l))
	}
	g.body(p, w)
}

// printRuled writes the grid with a rule below the head.
func (g *grid) printRuled(p *printer, w []int) {
	for _, l := range g.lines(g.head, w) {
		p.line(p.paint(bold, l))
	}
	rule := make([]string, len(w))
	for i, n := range w {
		rule[i] = strings.Repeat("-", n)
	}
	p.line(strings.Join(rule, strings.Repeat(" ", gap)))
	g.body(p, w)
}

func (g *grid) body(p *printer, w []int) {
	for i, row := range g.rows {
		for _, l := range g.lines(row, w) {
			p.line(p.paint(g.styles[i], l))
		}
	}
}

// height is the number of lines of all rows.
func (g *grid) height(w []int) int {
	n := 0
	for _, row := range g.rows {
		n += len(g.lines(row, w))
	}
	return n
}

// without is the grid without columns that have no cells.
func (g *grid) without(columns ...int) *grid {
	drop := map[int]bool{}
	for _, c := range columns {
		empty := true
		for _, r := range g.rows {
			empty = empty && r[c] == ""
		}
		drop[c] = empty
	}
	out := &grid{styles: g.styles, indent: g.indent, flush: g.flush}
	keep := func(row []string) (kept []string) {
		for i, c := range row {
			if !drop[i] {
				kept = append(kept, c)
			}
		}
		return kept
	}
	out.head = keep(g.head)
	for i, r := range g.right {
		if !drop[i] {
			out.right = append(out.right, r)
		}
	}
	for _, r := range g.rows {
		out.rows = append(out.rows, keep(r))
	}
	return out
}

// merged is the grid with its last column in the one before it, each cell behind the
// name of its column.
func (g *grid) merged() *grid {
	n := len(g.head) - 1
	out := *g
	out.head, out.right, out.rows = g.head[:n], g.right[:n], nil
	for _, r := range g.rows {
		row := slices.Clone(r[:n])
		if r[n] != "" {
			row[n-1] += "; " + g.head[n] + " " + r[n]
		}
		out.rows = append(out.rows, row)
	}
	return &out
}

func sum(w []int) int {
	n := 0
	for _, x := range w {
		n += x
	}
	return n
}
