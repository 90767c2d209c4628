package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

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
