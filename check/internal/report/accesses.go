package report

import (
	"strings"
)

// accesses is the table of the two accesses of a data race.
func (s *story) accesses() {
	r := s.p.Race
	if r == nil || len(r.Accesses) == 0 {
		return
	}
	s.heading("THE TWO ACCESSES" + s.files())
	g := &grid{head: []string{"who", "", "at", "in", "holds"}, right: make([]bool, 5), indent: "  "}
	for _, a := range r.Accesses {
		who := "another goroutine"
		if a.Process != nil {
			who = s.p.Who(*a.Process)
			if from := s.p.Started(*a.Process); from != "" {
				who += " (" + from + ")"
			}
		}
		in := a.Func
		if len(a.Frames) > 1 {
			caller := a.Frames[1]
			in = strings.TrimPrefix(in+", from "+callerName(caller.Func)+s.p.Place(caller.Position), ", ")
		}
		text := a.Text
		if text == "" {
			text = s.source(a.Position)
		}
		holds := strings.Join(a.Holds, ", ")
		if holds == "" && a.Process != nil {
			holds = "no lock"
		}
		g.rows = append(g.rows, []string{who, a.Verb(), joined(s.p.Place(a.Position), text), in, holds})
	}
	s.table(g.without(3, 4))
}

// callerName is a function that calls, before a place: "" of a literal.
func callerName(f string) string {
	f = f[strings.LastIndexByte(f, '.')+1:]
	if literal.MatchString(f) {
		return ""
	}
	return f
}
