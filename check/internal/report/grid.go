package report

import "strings"

// grid is a table: a head and rows of cells, all with as many cells as there
// are columns.
type grid struct {
	head  []string
	right []bool // the column is aligned to the right
	rows  [][]string
}

const gap = 2 // between columns

// fit returns the widths of the columns so that the grid takes at most n
// columns, wrapping cells if it must. It reports false if that is impossible
// without breaking words that are at most hard columns wide.
func (g *grid) fit(n, hard int) ([]int, bool) {
	natural, least := g.needs(hard)
	room := n - gap*(len(g.head)-1)
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

// needs returns for each column the width at which nothing is wrapped and the
// width at which no word of up to hard columns is broken.
func (g *grid) needs(hard int) (natural, least []int) {
	natural, least = make([]int, len(g.head)), make([]int, len(g.head))
	for _, row := range append([][]string{g.head}, g.rows...) {
		for i, c := range row {
			natural[i] = max(natural[i], width(strings.Join(strings.Fields(clean(c)), " ")))
			least[i] = max(least[i], min(longestWord(c), hard))
		}
	}
	return natural, least
}

// lines lays a row out.
func (g *grid) lines(row []string, w []int) []string {
	cells := make([][]string, len(row))
	height := 1
	for i, c := range row {
		cells[i] = wrap(c, w[i])
		height = max(height, len(cells[i]))
	}
	out := make([]string, height)
	for l := range out {
		var b strings.Builder
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

// print writes the grid with a rule below the head.
func (g *grid) print(p *printer, w []int) {
	for _, l := range g.lines(g.head, w) {
		p.line(p.paint(bold, l))
	}
	rule := make([]string, len(w))
	for i, n := range w {
		rule[i] = strings.Repeat("-", n)
	}
	p.line(strings.Join(rule, strings.Repeat(" ", gap)))
	for _, row := range g.rows {
		for _, l := range g.lines(row, w) {
			p.line(l)
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

func sum(w []int) int {
	n := 0
	for _, x := range w {
		n += x
	}
	return n
}
