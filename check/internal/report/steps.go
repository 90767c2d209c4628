package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// steps shows how it comes to the end: the run as a table with a column for each who
// takes part, or as a list.
func (s *story) steps() {
	if len(s.p.Steps) == 0 {
		return
	}
	title := "HOW IT GETS THERE, " + plural(len(s.p.Steps), "step")
	if len(s.p.Waiting) == 0 && s.p.Race == nil {
		title += s.files()
	}
	s.heading(title)
	if start := values(s.p.Initial, "  "); start != "" {
		s.paragraph("", "  start:", "    ", start)
	}
	if s.verbose {
		s.everyLine()
	} else {
		rows := s.rows()
		if g, ok := s.lanes(rows); ok {
			g.print(s.printer, g.widths)
		} else {
			s.list(rows)
		}
	}
	if slices.ContainsFunc(s.p.Steps, func(x picture.Step) bool { return x.Critical }) && !s.p.Unavoidable {
		s.paragraph("", "  !", "    ", "after this step it cannot be avoided any more")
	}
	if s.p.Unavoidable {
		s.paragraph("", "  ", "    ", "It cannot be avoided: every execution ends so.")
	}
	s.left()
}

// values are those with which a model starts. What channels and locks hold then is no
// news: nothing.
func values(vs []verdict.Variable, separator string) string {
	var parts []string
	for _, v := range vs {
		if v.Name != control && v.Object == 0 {
			parts = append(parts, v.Name+"="+v.Value)
		}
	}
	return strings.Join(parts, separator)
}

// number is that of a step, or of the first and the last, with a sign at the critical
// one.
func (s *story) number(r row) string {
	n := strconv.Itoa(r.first + 1)
	if r.last > r.first {
		n += "–" + strconv.Itoa(r.last+1)
	}
	if r.critical && !s.p.Unavoidable {
		return "!" + n
	}
	return n
}

func (s *story) style(r row) string {
	if r.critical && !s.p.Unavoidable {
		return yellow
	}
	return ""
}

// laned is a grid with the widths of its columns.
type laned struct {
	*grid
	widths []int
}

// lanes is the table with a column for each process that takes part. It reports false
// if there is no room for so many, or a list is much shorter.
func (s *story) lanes(rows []row) (laned, bool) {
	var who []int
	takesPart := func(p int) {
		if p >= 0 && !slices.Contains(who, p) {
			who = append(who, p)
		}
	}
	for _, r := range rows {
		takesPart(r.process)
	}
	for _, w := range s.p.Waiting {
		takesPart(w.Process)
	}
	if len(who) > s.mostLanes() {
		return laned{}, false
	}
	slices.Sort(who)
	g := &grid{head: []string{"step"}, styles: map[int]string{}, indent: "  "}
	for _, p := range who {
		g.head = append(g.head, s.p.Who(p))
	}
	g.head = append(g.head, changesHead)
	g.right = make([]bool, len(g.head))
	g.right[0] = true
	for i, r := range rows {
		cells := make([]string, len(g.head))
		cells[0], cells[len(cells)-1] = s.number(r), r.changes
		if r.process < 0 {
			cells[len(cells)-1] = joinedBy(", ", []string{r.text, r.changes})
		} else {
			cells[1+slices.Index(who, r.process)] = r.text
		}
		g.rows = append(g.rows, cells)
		g.styles[i] = s.style(r)
	}
	if len(s.p.Waiting) > 0 {
		cells := make([]string, len(g.head))
		cells[0] = "end"
		for _, w := range s.p.Waiting {
			if i := slices.Index(who, w.Process); i >= 0 {
				cells[1+i] = s.end(w)
			}
		}
		g.styles[len(g.rows)] = red
		g.rows = append(g.rows, cells)
	}
	g = g.without(len(g.head) - 1)
	widths, ok := g.fit(s.width)
	if !ok {
		return laned{}, false
	}
	if l := s.listGrid(rows); l != nil {
		if w, fits := l.fit(s.width); fits && g.height(widths) > l.height(w)+4 {
			return laned{}, false
		}
	}
	return laned{g, widths}, true
}

// mostLanes is for how many processes there may be columns.
func (s *story) mostLanes() int {
	switch {
	case s.width < 100:
		return 3
	case s.width < 160:
		return 5
	}
	return 8
}

// changesHead is the head of the column that says what a step changes.
const changesHead = "what changes"

// fewSteps is the length up to which a list ends with those who wait, which the table
// above it says, too.
const fewSteps = 12

// listGrid is the run as a list: step, who, does, what changes.
func (s *story) listGrid(rows []row) *grid {
	g := &grid{head: []string{"step", "who", "does", changesHead}, right: []bool{true, false, false, false}, styles: map[int]string{}, indent: "  "}
	for i, r := range rows {
		who := ""
		if r.process >= 0 {
			who = s.p.Who(r.process)
		}
		g.rows = append(g.rows, []string{s.number(r), who, r.text, r.changes})
		g.styles[i] = s.style(r)
	}
	if len(s.p.Steps) <= fewSteps {
		for _, w := range s.p.Waiting {
			g.styles[len(g.rows)] = red
			g.rows = append(g.rows, []string{"end", s.p.Who(w.Process), s.end(w), ""})
		}
	}
	return g.without(1, 3)
}

// list writes the run as a list; where there is no room for a column of changes, with
// these below what makes them; where names of goroutines would be broken, with their numbers;
// and where there is no room for columns, as sentences.
func (s *story) list(rows []row) {
	g := s.listGrid(rows)
	w, ok := g.fit(s.width)
	if !ok {
		g = g.below()
		w, ok = g.fit(s.width)
	}
	if short, names := s.listGrid(rows).byID(); names != "" && (!ok || g.breaks("who", w)) {
		if n, fits := short.fit(s.width); fits {
			s.paragraph("", "  ", "    ", names)
			g, w, ok = short, n, true
		}
	}
	if !ok {
		s.sentences(s.listGrid(rows), nil)
		return
	}
	g.print(s.printer, w)
}

// goroutine is the name of one: its number, and what it is.
var goroutine = regexp.MustCompile(`^(G\d+) (.+)$`)

// breaks reports whether cells of a column are wrapped if the widths are these.
func (g *grid) breaks(column string, widths []int) bool {
	i := slices.Index(g.head, column)
	natural, _ := g.needs()
	return i >= 0 && widths[i] < natural[i]
}

// byID is the list with goroutines by their numbers, and says which these are.
func (g *grid) byID() (short *grid, names string) {
	who := slices.Index(g.head, "who")
	if who < 0 {
		return g, ""
	}
	var known []string
	ids := map[string][]string{} // by name
	short = &grid{head: g.head, right: g.right, styles: g.styles, indent: g.indent}
	for _, r := range g.rows {
		r = slices.Clone(r)
		if m := goroutine.FindStringSubmatch(r[who]); m != nil {
			r[who] = m[1]
			if !slices.Contains(known, m[2]) {
				known = append(known, m[2])
			}
			if !slices.Contains(ids[m[2]], m[1]) {
				ids[m[2]] = append(ids[m[2]], m[1])
			}
		}
		short.rows = append(short.rows, r)
	}
	for i, name := range known {
		known[i] = strings.Join(ids[name], ", ") + ": " + name
	}
	return short, strings.Join(known, "; ")
}

// below is the list with the last column, what changes, below the one before it.
func (g *grid) below() *grid {
	n := len(g.head) - 1
	if g.head[n] != changesHead {
		return g
	}
	out := &grid{head: g.head[:n], right: g.right[:n], styles: map[int]string{}, indent: g.indent}
	for i, r := range g.rows {
		out.styles[len(out.rows)] = g.styles[i]
		out.rows = append(out.rows, r[:n])
		if r[n] != "" {
			row := make([]string, n)
			row[n-1] = "→ " + r[n]
			out.styles[len(out.rows)] = g.styles[i]
			out.rows = append(out.rows, row)
		}
	}
	return out
}

// sentences writes a list with a sentence for each step, and below it what it changes;
// above that the line of the source, as far as source knows it.
func (s *story) sentences(g *grid, source func(step int) string) {
	n := 0
	for _, r := range g.rows {
		n = max(n, width(r[0]))
	}
	indent := strings.Repeat(" ", n+4)
	for i, r := range g.rows {
		cell := func(head string) string {
			if k := slices.Index(g.head, head); k >= 0 {
				return r[k]
			}
			return ""
		}
		text := cell("does")
		if who := cell("who"); who != "" {
			if !strings.HasPrefix(text, ":") {
				who += ":"
			}
			text = who + " " + text
		}
		s.paragraph(g.styles[i], "  "+padLeft(r[0], n), indent, " "+text)
		if source != nil && i < len(s.p.Steps) && source(i) != "" {
			s.paragraph("", indent+"|", indent+"  ", source(i))
		}
		if c := cell(changesHead); c != "" {
			s.paragraph("", indent+"→", indent+"  ", c)
		}
	}
}

// everyLine writes each step with its line of the source.
func (s *story) everyLine() {
	s.sentences(s.listGrid(s.everyStep()), func(i int) string {
		if s.p.Kind == verdict.ModelPicture {
			return "" // the step shows its statement
		}
		line := s.source(s.p.Steps[i].Position)
		if x := &s.p.Steps[i]; strings.TrimSpace(line) == strings.TrimSpace(s.deferred(x.Site)+x.Label) {
			return "" // the step shows all of it
		}
		return line
	})
}

// left says what is still inside channels when nobody can go on.
func (s *story) left() {
	if len(s.p.Waiting) == 0 {
		return
	}
	items := map[int][]string{}
	var order []int
	note := func(object int, field string, list []string) {
		if field == "items" && s.p.Object(object) != nil {
			if !slices.Contains(order, object) {
				order = append(order, object)
			}
			items[object] = list
		}
	}
	for _, v := range s.p.Initial {
		note(v.Object, v.Field, v.Items)
	}
	for _, x := range s.p.Steps {
		for _, c := range x.Changes {
			note(c.Object, c.Field, c.Items)
		}
	}
	var parts []string
	for _, o := range order {
		if len(items[o]) > 0 && !s.p.Object(o).Tokens {
			parts = append(parts, s.p.ObjectName(o)+"=["+strings.Join(items[o], " ")+"]")
		}
	}
	if len(parts) > 0 {
		s.paragraph("", "  left inside:", "    ", strings.Join(parts, ", "))
	}
}
