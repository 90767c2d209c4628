package report

import (
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// call is what a step does: the place, and the call as written, with the value that it
// sends or gets.
func (s *story) call(i int) string {
	x := s.p.Steps[i]
	return joined(s.p.Place(x.Position), s.deferred(x.Site)+s.act(i))
}

// deferred marks calls that a defer statement makes.
func (s *story) deferred(site verdict.Site) string {
	if site.Deferred && !strings.HasPrefix(site.Label, "defer ") {
		return "defer "
	}
	return ""
}

// act is the call of a step.
func (s *story) act(i int) string {
	x := s.p.Steps[i]
	if s.p.Kind == verdict.ModelPicture && x.Text != "" {
		return x.Text
	}
	text, outside := x.Label, ""
	if text == "" {
		text = x.Text
	}
	if x.Site.Inside != "" {
		text, outside = x.Site.Inside, x.Label+": "
	}
	if x.Op == "clock" && s.p.Kind == verdict.GoPicture {
		text = "time passes"
	}
	value := x.Value
	if value == "struct{}{}" || value == "{}" || value == "tick" || strings.HasPrefix(value, "func(") {
		value = ""
	}
	ranges := strings.HasPrefix(text, "range ") || strings.HasPrefix(text, "for ")
	switch x.Op {
	case "load", "receive":
		text = withResult(text, value)
	case "send":
		text = withArgument(text, value)
	case "select":
		switch {
		case value == "" || ranges:
		case strings.HasSuffix(text, "<-"), strings.Contains(text, " <- "):
			text = withArgument(text, value)
		default:
			text = withResult(text, value)
		}
		if x.Note == "default" {
			text = strings.TrimSuffix(text, " | default") + ": none, default"
		}
	case "update":
		if o := s.p.Object(x.Object); o != nil && strings.HasSuffix(o.Type, "sync.Pool") && value != "" {
			text += ": " + value
		}
	case "choose":
		if text == x.Op && value != "" {
			text = value
		} else {
			text = withResult(text, value)
		}
	case "sleep":
		if s.p.Kind == verdict.GoPicture {
			text += " is over"
		}
	case "woken":
		if !strings.Contains(text, "woken") {
			text += " woken"
		}
	}
	text = outside + withAnswer(text, x)
	if i == s.panics {
		text += " " + s.p.Dies(x.Process)
	} else if x.Blocks {
		text += " waits"
	}
	return text
}

// answer is what an operation of a suite has returned in a step, "" if it is none.
func answer(x picture.Step) string {
	if text, ok := strings.CutPrefix(x.Note, "-> "); ok {
		return text
	}
	return ""
}

// withAnswer is the text of a step with what an operation of a suite has returned there.
func withAnswer(text string, x picture.Step) string {
	switch a := answer(x); {
	case a == "":
		return text
	case strings.HasSuffix(text, " returns"):
		return text + " " + a
	default:
		return text + " → " + a
	}
}

func withResult(text, value string) string {
	if value == "" {
		return text
	}
	return text + " = " + value
}

func withArgument(text, value string) string {
	if value == "" || strings.Contains(text, value) {
		return text
	}
	return text + " (" + value + ")"
}

// end is what somebody does at the end who cannot go on.
func (s *story) end(w picture.Waiting) string {
	verb := " waits"
	if w.Spins {
		verb = " spins"
	}
	return joined(s.p.Place(w.Position), s.deferred(w.Site)+s.waitingCall(w)+verb)
}

// waitingCall is the call in which somebody waits: of a model, the statement.
func (s *story) waitingCall(w picture.Waiting) string {
	if s.p.Kind == verdict.ModelPicture && w.Position != "" {
		for _, x := range s.p.Steps {
			if x.Position == w.Position && x.Label == w.Label && x.Text != "" {
				return x.Text
			}
		}
	}
	return w.Label
}

// joined are the parts that are not empty, with blanks between them.
func joined(parts ...string) string { return joinedBy(" ", parts) }

func joinedBy(separator string, parts []string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, separator)
}
