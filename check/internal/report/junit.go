package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/junit"
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
	all := suites{elapsed: map[*junit.Suite]int64{}}
	for _, result := range r.Results {
		all.add(all.of(result.Package), result)
	}
	for _, b := range r.Broken {
		s := all.of(b.Package)
		s.Tests, s.Errors = s.Tests+1, s.Errors+1
		first, _, _ := strings.Cut(b.Why, "\n")
		s.Cases = append(s.Cases, junit.Case{
			Class: b.Package, Name: "[package]", Time: seconds(0),
			Error: &junit.Problem{Type: "not run", Message: clean(first), Text: text(b.Why)},
		})
	}
	if len(all.Suites.Suites) == 0 {
		all.of("")
	}
	for s, ms := range all.elapsed {
		s.Time = seconds(ms)
	}
	return all.Write(w)
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }

// suites are those of a document, by package.
type suites struct {
	junit.Suites
	elapsed map[*junit.Suite]int64
}

// of is the suite of a package, or the one of what is in none.
func (all *suites) of(pkg string) *junit.Suite {
	if pkg == "" {
		pkg = "ipccheck"
	}
	for _, s := range all.Suites.Suites {
		if s.Name == pkg {
			return s
		}
	}
	s := &junit.Suite{Name: pkg, Skipped: new(int)}
	all.Suites.Suites = append(all.Suites.Suites, s)
	all.elapsed[s] = 0
	return s
}

// add adds a case for a result, and one for each of its subtests.
func (all *suites) add(s *junit.Suite, r Result) {
	v := r.Verdict
	c := junit.Case{
		Class: "ipccheck." + string(v.Kind),
		Name:  strings.TrimSpace(v.Subject + " " + params(v.Params)),
		Time:  seconds(v.ElapsedMS),
		Out:   v.Coverage,
	}
	if r.Package != "" {
		c.Class = r.Package
	}
	s.Tests++
	all.elapsed[s] += v.ElapsedMS
	switch action := testAction(r); action {
	case "pass":
	case "skip":
		*s.Skipped++
		c.Skipped = &junit.Skipped{Message: r.Skipped}
	case "fail":
		s.Failures++
		c.Failure = &junit.Problem{Text: resultText(r)}
		var titles, messages []string
		for _, f := range v.Findings {
			titles = append(titles, title(f.Code))
			messages = append(messages, cause(f))
		}
		c.Failure.Type = strings.Join(titles, ", ")
		c.Failure.Message = strings.Join(messages, "; ")
	default:
		s.Errors++
		c.Error = &junit.Problem{Type: action, Message: v.Reason, Text: resultText(r)}
	}
	s.Cases = append(s.Cases, c)
	for _, t := range r.Subtests {
		s.Tests++
		c := junit.Case{Class: c.Class, Name: t.Name, Time: seconds(0)}
		switch t.Action {
		case "skip":
			*s.Skipped++
			c.Skipped = &junit.Skipped{}
		case "fail":
			s.Failures++
			c.Failure = &junit.Problem{Type: "subtest", Message: "it fails in the execution that " + r.Test + " shows"}
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
