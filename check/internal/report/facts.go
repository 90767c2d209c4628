package report

import (
	"cmp"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// assumptions are what a verdict assumes, in words.
func assumptions(v *verdict.Verdict) []string {
	var out []string
	for _, a := range v.Assumes {
		text := a.Premise
		if a.Position != "" {
			text = a.Position + ": " + text
		}
		out = append(out, text)
	}
	return out
}

// warning is a finding that does not make a verdict fail, with the command that repeats it,
// if there is one.
type warning struct{ text, command string }

func (w warning) String() string {
	if w.command == "" {
		return w.text
	}
	return w.text + "; again: " + w.command
}

// warnings are those of a verdict.
func warnings(v *verdict.Verdict) []warning {
	var out []warning
	for _, f := range v.Findings {
		if f.Severity == verdict.Warning {
			w := warning{text: title(f.Code) + ": " + cmp.Or(f.Cause, f.Message)}
			if f.Trace != nil && f.Trace.Replay != "" {
				w.command = ReplayCommand(f.Trace)
			}
			out = append(out, w)
		}
	}
	return out
}

// warn writes a warning as a paragraph, and the command on a line of its own, to be copied.
func (p *printer) warn(style, head, indent string, w warning) {
	if w.command == "" {
		p.paragraph(style, head, indent, w.text)
		return
	}
	p.paragraph(style, head, indent, w.text+"; again:")
	p.line(indent + w.command)
}

// faults are the findings of a verdict that make it fail.
func faults(v *verdict.Verdict) []verdict.Finding {
	var out []verdict.Finding
	for _, f := range v.Findings {
		if f.Severity == "" {
			out = append(out, f)
		}
	}
	return out
}

// sentence ends a text with a full stop, if it has no end yet. A command that ends it
// is copied, and gets none.
func sentence(s string) string {
	s = strings.TrimRight(s, " \n")
	if s == "" || strings.ContainsRune(".!?…", rune(s[len(s)-1])) || strings.Contains(s, "ipccheck replay ") {
		return s
	}
	return s + "."
}

// title is a code with its words.
func title(c verdict.Code) string {
	if f, ok := explain.Lookup(c); ok {
		return string(c) + " " + f.Title
	}
	return string(c)
}

func params(ps []verdict.Param) string {
	parts := make([]string, len(ps))
	for i, q := range ps {
		parts[i] = q.Name + "=" + q.Value
	}
	return strings.Join(parts, " ")
}

// states says how much of a model was looked at.
func states(c verdict.Counts) string {
	if c.Distinct == 0 {
		return ""
	}
	return plural(c.Distinct, "state") + ", " + plural(c.Transitions, "transition") + ", " + plural(c.Depth, "level") + " deep"
}

// counts says how much was looked at.
func counts(v *verdict.Verdict) string {
	c := v.Counts
	var parts []string
	add := func(n uint64, what string) {
		if n > 0 {
			parts = append(parts, plural(n, what))
		}
	}
	add(c.Distinct, "distinct state")
	if c.Distinct > 0 {
		parts = append(parts, plural(c.Transitions, "transition"))
	}
	if c.Depth > 0 {
		parts = append(parts, plural(c.Depth, "level")+" deep")
	}
	add(c.DeadlockStates, "deadlock state")
	if c.FirstDeadlockLevel > 0 {
		parts = append(parts, "the first in level "+group(uint64(c.FirstDeadlockLevel)))
	}
	add(c.Executions, "execution")
	if c.Blocked > 0 {
		parts = append(parts, group(c.Blocked)+" of them blocked")
	}
	if c.Deadlocked > 0 {
		parts = append(parts, group(c.Deadlocked)+" of them deadlocked")
	}
	add(c.Steps, "step")
	add(c.Operations, "operation")
	if c.Operations > 0 {
		parts = append(parts, group(c.Overlapping)+" of them overlapping")
	}
	return strings.Join(parts, ", ")
}
