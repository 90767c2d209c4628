package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/verdict"
)

var textFormat = Format{
	Stream: func(w io.Writer, o Options) Stream { return &textStream{w: w, options: o} },
	Package: func(w io.Writer, o Options, importPath string) PackageStream {
		return &goTestText{w: w, options: o, pkg: importPath}
	},
}

// textStream writes results as text. Those of a sweep are a table.
type textStream struct {
	w       io.Writer
	options Options
	begun   bool
}

func (s *textStream) Result(r Result) error {
	switch {
	case s.options.Quiet:
		return Line(s.w, r.Verdict, s.options)
	case s.options.Sweep:
		return nil
	}
	if s.begun {
		fmt.Fprintln(s.w)
	}
	s.begun = true
	return writeResult(s.w, r, s.options)
}

func (s *textStream) End(vs []*verdict.Verdict) error {
	if s.options.Sweep && !s.options.Quiet {
		return Table(s.w, vs, s.options)
	}
	return nil
}

// writeResult writes the verdict and all that is known besides.
func writeResult(w io.Writer, r Result, o Options) error {
	if err := Text(w, r.Verdict, o); err != nil {
		return err
	}
	p := newPrinter(w, o)
	if r.Trace != nil {
		p.line("")
		p.trace(r.Trace)
	}
	if r.Output != "" {
		p.block("\nThe execution writes:\n" + indented(r.Output, "  "))
	}
	if r.Report != "" {
		p.block("\n" + indented(r.Report, "  "))
	}
	if r.Line != nil {
		for _, f := range r.Verdict.Findings {
			p.source(f.Trace, r.Line)
		}
	}
	p.block(r.Next)
	return p.err
}

// source shows each step of a trace with its line of the source.
func (p *printer) source(t *verdict.Trace, line func(position string) string) {
	if t == nil {
		return
	}
	p.block("\nStep by step\n")
	for i, s := range t.Steps {
		p.line(fmt.Sprintf("%4d  %s  %s  %s", i+1, t.Processes[s.Process], s.Position, s.Label))
		if l := line(s.Position); l != "" {
			p.line("      | " + l)
		}
	}
}

// Text writes a verdict for a reader who has never seen the tool: the answer,
// each finding with its trace, then what was looked at. Its last lines are, for
// findings that can be repeated, the commands that do.
func Text(w io.Writer, v *verdict.Verdict, o Options) error {
	p := newPrinter(w, o)
	p.headline(v)
	for _, f := range v.Findings {
		if f.Severity == "" {
			p.finding(v, f)
		}
	}
	p.line("")
	if v.Reason != "" {
		p.paragraph(bold, "Undecided:", "  ", v.Reason)
	}
	if c := counts(v); c != "" {
		p.paragraph(bold, "Counts:", "  ", c)
	}
	if v.Coverage != "" {
		p.paragraph(bold, "Covers:", "  ", v.Coverage)
	}
	p.section("Warnings", warnings(v))
	p.section("Assumes", assumptions(v))
	p.section("Never executed", v.Unreached)
	p.section("Not checked", v.Unchecked)
	p.commands(v)
	return p.err
}

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

// warnings are the findings of a verdict that do not make it fail, with the commands
// that repeat them.
func warnings(v *verdict.Verdict) []string {
	var out []string
	for _, f := range v.Findings {
		if f.Severity == verdict.Warning {
			text := title(f.Code) + ": " + f.Message
			if f.Trace != nil && f.Trace.Replay != "" {
				text += "; again: ipccheck replay '" + f.Trace.Replay + "'"
			}
			out = append(out, text)
		}
	}
	return out
}

// Line writes the answer in one line, wrapped if it is long; a pass with what it
// assumes.
func Line(w io.Writer, v *verdict.Verdict, o Options) error {
	p := newPrinter(w, o)
	p.headline(v)
	if v.Answer == verdict.Pass {
		p.section("Warnings", warnings(v))
		p.section("Assumes", assumptions(v))
	}
	return p.err
}

func (p *printer) headline(v *verdict.Verdict) {
	style := map[verdict.Answer]string{verdict.Pass: green, verdict.Fail: red, verdict.Inconclusive: yellow}[v.Answer]
	parts := []string{v.Subject}
	if s := params(v.Params); s != "" {
		parts = append(parts, s)
	}
	for i, f := range v.Findings {
		sep := ","
		if i == 0 {
			parts[len(parts)-1] += ":"
			sep = ""
		}
		parts[len(parts)-1] += sep
		parts = append(parts, title(f.Code))
	}
	p.paragraph(style, strings.ToUpper(string(v.Answer)), "  ", strings.Join(parts, " "))
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

func (p *printer) finding(v *verdict.Verdict, f verdict.Finding) {
	p.line("")
	p.paragraph(bold, title(f.Code)+":", "  ", f.Message)
	if f.Engine != "" {
		p.paragraph(bold, "Found by:", "  ", f.Engine)
	}
	if f.Trace != nil {
		if of := params(f.Trace.Params); of != "" && of != params(v.Params) {
			p.paragraph(bold, "With:", "  ", of)
		}
		p.line("")
		p.line(p.paint(bold, "A run that shows it, in "+plural(len(f.Trace.Steps), "step")))
		p.line("")
		p.trace(f.Trace)
	}
}

func (p *printer) section(heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	p.line(p.paint(bold, heading+":"))
	for _, l := range lines {
		p.paragraph("", "  ", "    ", l)
	}
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

// commands names what to do next; the last lines run the traces again.
func (p *printer) commands(v *verdict.Verdict) {
	if len(v.Findings) == 0 {
		return
	}
	var replays, codes []string
	for _, f := range v.Findings {
		codes = append(codes, string(f.Code))
		if f.Trace != nil && f.Trace.Replay != "" {
			if r := ReplayCommand(f.Trace); !slices.Contains(replays, r) {
				replays = append(replays, r)
			}
		}
	}
	p.line("")
	p.paragraph("", "What it means and how to mend it:", "  ", "ipccheck explain "+strings.Join(codes, " "))
	switch len(replays) {
	case 0:
	case 1:
		p.line("The run above, again:")
	default:
		p.line("The runs above, again, in their order:")
	}
	for _, r := range replays {
		p.line(r)
	}
}

// ReplayCommand is the command line, for a shell, that runs the trace again.
func ReplayCommand(t *verdict.Trace) string {
	return "ipccheck replay '" + strings.ReplaceAll(clean(cmp.Or(t.ReplayFile, t.Replay)), "'", `'\''`) + "'"
}
