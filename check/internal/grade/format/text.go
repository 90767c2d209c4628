package format

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

func init() {
	register(10, Format{Name: "text", Help: "for students, or of several submissions a table", Extension: ".txt", One: text, All: table})
}

// text is what a student reads: points, and of each property that is lost the run that
// shows it.
func text(r *result.Result) ([]byte, error) {
	var b bytes.Buffer
	t := &textWriter{b: &b}
	t.line("%s: %s of %s points", r.Title, number(r.Points), number(r.Max))
	t.line("")
	t.paragraph(r.Message)
	for _, v := range r.Violations {
		t.line("  %s", Place(v))
	}
	if r.Status == result.Graded {
		t.properties(r)
	}
	for _, n := range r.Notes {
		t.paragraph("Note: " + n)
	}
	return []byte(printable(b.String())), t.err
}

type textWriter struct {
	b   *bytes.Buffer
	err error
}

func (t *textWriter) line(format string, args ...any) { fmt.Fprintf(t.b, format+"\n", args...) }

func (t *textWriter) paragraph(text string) {
	if err := report.Paragraph(t.b, text, report.Options{}); err != nil {
		t.err = err
	}
}

func (t *textWriter) properties(r *result.Result) {
	t.line("")
	var rows [][]string
	for _, p := range r.Properties {
		rows = append(rows, []string{fmt.Sprintf("  %s/%s", number(p.Points), number(p.Max)), p.Name, p.What, outcomeWords[p.Outcome]})
	}
	if err := report.Columns(t.b, rows, report.Options{}); err != nil {
		t.err = err
	}
	alike := map[string][]string{} // names of properties without a run, by the reason
	for _, p := range r.Properties {
		if p.Outcome != result.Passed && len(p.Faults) == 0 {
			alike[p.Reason] = append(alike[p.Reason], p.Name)
		}
	}
	for _, p := range r.Properties {
		switch {
		case p.Outcome == result.Passed:
		case len(p.Faults) == 0:
			if names := alike[p.Reason]; names[0] == p.Name && p.Reason != r.Message {
				t.line("")
				t.paragraph(words.List(names, "and") + ": " + p.Reason + ".")
			}
		default:
			t.line("")
			t.b.WriteString(Feedback(p))
		}
	}
	t.line("")
}

var outcomeWords = map[result.Outcome]string{result.Passed: "holds", result.Lost: "LOST", result.Undecided: "not decided"}

// Feedback is what a student is told of a property that is lost, as plain text.
func Feedback(p result.Item) string {
	var b bytes.Buffer
	t := &textWriter{b: &b}
	f := p.Faults[0]
	t.line("%s", strings.ToUpper(p.Name[:1])+p.Name[1:]+": "+p.What)
	t.line("")
	if p.Hidden {
		t.paragraph(fmt.Sprintf("It does not hold: %s (%s). The run that shows it is not shown.", f.Title, f.Code))
		return b.String()
	}
	t.paragraph(fmt.Sprintf("%s (%s), in this scenario: %s.", f.Title, f.Code, f.Words))
	t.paragraph(f.Message)
	if f.Run != "" {
		t.line("")
		t.b.WriteString(f.Run)
	}
	if f.Output != "" {
		t.line("")
		t.line("Your program writes in this run:")
		for line := range strings.Lines(f.Output) {
			t.b.WriteString("    " + line)
		}
	}
	if f.Hint != "" {
		t.line("")
		t.paragraph("Hint: " + f.Hint)
	}
	if others := otherFaults(p); others != "" {
		t.paragraph("There is also: " + others + ".")
	}
	return b.String()
}

// Place is a place with its text.
func Place(p result.Place) string {
	if p.File == "" {
		return p.Text
	}
	if p.Line == 0 {
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

// table has a line for each submission.
func table(all []*result.Result) ([]byte, error) {
	rows := [][]string{{"submission", "points", "lost"}}
	open := false
	for _, r := range all {
		var lost []string
		for _, p := range r.Properties {
			switch {
			case r.Status != result.Graded:
			case p.Outcome == result.Undecided:
				lost = append(lost, p.Name+"?")
			case p.Outcome == result.Lost:
				text := p.Name
				for i, c := range p.Codes {
					text += map[bool]string{true: " ", false: "+"}[i == 0] + string(c)
				}
				lost = append(lost, text)
			}
		}
		what := strings.Join(lost, ", ")
		switch why := openAlike(r); {
		case r.Status != result.Graded:
			what = string(r.Status) + ": " + r.Message
		case why != "":
			what = "not decided: " + why
		default:
			open = open || strings.Contains(what, "?")
		}
		rows = append(rows, []string{r.Submission, number(r.Points) + "/" + number(r.Max), what})
	}
	var b bytes.Buffer
	err := report.Columns(&b, rows, report.Options{Width: 120})
	if open {
		b.WriteString("\nWhat has a question mark is not decided: the results in HTML and JSON say why.\n")
	}
	return []byte(printable(b.String())), err
}

// openAlike is the reason for which no property is decided, if it is one for all.
func openAlike(r *result.Result) string {
	for _, p := range r.Properties {
		if p.Outcome != result.Undecided || p.Reason != r.Properties[0].Reason {
			return ""
		}
	}
	if len(r.Properties) == 0 {
		return ""
	}
	return r.Properties[0].Reason
}
