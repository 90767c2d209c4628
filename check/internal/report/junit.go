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

// JUnit writes results as JUnit XML: a test suite for the tests of each package, and
// one for all that is no test, with a case for each result and each subtest. A fail is
// a failure. Inconclusive is an error, as is a package that could not be built: neither
// must look like a pass. Times are in seconds. The form is that of the schema of
// Jenkins, junit-10.xsd.
func JUnit(w io.Writer, r Run) error {
	var all suites
	for _, result := range r.Results {
		all.of(result.Package).add(result)
	}
	for _, b := range r.Broken {
		s := all.of(b.Package)
		s.Tests, s.Errors = s.Tests+1, s.Errors+1
		first, _, _ := strings.Cut(b.Why, "\n")
		s.Cases = append(s.Cases, testCase{
			Class: b.Package, Name: "[package]", Time: seconds(0),
			Error: &problem{Type: "not run", Message: clean(first), Text: text(b.Why)},
		})
	}
	if len(all.Suites) == 0 {
		all.of("")
	}
	for _, s := range all.Suites {
		s.Time = seconds(s.elapsed)
	}
	b, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, b)
	return err
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }

type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []*suite `xml:"testsuite"`
}

type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Time     string     `xml:"time,attr"`
	Cases    []testCase `xml:"testcase"`

	elapsed int64
}

type testCase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Time    string   `xml:"time,attr"`
	Failure *problem `xml:"failure,omitempty"`
	Error   *problem `xml:"error,omitempty"`
	Skipped *skipped `xml:"skipped,omitempty"`
	Out     string   `xml:"system-out,omitempty"`
}

type problem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type skipped struct {
	Message string `xml:"message,attr"`
}

// of is the suite of a package, or the one of what is in none.
func (all *suites) of(pkg string) *suite {
	if pkg == "" {
		pkg = "ipccheck"
	}
	for _, s := range all.Suites {
		if s.Name == pkg {
			return s
		}
	}
	s := &suite{Name: pkg}
	all.Suites = append(all.Suites, s)
	return s
}

// add adds a case for a result, and one for each of its subtests.
func (s *suite) add(r Result) {
	v := r.Verdict
	c := testCase{
		Class: "ipccheck." + string(v.Kind),
		Name:  strings.TrimSpace(v.Subject + " " + params(v.Params)),
		Time:  seconds(v.ElapsedMS),
		Out:   v.Coverage,
	}
	if r.Package != "" {
		c.Class = r.Package
	}
	s.Tests++
	s.elapsed += v.ElapsedMS
	switch action := testAction(r); action {
	case "pass":
	case "skip":
		s.Skipped++
		c.Skipped = &skipped{Message: r.Skipped}
	case "fail":
		s.Failures++
		c.Failure = &problem{Text: resultText(r)}
		var titles, messages []string
		for _, f := range v.Findings {
			titles = append(titles, title(f.Code))
			messages = append(messages, cause(f))
		}
		c.Failure.Type = strings.Join(titles, ", ")
		c.Failure.Message = strings.Join(messages, "; ")
	default:
		s.Errors++
		c.Error = &problem{Type: action, Message: v.Reason, Text: resultText(r)}
	}
	s.Cases = append(s.Cases, c)
	for _, t := range r.Subtests {
		s.Tests++
		c := testCase{Class: c.Class, Name: t.Name, Time: seconds(0)}
		switch t.Action {
		case "skip":
			s.Skipped++
			c.Skipped = &skipped{}
		case "fail":
			s.Failures++
			c.Failure = &problem{Type: "subtest", Message: "it fails in the execution that " + r.Test + " shows"}
		}
		s.Cases = append(s.Cases, c)
	}
}

// cause is what a finding says: with names and places, if they are known.
func cause(f verdict.Finding) string {
	if f.Cause != "" {
		return f.Cause
	}
	return f.Message
}

// resultText is a result in words: file and line first, and then the report.
func resultText(r Result) string {
	var b strings.Builder
	for _, f := range r.Verdict.Findings {
		for _, l := range r.locations(f) {
			b.WriteString(l.String() + ": " + l.what + "\n")
		}
	}
	_ = writeResult(&b, r, Options{}) // a Builder takes everything
	return "\n" + text(b.String())
}
