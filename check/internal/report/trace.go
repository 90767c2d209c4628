package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Trace writes a trace: where it starts, a table with a column for each process
// and what each step changed, and who waits for what at the end.
//
// Where the statements do not fit into the columns, these show their labels and
// the statements stand below; where the columns do not fit either, the steps are
// a list. The variable PC is left out: the columns show where a process stands.
func Trace(w io.Writer, t *verdict.Trace, o Options) error {
	p := newPrinter(w, o)
	p.trace(t)
	return p.err
}

func (p *printer) trace(t *verdict.Trace) {
	if start := values(t.Initial); start != "" {
		p.paragraph(bold, "Start:", "  ", start)
		p.line("")
	}
	g := statements(t)
	w, ok := g.fit(p.width, 20)
	if ok && g.height(w) <= max(2*len(g.rows), screen) {
		g.print(p, w)
		p.marks(t)
		p.legend(t, false)
		return
	}
	names, key := shortNames(t.Processes)
	for _, heads := range [][]string{t.Processes, names} {
		g := labels(t, heads)
		w, ok := g.fit(p.width, 20)
		if !ok || w[len(w)-1] < 20 {
			continue
		}
		if key != "" && slices.Equal(heads, names) {
			p.paragraph(bold, "Columns:", "  ", key)
			p.line("")
		}
		g.print(p, w)
		p.marks(t)
		p.waiting(t)
		p.legend(t, true)
		return
	}
	p.list(t)
	p.marks(t)
	p.waiting(t)
	p.legend(t, true)
}

// screen is the height up to which a table may have cells of many lines.
const screen = 24

// statements is the table with statements in the columns of the processes.
func statements(t *verdict.Trace) *grid {
	g := newGrid(t.Processes)
	skip := leftOut(t)
	for i, s := range t.Steps {
		if g.leftOut(skip, i) {
			continue
		}
		what := s.Text
		if what == "" {
			what = s.Label
		}
		g.step(i, s, len(t.Processes), what)
	}
	g.end(t, func(w verdict.Waiting) string { return "waits for " + waitsFor(w) })
	return g
}

// labels is the table with labels in the columns of the processes.
func labels(t *verdict.Trace, heads []string) *grid {
	g := newGrid(heads)
	skip := leftOut(t)
	for i, s := range t.Steps {
		if g.leftOut(skip, i) {
			continue
		}
		g.step(i, s, len(heads), s.Label)
	}
	g.end(t, func(verdict.Waiting) string { return "waits" })
	return g
}

// Steps that are shown of a long trace: at its beginning, at its end, and on each
// side of the critical one.
const (
	showFirst    = 20
	showLast     = 100
	showCritical = 10
)

// leftOut says which steps of a trace are not shown: 0 at those that are, at the
// first of several that are not their number, and -1 at the others.
func leftOut(t *verdict.Trace) []int {
	out := make([]int, len(t.Steps))
	critical := slices.IndexFunc(t.Steps, func(s verdict.Step) bool { return s.Critical })
	first := -1
	for i := range t.Steps {
		if i < showFirst || i >= len(t.Steps)-showLast || critical >= 0 && i >= critical-showCritical && i <= critical+showCritical {
			first = -1
			continue
		}
		if out[i] = -1; first < 0 {
			first, out[i] = i, 0
		}
		out[first]++
	}
	return out
}

// leftOut reports whether a step is not shown, and adds a row for the first one of
// several.
func (g *grid) leftOut(skip []int, i int) bool {
	if skip[i] > 0 {
		row := make([]string, len(g.head))
		row[0] = "…"
		row[len(row)-1] = fmt.Sprintf("%s steps left out", group(uint64(skip[i])))
		g.rows = append(g.rows, row)
	}
	return skip[i] != 0
}

func newGrid(heads []string) *grid {
	g := &grid{head: append(append([]string{"step"}, heads...), "what changes")}
	g.right = make([]bool, len(g.head))
	g.right[0] = true
	return g
}

func (g *grid) step(i int, s verdict.Step, processes int, what string) {
	row := make([]string, processes+2)
	row[0] = mark(i, s)
	row[processes+1] = effect(s)
	if s.Process >= 0 && s.Process < processes {
		row[s.Process+1] = what
	} else {
		row[processes+1] = fmt.Sprintf("process %d: %s %s", s.Process+1, what, effect(s))
	}
	g.rows = append(g.rows, row)
}

func (g *grid) end(t *verdict.Trace, says func(verdict.Waiting) string) {
	if len(t.Waiting) == 0 {
		return
	}
	row := make([]string, len(g.head))
	row[0] = "end"
	for _, w := range t.Waiting {
		if w.Process >= 0 && w.Process < len(t.Processes) {
			row[w.Process+1] = says(w)
		}
	}
	g.rows = append(g.rows, row)
}

// mark is the number of a step, with a sign at the critical one.
func mark(i int, s verdict.Step) string {
	if s.Critical {
		return "!" + strconv.Itoa(i+1)
	}
	return strconv.Itoa(i + 1)
}

func (p *printer) marks(t *verdict.Trace) {
	if slices.ContainsFunc(t.Steps, func(s verdict.Step) bool { return s.Critical }) {
		p.line("")
		p.paragraph("", "!", "  ", "after this step the fault can no longer be avoided")
	}
}

func processName(t *verdict.Trace, i int) string {
	if i < 0 || i >= len(t.Processes) {
		return fmt.Sprintf("process %d", i+1)
	}
	return t.Processes[i]
}

func waitsFor(w verdict.Waiting) string {
	if w.For != "" {
		return w.For
	}
	return fmt.Sprintf("%q to become possible", w.Label)
}

// waiting says in sentences who waits for what, those who wait alike together.
func (p *printer) waiting(t *verdict.Trace) {
	if len(t.Waiting) == 0 {
		return
	}
	p.line("")
	p.line(p.paint(bold, "At the end"))
	type alike struct{ label, what, position string }
	var order []alike
	who := map[alike][]string{}
	for _, w := range t.Waiting {
		a := alike{w.Label, waitsFor(w), w.Position}
		if who[a] == nil {
			order = append(order, a)
		}
		who[a] = append(who[a], processName(t, w.Process))
	}
	for _, a := range order {
		verb := "waits"
		if len(who[a]) > 1 {
			verb = "wait"
		}
		p.paragraph("", "  ", "    ", words.List(who[a], "and")+" "+verb+" for "+a.what+place(a.label, a.position))
	}
}
