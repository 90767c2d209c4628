package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// foot says what the answer covers and what to do next. Its last lines are the commands
// that run the traces again, alone.
func (p *printer) foot(r Result) {
	v := r.Verdict
	p.space()
	if v.Reason != "" {
		p.paragraph(bold, "Undecided:", "  ", v.Reason)
	}
	looked := v.Coverage
	if c := states(v.Counts); c != "" {
		looked = strings.TrimPrefix(looked+": "+c, ": ")
	}
	if looked != "" {
		p.paragraph(bold, "Looked at:", "  ", sentence(looked))
	}
	p.section("Assumes", assumptions(v))
	// A search that ends at faults does not see what comes behind them.
	if v.Answer == verdict.Pass || p.verbose {
		p.section("Never executed", v.Unreached)
	}
	p.section("Not checked", v.Unchecked)
	p.warnings(warnings(v))
	if p.verbose {
		if c := counts(v); c != "" {
			p.paragraph(bold, "Counts:", "  ", c)
		}
		if v.Engine != "" {
			p.paragraph(bold, "Engine:", "  ", v.Engine)
		}
	}
	said := p.hints(v)
	p.block(r.Next)
	p.more(v, said)
	p.again(v)
}

// hints say which known patterns the findings are, and return the commands that they
// name.
func (p *printer) hints(v *verdict.Verdict) []string {
	var said []string
	for _, f := range v.Findings {
		if f.Hint == nil {
			continue
		}
		text := f.Hint.Text
		if f.Hint.Command != "" {
			text += ": " + f.Hint.Command
		}
		if !slices.Contains(said, f.Hint.Command) {
			said = append(said, f.Hint.Command)
			p.paragraph(bold, "Looks like", "  ", text)
		}
	}
	return said
}

// more names the pages that explain the findings, but for those that a hint has named.
func (p *printer) more(v *verdict.Verdict, said []string) {
	var codes []string
	for _, f := range faults(v) {
		if c := string(f.Code); !slices.Contains(codes, c) && !slices.Contains(said, "ipccheck explain "+c) {
			codes = append(codes, c)
		}
	}
	if len(codes) > 0 {
		p.paragraph(bold, "More:", "  ", "ipccheck explain "+strings.Join(codes, " "))
	}
}

// again writes the commands that run the traces again.
func (p *printer) again(v *verdict.Verdict) {
	var replays []string
	for _, f := range v.Findings {
		if f.Trace != nil && f.Trace.Replay != "" && f.Severity == "" {
			if r := ReplayCommand(f.Trace); !slices.Contains(replays, r) {
				replays = append(replays, r)
			}
		}
	}
	if len(replays) == 0 {
		return
	}
	how := "(-v: every step, -html FILE: a page to step through"
	if strings.HasPrefix(v.Engine, "search") {
		how += ", -debug"
	}
	if len(replays) > 1 {
		how = "in their order " + how
	}
	p.paragraph(bold, "Again", "  ", how+"):")
	for _, r := range replays {
		p.line(r)
	}
}

// section writes lines under a heading; one alone behind it.
func (p *printer) section(heading string, lines []string) {
	switch len(lines) {
	case 0:
		return
	case 1:
		p.paragraph(bold, heading+":", "  ", sentence(lines[0]))
		return
	}
	p.line(p.paint(bold, heading+":"))
	for _, l := range lines {
		p.paragraph("", "  ", "    ", l)
	}
}

// warnings is section, for these.
func (p *printer) warnings(all []warning) {
	if len(all) == 1 {
		w := all[0]
		if w.command == "" {
			w.text = sentence(w.text)
		}
		p.warn(bold, "Warnings:", "  ", w)
	} else if len(all) > 1 {
		p.line(p.paint(bold, "Warnings:"))
		for _, w := range all {
			p.warn("", "  ", "    ", w)
		}
	}
}

// ReplayCommand is the command line, for a shell, that runs the trace again.
func ReplayCommand(t *verdict.Trace) string { return Command(cmp.Or(t.ReplayFile, t.Replay)) }

// Command is the command line, for a shell, that runs a replay string.
func Command(replay string) string {
	return "ipccheck replay '" + strings.ReplaceAll(clean(replay), "'", `'\''`) + "'"
}
