package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// goTestText writes the tests of a package as go test does.
type goTestText struct {
	w       io.Writer
	options Options
	pkg     string
	assumed []string // by tests that pass, in the order in which it came
}

// testIndent is by how much the report of a test is indented.
const testIndent = "    "

func (s *goTestText) Output(text string) error {
	_, err := io.WriteString(s.w, text)
	return err
}

func (s *goTestText) Result(r Result) error {
	if r.Verdict.Answer == verdict.Pass {
		for _, a := range assumptions(r.Verdict) {
			if !slices.Contains(s.assumed, a) {
				s.assumed = append(s.assumed, a)
			}
		}
	}
	return s.Output(s.text(r))
}

func (s *goTestText) End(action, why string, seconds float64) error {
	if why == "" {
		why = fmt.Sprintf("%.3fs", seconds)
	}
	word := map[string]string{"pass": "ok  ", "skip": "?   ", "fail": "FAIL"}[action]
	if word == "" {
		word, why = "??? ", action+" "+why
	}
	if _, err := fmt.Fprintf(s.w, "%s\t%s\t%s\n", word, s.pkg, why); err != nil {
		return err
	}
	if s.options.Verbose || len(s.assumed) == 0 {
		return nil
	}
	return s.Output(s.framed(func(p *printer) { p.each("assumes:", s.assumed) }))
}

// each writes texts, each behind the same word.
func (p *printer) each(word string, texts []string) {
	for _, t := range texts {
		p.paragraph("", word, "  ", t)
	}
}

// text is a result in words; "" if it passes and nobody asked.
func (s *goTestText) text(r Result) string {
	action := testAction(r)
	passes := action == "pass" || action == "skip"
	v := r.Verdict
	warned := warnings(v)
	if passes && !s.options.Verbose && len(warned) == 0 {
		return ""
	}
	var b strings.Builder
	executions := "1 execution"
	if v.Counts.Executions != 1 {
		executions = fmt.Sprintf("%d executions", v.Counts.Executions)
	}
	fmt.Fprintf(&b, "--- %s: %s (%.2fs, %s)\n", strings.ToUpper(action), r.Test, float64(v.ElapsedMS)/1000, executions)
	switch {
	case action == "skip":
		fmt.Fprintf(&b, "%s%s\n", testIndent, r.Skipped)
	case action == "pass":
		b.WriteString(s.framed(func(p *printer) {
			p.paragraph("", "", "  ", v.Coverage)
			for _, w := range warned {
				p.warn("", "warning:", "  ", w)
			}
			if !s.options.Quiet {
				p.warned(r)
			}
			if s.options.Verbose {
				p.each("assumes:", assumptions(v)) // else they stand below all tests
				p.each("not checked:", v.Unchecked)
			}
		}))
	case !s.options.Quiet:
		b.WriteString(s.framed(func(p *printer) {
			p.headline(v, true, true)
			p.result(r)
		}))
	}
	for _, t := range r.Subtests {
		if s.options.Verbose || t.Action == "fail" && !s.options.Quiet {
			b.WriteString(t.line(r.Test))
		}
	}
	return b.String()
}

// framed is a text as it stands below the line of a test.
func (s *goTestText) framed(write func(*printer)) string {
	o := s.options
	o.Width = max(o.columns()-len(testIndent), MinWidth)
	var text strings.Builder // it takes everything
	write(newPrinter(&text, o))
	return indented(text.String(), testIndent)
}

// line says what became of a subtest, as deep as it lies below the test.
func (t Subtest) line(test string) string {
	depth := strings.Count(t.Name, "/") - strings.Count(test, "/")
	return fmt.Sprintf("%s--- %s: %s\n", strings.Repeat(testIndent, depth), strings.ToUpper(t.Action), t.Name)
}

// testAction is the action that ends a test.
func testAction(r Result) string {
	if r.Skipped != "" && r.Verdict.Answer == verdict.Pass {
		return "skip"
	}
	return string(r.Verdict.Answer)
}
