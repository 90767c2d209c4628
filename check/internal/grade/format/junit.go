package format

import (
	"encoding/xml"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

func init() {
	register(110, Format{
		Name: "junit", Help: "JUnit XML, a suite a submission", Extension: ".xml", All: junit,
		One: func(r *result.Result) ([]byte, error) { return junit([]*result.Result{r}) },
	})
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        string          `xml:"system-out"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    int           `xml:"time,attr"`
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
}

type junitProblem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

// junit writes a suite for each submission with a case for each property. What is not
// decided is an error. There are no times: the same result gives the same bytes.
func junit(all []*result.Result) ([]byte, error) {
	var out junitSuites
	for _, r := range all {
		s := junitSuite{
			Name: safe(r.Submission), Tests: len(r.Properties), Out: summary(r),
			Properties: []junitProperty{{"assignment", safe(r.Assignment)}, {"status", string(r.Status)}, {"points", number(r.Points)}, {"max_points", number(r.Max)}, {"digest", r.Digest}},
		}
		for _, p := range r.Properties {
			c := junitCase{Class: safe(r.Assignment), Name: heading(p)}
			problem := &junitProblem{Type: string(p.Outcome), Message: number(p.Points) + " of " + number(p.Max) + " points", Text: told(p)}
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
	text, err := xml.MarshalIndent(out, "", "  ")
	return append(append([]byte(xml.Header), text...), '\n'), err
}
