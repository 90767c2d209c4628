package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() {
	register(Format{
		Name: "json", Help: "one JSON object on a line for each result",
		Stream: func(w io.Writer, _ Options) Stream { return jsonStream{w} },
		Package: func(w io.Writer, o Options, importPath string) PackageStream {
			o.raw = true
			return &testEvents{w: w, describe: goTestText{options: o}, pkg: importPath}
		},
	})
}

// JSON writes a verdict as one line: an object of the schema that it names.
func JSON(w io.Writer, v *verdict.Verdict) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(withLists(v))
}

// withLists is a verdict whose lists are lists where there is nothing in them: what must
// be there is not null.
func withLists(v *verdict.Verdict) *verdict.Verdict {
	c := *v
	c.Findings = slices.Clone(v.Findings)
	if c.Findings == nil {
		c.Findings = []verdict.Finding{}
	}
	for i := range c.Findings {
		if t := c.Findings[i].Trace; t != nil && (t.Steps == nil || t.Processes == nil) {
			full := *t
			full.Steps = append([]verdict.Step{}, t.Steps...)
			full.Processes = append([]string{}, t.Processes...)
			c.Findings[i].Trace = &full
		}
	}
	return &c
}

type jsonStream struct{ w io.Writer }

func (s jsonStream) Result(r Result) error      { return JSON(s.w, r.Verdict) }
func (jsonStream) End([]*verdict.Verdict) error { return nil }

// testEvents are the events of go test -json: each is one that cmd/test2json may
// write, with a verdict besides where it ends a test. An inconclusive test or package
// ends with the action fail: readers know no other that is no pass, and the verdict
// tells the two apart.
type testEvents struct {
	w        io.Writer
	describe goTestText
	pkg      string
	begun    bool
	text     string // that belongs to no test
}

// testEvent is an event, with the fields of cmd/test2json.
type testEvent struct {
	Time time.Time
	// Action is start, run, output, pass, skip or fail; of a build build-output or
	// build-fail.
	Action      string
	ImportPath  string           `json:",omitempty"` // of a build: the package
	Package     string           `json:",omitempty"`
	Test        string           `json:",omitempty"`
	Elapsed     *float64         `json:",omitempty"` // in seconds
	Output      string           `json:",omitempty"`
	FailedBuild string           `json:",omitempty"` // the build because of which a package fails
	Verdict     *verdict.Verdict `json:",omitempty"` // of the test that ends
}

// maxEvent is how long the line of an event may be, in bytes: readers of go test -json
// are known to read lines of up to 64 KB, bufio.MaxScanTokenSize.
const maxEvent = 60_000

// maxOutput is how much output an event has, in bytes. In JSON a byte may take six.
const maxOutput = 8_000

func (s *testEvents) event(e testEvent) error {
	e.Time = time.Now()
	if e.Verdict != nil {
		e.Verdict = withLists(e.Verdict)
	}
	if e.ImportPath == "" {
		e.Package = s.pkg
	}
	b, err := json.Marshal(e)
	if err == nil && len(b) > maxEvent && e.Verdict != nil {
		e.Verdict = shortened(e.Verdict)
		b, err = json.Marshal(e)
	}
	if err == nil {
		_, err = s.w.Write(append(b, '\n'))
	}
	return err
}

// output writes an event for each line, or for each part of a long one.
func (s *testEvents) output(e testEvent, text string) error {
	for line := range strings.Lines(text) {
		for line != "" {
			n := len(line)
			if n > maxOutput {
				for n = maxOutput; n > maxOutput-utf8.UTFMax && !utf8.RuneStart(line[n]); {
					n--
				}
			}
			e.Output, line = line[:n], line[n:]
			if err := s.event(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// start writes the event that begins a package, once.
func (s *testEvents) start() error {
	if s.begun {
		return nil
	}
	s.begun = true
	return s.event(testEvent{Action: "start"})
}

// Output keeps the text until it is known what it is about.
func (s *testEvents) Output(text string) error {
	s.text += text
	return nil
}

func (s *testEvents) Result(r Result) error {
	if err := s.start(); err != nil {
		return err
	}
	root := &subtest{Subtest: Subtest{Name: r.Test, Action: eventAction(testAction(r))}}
	for _, t := range r.Subtests {
		root.add(r.Test, t)
	}
	r.Subtests = nil
	if err := s.run(root); err != nil {
		return err
	}
	text := s.describe.text(r)
	switch {
	case text != "":
	case root.Action == "skip":
		text = testIndent + clean(r.Skipped) + "\n" + root.line(r.Test)
	default:
		text = root.line(r.Test)
	}
	if err := s.output(testEvent{Action: "output", Test: r.Test}, text); err != nil {
		return err
	}
	for _, t := range root.below {
		if err := s.finish(r.Test, t); err != nil {
			return err
		}
	}
	elapsed := float64(r.Verdict.ElapsedMS) / 1000
	return s.event(testEvent{Action: root.Action, Test: r.Test, Elapsed: &elapsed, Verdict: r.Verdict})
}

// run writes that a test and those below it begin.
func (s *testEvents) run(t *subtest) error {
	err := s.event(testEvent{Action: "run", Test: t.Name})
	if err == nil {
		err = s.output(testEvent{Action: "output", Test: t.Name}, "=== RUN   "+t.Name+"\n")
	}
	for _, b := range t.below {
		if err == nil {
			err = s.run(b)
		}
	}
	return err
}

// finish writes what became of a subtest, after those below it.
func (s *testEvents) finish(test string, t *subtest) error {
	for _, b := range t.below {
		if err := s.finish(test, b); err != nil {
			return err
		}
	}
	if err := s.output(testEvent{Action: "output", Test: t.Name}, t.line(test)); err != nil {
		return err
	}
	return s.event(testEvent{Action: t.Action, Test: t.Name, Elapsed: new(float64)})
}

func (s *testEvents) End(action, why string, seconds float64) error {
	end := testEvent{Action: eventAction(action), Elapsed: &seconds}
	switch why { // in the words of go test, which readers look for
	case NoTestFunctions:
		why = "[no test files]"
	case NoTestsToRun:
		action, end.Action, why = "pass", "pass", fmt.Sprintf("%.3fs %s", seconds, why)
	}
	if why == BuildFailed {
		if err := s.output(testEvent{Action: "build-output", ImportPath: s.pkg}, s.text); err != nil {
			return err
		}
		if err := s.event(testEvent{Action: "build-fail", ImportPath: s.pkg}); err != nil {
			return err
		}
		s.text, end.FailedBuild = "", s.pkg
	}
	if err := s.start(); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(s.text)
	text := s.describe
	text.w, text.pkg = &b, s.pkg
	if err := text.End(action, why, seconds); err != nil {
		return err
	}
	if err := s.output(testEvent{Action: "output"}, b.String()); err != nil {
		return err
	}
	return s.event(end)
}

// eventAction is the action of an event: pass, skip or fail.
func eventAction(action string) string {
	if action == string(verdict.Inconclusive) {
		return string(verdict.Fail)
	}
	return action
}

// subtest is a test in the tree of those below a test.
type subtest struct {
	Subtest
	below []*subtest
}

// add puts a test where it belongs. Those on the way there that are not told of, as
// names that are cut, are taken to end as it does.
func (t *subtest) add(prefix string, s Subtest) {
	rest, inside := strings.CutPrefix(s.Name, prefix+"/")
	name := s.Name
	if first, _, deeper := strings.Cut(rest, "/"); inside && deeper {
		name = prefix + "/" + first
	}
	i := slices.IndexFunc(t.below, func(b *subtest) bool { return b.Name == name })
	if i < 0 {
		i = len(t.below)
		t.below = append(t.below, &subtest{Subtest: Subtest{Name: name, Action: s.Action}})
	}
	if name == s.Name {
		t.below[i].Action = s.Action
		return
	}
	t.below[i].add(name, s)
}

// shortened is a verdict without the steps of its traces: these say how many there are,
// and how to run them again.
func shortened(v *verdict.Verdict) *verdict.Verdict {
	c := *v
	c.Findings = slices.Clone(v.Findings)
	for i := range c.Findings {
		t := c.Findings[i].Trace
		if t == nil {
			continue
		}
		c.Findings[i].Trace = &verdict.Trace{
			Format: t.Format, Picture: t.Picture, Subject: t.Subject, Params: t.Params, Processes: t.Processes,
			Steps: []verdict.Step{}, LeftOut: len(t.Steps), Unavoidable: t.Unavoidable, Replay: t.Replay, ReplayFile: t.ReplayFile,
		}
	}
	return &c
}
