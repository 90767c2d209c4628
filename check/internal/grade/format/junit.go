package format

import (
	"bytes"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/junit"
)

func init() {
	register(110, Format{
		Name: "junit", Help: "JUnit XML, a suite a submission", Extension: ".xml", All: junitXML,
		One: func(r *result.Result) ([]byte, error) { return junitXML([]*result.Result{r}) },
	})
}

// junitXML writes a suite for each submission with a case for each property. What is not
// decided is an error. There are no times: the same result gives the same bytes.
func junitXML(all []*result.Result) ([]byte, error) {
	var out junit.Suites
	for _, r := range all {
		s := &junit.Suite{
			Name: safe(r.Submission), Tests: len(r.Properties), Out: summary(r),
			Properties: &junit.Properties{List: []junit.Property{
				{Name: "assignment", Value: safe(r.Assignment)}, {Name: "status", Value: string(r.Status)}, {Name: "points", Value: number(r.Points)},
				{Name: "max_points", Value: number(r.Max)}, {Name: "digest", Value: r.Digest},
			}},
		}
		for _, p := range r.Properties {
			c := junit.Case{Time: "0", Class: safe(r.Assignment), Name: heading(p)}
			problem := &junit.Problem{Type: string(p.Outcome), Message: number(p.Points) + " of " + number(p.Max) + " points", Text: told(p)}
			if len(p.Faults) > 0 {
				problem.Type = p.Faults[0].Title
			}
			switch p.Outcome {
			case result.Lost:
				c.Failure = problem
				s.Failures++
			case result.Undecided:
				c.Error = problem
				s.Errors++
			}
			s.Cases = append(s.Cases, c)
		}
		out.Suites = append(out.Suites, s)
	}
	var b bytes.Buffer
	err := out.Write(&b)
	return b.Bytes(), err
}
