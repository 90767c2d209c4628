package report

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() {
	register(Format{
		Name: "json", Help: "one JSON object on a line for each result",
		Stream: func(w io.Writer, _ Options) Stream { return jsonStream{w} },
		Package: func(w io.Writer, o Options, importPath string) PackageStream {
			return &testEvents{w: w, describe: goTestText{options: o}, pkg: importPath}
		},
	})
}

// JSON writes a verdict as one line: an object of the schema that it names.
func JSON(w io.Writer, v *verdict.Verdict) error {
	if v.Findings == nil {
		c := *v
		c.Findings = []verdict.Finding{}
		v = &c
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

type jsonStream struct{ w io.Writer }

func (s jsonStream) Result(r Result) error      { return JSON(s.w, r.Verdict) }
func (jsonStream) End([]*verdict.Verdict) error { return nil }

// testEvents are the events of go test -json. The one that ends a test has its
// verdict, and its action may be inconclusive.
type testEvents struct {
	w        io.Writer
	describe goTestText
	pkg      string
}

// testEvent is an event, with the fields of cmd/test2json.
type testEvent struct {
	Time    time.Time
	Action  string
	Package string
	Test    string           `json:",omitempty"`
	Elapsed *float64         `json:",omitempty"`
	Output  string           `json:",omitempty"`
	Verdict *verdict.Verdict `json:",omitempty"`
}

func (s *testEvents) event(e testEvent) error {
	e.Time, e.Package = time.Now(), s.pkg
	b, err := json.Marshal(e)
	if err == nil {
		_, err = s.w.Write(append(b, '\n'))
	}
	return err
}

// output writes an event for each line.
func (s *testEvents) output(test, text string) error {
	for line := range strings.Lines(text) {
		if err := s.event(testEvent{Action: "output", Test: test, Output: line}); err != nil {
			return err
		}
	}
	return nil
}

func (s *testEvents) Output(text string) error { return s.output("", text) }

func (s *testEvents) Result(r Result) error {
	if err := s.event(testEvent{Action: "run", Test: r.Test}); err != nil {
		return err
	}
	for _, t := range r.Subtests {
		if err := s.event(testEvent{Action: "run", Test: t.Name}); err != nil {
			return err
		}
	}
	subtests := r.Subtests
	r.Subtests = nil
	if err := s.output(r.Test, s.describe.text(r)); err != nil {
		return err
	}
	for _, t := range subtests {
		if err := s.output(t.Name, t.line(r.Test)); err != nil {
			return err
		}
		if err := s.event(testEvent{Action: t.Action, Test: t.Name, Elapsed: new(float64)}); err != nil {
			return err
		}
	}
	elapsed := float64(r.Verdict.ElapsedMS) / 1000
	return s.event(testEvent{Action: testAction(r), Test: r.Test, Elapsed: &elapsed, Verdict: r.Verdict})
}

func (s *testEvents) End(action, why string, seconds float64) error {
	return s.event(testEvent{Action: action, Elapsed: &seconds, Output: why})
}
