package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

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

// list is the narrow form: a step in two or three lines.
func (p *printer) list(t *verdict.Trace) {
	n := len(strconv.Itoa(len(t.Steps))) + 1
	skip := leftOut(t)
	for i, s := range t.Steps {
		if skip[i] > 0 {
			p.paragraph("", padLeft("…", n), "", fmt.Sprintf("%s steps left out", group(uint64(skip[i]))))
		}
		if skip[i] != 0 {
			continue
		}
		indent := strings.Repeat(" ", n+2)
		p.paragraph("", padLeft(mark(i, s), n), indent, processName(t, s.Process)+": "+s.Label)
		if e := effect(s); e != "" {
			p.paragraph("", indent, indent, e)
		}
	}
}

// effect says what a step did: its note, then the variables it changed.
func effect(s verdict.Step) string {
	var parts []string
	for _, c := range s.Changes {
		if c.Name != control {
			parts = append(parts, change(c))
		}
	}
	text := strings.Join(parts, " ")
	note := s.Note
	if note == "" && s.Alt > 0 {
		note = fmt.Sprintf("alternative %d", s.Alt+1)
	}
	switch {
	case note == "":
		return text
	case text == "":
		return note
	}
	return note + "; " + text
}

// control is the name of the variable that holds the control state.
const control = "PC"

// change is Name=value, or Name[i]=value for each of few elements that changed.
func change(c verdict.Change) string {
	from, ok1 := elements(c.From)
	to, ok2 := elements(c.To)
	if !ok1 || !ok2 || len(from) != len(to) || len(to) < 2 {
		return c.Name + "=" + c.To
	}
	var parts []string
	for i := range to {
		if from[i] != to[i] {
			parts = append(parts, fmt.Sprintf("%s[%d]=%s", c.Name, i, to[i]))
		}
	}
	if 2*len(parts) > len(to) && len(parts) > 1 {
		return c.Name + "=" + c.To
	}
	return strings.Join(parts, " ")
}

// elements splits a flat array as Go prints it.
func elements(s string) ([]string, bool) {
	in, ok := strings.CutPrefix(s, "[")
	if !ok {
		return nil, false
	}
	in, ok = strings.CutSuffix(in, "]")
	if !ok || strings.ContainsAny(in, "[]{}()\"") {
		return nil, false
	}
	return strings.Split(in, " "), true
}

func values(vs []verdict.Variable) string {
	var parts []string
	for _, v := range vs {
		if v.Name != control {
			parts = append(parts, v.Name+"="+v.Value)
		}
	}
	return strings.Join(parts, " ")
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

func place(label, position string) string {
	switch {
	case label != "" && position != "":
		return fmt.Sprintf(" (%s, %s)", label, position)
	case label+position != "":
		return fmt.Sprintf(" (%s)", label+position)
	}
	return ""
}

// legend lists the statements of the trace with their places. Without always it
// does so only if there is a place to name.
func (p *printer) legend(t *verdict.Trace, always bool) {
	type statement struct{ kind, label, text, position string }
	var order []statement
	for _, s := range t.Steps {
		st := statement{kindOf(processName(t, s.Process)), s.Label, s.Text, s.Position}
		if (st.text != "" || st.position != "") && (always || st.position != "") && !slices.Contains(order, st) {
			order = append(order, st)
		}
	}
	if len(order) == 0 {
		return
	}
	p.line("")
	p.line(p.paint(bold, "Statements"))
	for _, s := range order {
		text := s.kind + " " + s.label + ": " + s.text
		if s.position != "" {
			text += " (" + s.position + ")"
		}
		p.paragraph("", "  ", "    ", text)
	}
}

// kindOf is the name of a process without its number.
func kindOf(name string) string {
	if i := strings.LastIndexByte(name, ' '); i > 0 {
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			return name[:i]
		}
	}
	return name
}

// shortNames abbreviates "producer 1" to "p1", with as many letters as it takes
// to tell the kinds apart, and says so. The key is empty if the names stay.
func shortNames(names []string) (short []string, key string) {
	var kinds []string
	for _, n := range names {
		if k := kindOf(n); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	abbreviate := prefixes(kinds, 1)
	var keys []string
	for _, n := range names {
		k := kindOf(n)
		s := abbreviate[k] + strings.TrimPrefix(n[len(k):], " ")
		short = append(short, s)
		if s != n {
			keys = append(keys, s+" is "+n)
		}
	}
	return short, strings.Join(keys, ", ")
}

// prefixes returns for each word its shortest prefix of at least n letters that
// no other word begins with.
func prefixes(words []string, n int) map[string]string {
	out := map[string]string{}
	for _, w := range words {
		r := []rune(w)
		for l := min(n, len(r)); l <= len(r); l++ {
			p := string(r[:l])
			alone := !slices.ContainsFunc(words, func(o string) bool { return o != w && strings.HasPrefix(o, p) })
			if alone || l == len(r) {
				out[w] = p
				break
			}
		}
	}
	return out
}
