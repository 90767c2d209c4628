package format

import (
	"html"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

func init() {
	register(90, Format{Name: "coderunner", Help: "what a combinator template grader of Moodle CodeRunner prints", Extension: ".json", One: coderunner})
}

// coderunnerResult is what CodeRunner reads. Cells of the table are text, which it
// escapes; what stands before and after it is HTML, and is escaped here.
type coderunnerResult struct {
	Fraction float64 `json:"fraction"` // 0 to 1
	Results  [][]any `json:"testresults"`
	Before   string  `json:"prologuehtml"`
	After    string  `json:"epiloguehtml"`
}

func coderunner(r *result.Result) ([]byte, error) {
	all := coderunnerResult{
		Fraction: fraction(r), Before: preformatted(summary(r)),
		Results: [][]any{{"iscorrect", "Property", "What", "Points", "Of"}},
	}
	var after strings.Builder
	for _, p := range r.Properties {
		correct := 0.0
		if p.Max > 0 {
			correct = p.Points / p.Max
		} else if p.Outcome == result.Passed {
			correct = 1
		}
		all.Results = append(all.Results, []any{correct, safe(p.Name), safe(p.What), number(p.Points), number(p.Max)})
		if r.Status == result.Graded && p.Outcome != result.Passed {
			after.WriteString("<h4>" + html.EscapeString(heading(p)) + "</h4>" + preformatted(told(p)))
		}
	}
	all.After = after.String()
	return object(all)
}

func preformatted(text string) string { return "<pre>" + html.EscapeString(text) + "</pre>" }
