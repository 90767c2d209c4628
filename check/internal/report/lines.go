package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// marked is a line of the source with what it is shown for.
type marked struct {
	file  string
	line  int
	at    string // a position of it
	marks []string
}

// lines shows the lines that matter: where somebody waits, took what others wait for,
// panics, accesses memory, and the critical one.
func (s *story) lines() {
	if s.p.Kind == verdict.ModelPicture {
		return // its statements are in the table
	}
	all := s.marked()
	if !slices.ContainsFunc(all, func(m marked) bool { return s.source(m.at) != "" }) {
		return
	}
	s.heading("THE LINES")
	file := s.p.File
	for _, m := range all {
		if m.file != file {
			file = m.file
			s.paragraph("", "  ", "    ", file)
		}
		text := fmt.Sprintf("  %4d  %s", m.line, strings.Join(strings.Fields(clean(s.source(m.at))), " "))
		mark := "← " + clean(strings.Join(m.marks, ", "))
		column := min(44, s.width-width(mark)-2)
		switch {
		case width(text) <= column:
			s.pointed(pad(text, column)+"  ", mark)
		case width(text)+2+width(mark) <= s.width:
			s.pointed(text+"  ", mark)
		default:
			s.paragraph("", "  "+padLeft(fmt.Sprint(m.line), 4)+" ", "          ", s.source(m.at))
			s.paragraph(yellow, "        ←", "          ", strings.Join(m.marks, ", "))
		}
	}
}

// pointed writes a line whose end is a mark.
func (p *printer) pointed(text, mark string) { p.line(text + p.paint(yellow, mark)) }

// marked are the lines that matter, those of the main file first.
func (s *story) marked() []marked {
	var all []marked
	mark := func(position, text string) {
		file, line := picture.FileLine(position)
		if line == 0 {
			return
		}
		i := slices.IndexFunc(all, func(m marked) bool { return m.file == file && m.line == line })
		if i < 0 {
			i = len(all)
			all = append(all, marked{file: file, line: line, at: position})
		}
		if !slices.Contains(all[i].marks, text) {
			all[i].marks = append(all[i].marks, text)
		}
	}
	type same struct{ position, verb string }
	var order []same
	who := map[same][]string{}
	for _, w := range s.p.Blocked() {
		k := same{w.Position, "waits here"}
		if w.Spins {
			k.verb = "spins"
		}
		if who[k] == nil {
			order = append(order, k)
		}
		who[k] = append(who[k], s.p.Short(w.Process))
		if x := s.p.At(w.Taken); x != nil && !strings.Contains(w.For, "which waits to write") {
			mark(x.Position, s.p.Short(x.Process)+" took "+s.p.ObjectName(w.Object))
		}
	}
	for _, k := range order {
		verb := k.verb
		if len(who[k]) > 1 {
			verb = strings.Replace(strings.Replace(verb, "waits", "wait", 1), "spins", "spin", 1)
		}
		mark(k.position, some(who[k])+" "+verb)
	}
	for _, h := range s.p.Holds {
		if x := s.p.At(h.Since); x != nil {
			mark(x.Position, s.p.Short(h.Process)+" took "+s.p.ObjectName(h.Object))
		}
	}
	for i, x := range s.p.Steps {
		if x.Critical && !s.p.Unavoidable {
			mark(x.Position, fmt.Sprintf("! step %d", i+1))
		}
	}
	if at := s.complaint(); s.source(at) != "" {
		mark(at, "fails here")
	}
	if f := s.p.Fault; f != nil {
		mark(f.Position, s.p.Short(f.Process)+" "+s.p.Dies(f.Process))
	}
	if s.p.Race != nil {
		for _, a := range s.p.Race.Accesses {
			who := "it"
			if a.Process != nil {
				who = s.p.Short(*a.Process)
			}
			mark(a.Position, who+" "+a.Verb())
		}
	}
	slices.SortStableFunc(all, func(a, b marked) int {
		switch {
		case a.file == b.file:
			return a.line - b.line
		case a.file == s.p.File:
			return -1
		case b.file == s.p.File:
			return 1
		}
		return strings.Compare(a.file, b.file)
	})
	return all
}
