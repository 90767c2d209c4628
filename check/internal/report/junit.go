package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() {
	register(Format{Name: "junit", Help: "write JUnit XML as well", File: JUnit})
}

// JUnit writes verdicts as one test suite of JUnit XML, a case for each. A fail
// is a failure. Inconclusive is an error: it must not look like a pass. Times
// are in seconds.
func JUnit(w io.Writer, vs []*verdict.Verdict) error {
	s := suite{Name: "ipccheck", Tests: len(vs), Cases: make([]testCase, 0, len(vs))}
	elapsed := int64(0)
	for _, v := range vs {
		c := testCase{
			Class: "ipccheck." + string(v.Kind),
			Name:  strings.TrimSpace(v.Subject + " " + params(v.Params)),
			Time:  seconds(v.ElapsedMS),
			Out:   v.Coverage,
		}
		elapsed += v.ElapsedMS
		switch v.Answer {
		case verdict.Pass:
		case verdict.Fail:
			s.Failures++
			c.Failure = &problem{Text: "\n" + text(v)}
			var titles, messages []string
			for _, f := range v.Findings {
				titles = append(titles, title(f.Code))
				messages = append(messages, f.Message)
			}
			c.Failure.Type = strings.Join(titles, ", ")
			c.Failure.Message = strings.Join(messages, "; ")
		default:
			s.Errors++
			c.Error = &problem{Type: string(v.Answer), Message: v.Reason, Text: "\n" + text(v)}
		}
		s.Cases = append(s.Cases, c)
	}
	s.Time = seconds(elapsed)
	b, err := xml.MarshalIndent(suites{Suites: []suite{s}}, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, b)
	return err
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }

func text(v *verdict.Verdict) string {
	var b strings.Builder
	_ = Text(&b, v, Options{}) // a Builder takes everything
	return b.String()
}

type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []suite  `xml:"testsuite"`
}

type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Time     string     `xml:"time,attr"`
	Cases    []testCase `xml:"testcase"`
}

type testCase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Time    string   `xml:"time,attr"`
	Failure *problem `xml:"failure,omitempty"`
	Error   *problem `xml:"error,omitempty"`
	Out     string   `xml:"system-out,omitempty"`
}

type problem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}
