package report

import (
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// writeResult writes the verdict and all that is known besides.
func writeResult(w io.Writer, r Result, o Options) error {
	p := newPrinter(w, o)
	p.headline(r.Verdict, false, true)
	p.result(r)
	return p.err
}

// Text writes a verdict for a reader who has never seen the tool: the answer, how each
// finding comes about, then what was looked at. Its last lines are, for findings that
// can be repeated, the commands that do.
func Text(w io.Writer, v *verdict.Verdict, o Options) error {
	return writeResult(w, Result{Verdict: v}, o)
}

// Trace writes a trace: who waits for what at its end, and how it comes to that.
func Trace(w io.Writer, t *verdict.Trace, o Options) error {
	p := newPrinter(w, o)
	p.story(&verdict.Finding{Trace: t}, nil).tell(false)
	return p.err
}

// result writes what stands below the headline.
func (p *printer) result(r Result) {
	v := r.Verdict
	fs := faults(v)
	for i := range fs {
		p.finding(r, fs, i)
	}
	if r.Trace != nil {
		p.story(&verdict.Finding{Trace: r.Trace}, r.lines).tell(false)
	}
	if r.Output != "" {
		p.heading("IT WRITES")
		p.written(r.Output)
	}
	if r.Report != "" && (p.verbose || !slices.ContainsFunc(v.Findings, func(f verdict.Finding) bool { return f.Trace != nil && f.Trace.Race != nil })) {
		p.line("")
		p.written(r.Report)
	}
	p.ends(v)
	p.warned(r)
	p.foot(r)
}

// warned shows who waits in the findings that do not make the answer fail, and how it
// gets there if that is asked for.
func (p *printer) warned(r Result) {
	for _, f := range r.Verdict.Findings {
		if f.Severity != verdict.Warning || f.Trace == nil || len(f.Trace.Waiting) == 0 {
			continue
		}
		s := p.story(&f, r.lines)
		s.waits()
		if p.verbose {
			s.steps()
			s.lines()
		}
	}
}

// finding writes one of the findings; with its title if there are several, since the
// headline has only their names.
func (p *printer) finding(r Result, fs []verdict.Finding, i int) {
	f, several := fs[i], len(fs) > 1
	p.line("")
	text := f.Cause
	if text == "" {
		text = f.Message
	}
	if f.Trace == nil {
		p.cause(r.Verdict, f, several, text)
		return
	}
	s := p.story(&f, r.lines)
	p.cause(r.Verdict, f, several, s.here(text))
	with := f.Trace.Params
	if len(f.Trace.Operations) > 0 { // a heading says how many are shown
		with = slices.DeleteFunc(slices.Clone(with), func(p verdict.Param) bool { return p.Name == "shown" })
	}
	if of := params(with); of != "" && of != params(r.Verdict.Params) {
		p.paragraph("", "  with", "    ", of)
	}
	s.tell(slices.ContainsFunc(fs[:i], func(g verdict.Finding) bool {
		return g.Trace != nil && reflect.DeepEqual(g.Trace.Steps, f.Trace.Steps) && reflect.DeepEqual(g.Trace.Waiting, f.Trace.Waiting)
	}))
}

// cause writes what happened, in a sentence or two.
func (p *printer) cause(v *verdict.Verdict, f verdict.Finding, several bool, text string) {
	if several {
		p.paragraph(bold, title(f.Code)+often(v, f)+":", "  ", sentence(text))
	} else {
		p.paragraph("", "  ", "  ", sentence(text))
	}
	if p.verbose && f.Engine != "" {
		p.paragraph("", "  found by", "    ", f.Engine)
	}
}

// Line writes the answer in one line, however long it is; a pass with what it warns of and
// assumes.
func Line(w io.Writer, v *verdict.Verdict, o Options) error {
	p := newPrinter(w, o)
	style, answer, text := headline(v, "")
	if v.Answer == verdict.Pass {
		var warned []string
		for _, w := range warnings(v) {
			warned = append(warned, w.String())
		}
		for _, list := range []struct {
			title string
			items []string
		}{{"warning", warned}, {"assumes", assumptions(v)}} {
			if len(list.items) > 0 {
				text += "; " + list.title + ": " + strings.Join(list.items, "; ")
			}
		}
	}
	p.line(p.paint(style, answer) + " " + clean(text))
	return p.err
}

// headline is the answer with its subject, without them if a line above it says both,
// and the names of the findings, perhaps with how often the one shows.
func (p *printer) headline(v *verdict.Verdict, framed, counted bool) {
	shows := ""
	if fs := faults(v); len(fs) == 1 && counted {
		shows = often(v, fs[0])
	}
	if framed {
		if what := titles(v) + shows; what != "" {
			p.paragraph(red, what, "  ", "")
		}
		return
	}
	style, answer, text := headline(v, shows)
	p.paragraph(style, answer, "  ", text)
}

// headline is the answer, in its style, and of what it is, with the findings and how often
// the one shows.
func headline(v *verdict.Verdict, shows string) (style, answer, text string) {
	style = map[verdict.Answer]string{verdict.Pass: green, verdict.Fail: red, verdict.Inconclusive: yellow}[v.Answer]
	text = joined(v.Subject, params(v.Params))
	if what := titles(v) + shows; what != "" {
		text += ": " + what
	}
	return style, strings.ToUpper(string(v.Answer)), text
}

// titles names the findings of a verdict.
func titles(v *verdict.Verdict) string {
	var all []string
	times := map[string]int{}
	for _, f := range faults(v) {
		t := title(f.Code)
		if times[t]++; times[t] == 1 {
			all = append(all, t)
		}
	}
	for i, t := range all {
		if times[t] > 1 {
			all[i] += " ×" + strconv.Itoa(times[t])
		}
	}
	return strings.Join(all, ", ")
}

// tell writes who waits for what, how it comes to it, unless that has been told, and the
// lines.
func (s *story) tell(told bool) {
	if len(s.p.Operations) > 0 {
		s.history()
		return
	}
	s.accesses()
	s.waits()
	if told {
		s.heading("HOW IT GETS THERE, as above")
	} else {
		s.steps()
	}
	s.lines()
}
