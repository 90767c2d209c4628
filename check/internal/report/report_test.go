package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// compare compares with a golden file, or writes it.
func compare(t *testing.T, name, got string) {
	t.Helper()
	golden.Compare(t, filepath.Join("testdata", name+".golden"), got)
}

// section is a part of a golden file.
func section(b *strings.Builder, name string, write func(io.Writer) error) {
	fmt.Fprintf(b, "==== %s\n", name)
	if err := write(b); err != nil {
		fmt.Fprintln(b, "error:", err)
	}
}

func TestGolden(t *testing.T) {
	for name, v := range fixtures() {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, width := range []int{0, 120, 40} {
				section(&b, fmt.Sprintf("text, width %d", width), func(w io.Writer) error {
					return report.Text(w, v, report.Options{Width: width})
				})
			}
			section(&b, "line", func(w io.Writer) error { return report.Line(w, v, report.Options{}) })
			section(&b, "json", func(w io.Writer) error { return report.JSON(w, v) })
			section(&b, "junit", func(w io.Writer) error { return report.JUnit(w, runOf(v)) })
			compare(t, name, b.String())
		})
	}
}

func runOf(vs ...*verdict.Verdict) (r report.Run) {
	for _, v := range vs {
		r.Results = append(r.Results, report.Result{Verdict: v})
	}
	return r
}

func sweepOf(n int) []*verdict.Verdict {
	var vs []*verdict.Verdict
	for p := 1; p <= n; p++ {
		for _, notify := range []string{"one", "all"} {
			v := pass()
			switch {
			case p > 2 && notify == "one":
				v = deadlock()
				v.Findings = append(v.Findings, lostItem().Findings...)
			case p > 1:
				v = inconclusive()
			}
			v.Subject = "blocking-queue"
			v.Params = []verdict.Param{{Name: "producers", Value: fmt.Sprint(p)}, {Name: "consumers", Value: "3"}, {Name: "notify", Value: notify}}
			vs = append(vs, v)
		}
	}
	return vs
}

func TestTableGolden(t *testing.T) {
	var b strings.Builder
	for _, width := range []int{0, 70, 40} {
		section(&b, fmt.Sprintf("table, width %d", width), func(w io.Writer) error {
			return report.Table(w, sweepOf(3), report.Options{Width: width})
		})
	}
	section(&b, "one", func(w io.Writer) error { return report.Table(w, sweepOf(3)[:1], report.Options{}) })
	section(&b, "none", func(w io.Writer) error { return report.Table(w, nil, report.Options{}) })
	section(&b, "junit", func(w io.Writer) error { return report.JUnit(w, runOf(sweepOf(2)...)) })
	compare(t, "sweep", b.String())
}

func TestTextsKeepToTheirWidth(t *testing.T) {
	fits := func(name, text string, width int) {
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if !strings.HasPrefix(line, "ipccheck replay ") {
				assert.LessOrEqual(t, utf8.RuneCountInString(line), width, "%s: %q", name, line)
				assert.Equal(t, strings.TrimRight(line, " "), line, "%s: blanks at the end", name)
			}
		}
	}
	for name, v := range fixtures() {
		for width := report.MinWidth; width < 140; width++ {
			var b strings.Builder
			require.NoError(t, report.Text(&b, v, report.Options{Width: width}))
			fits(name, b.String(), width)
		}
	}
	for width := report.MinWidth; width < 140; width++ {
		var b strings.Builder
		require.NoError(t, report.Table(&b, sweepOf(3), report.Options{Width: width}))
		fits("sweep", b.String(), width)
	}
}

// Whatever the form, no statement and no value is cut.
func TestNothingIsCut(t *testing.T) {
	for _, v := range []*verdict.Verdict{lostItem(), deadlock()} {
		for width := report.MinWidth; width < 140; width += 7 {
			var b strings.Builder
			require.NoError(t, report.Text(&b, v, report.Options{Width: width}))
			words := func(text string) {
				for w := range strings.FieldsSeq(text) {
					assert.Contains(t, b.String(), w, "width %d", width)
				}
			}
			for _, s := range v.Findings[0].Trace.Steps {
				words(s.Text)
				file, line, _ := strings.Cut(s.Position, ":")
				words(file + " :" + line)
			}
			words(v.Findings[0].Message)
			words(v.Coverage)
		}
	}
}

// The last line of a failure is the command that repeats it, whole.
func TestLastLineRepeatsTheRun(t *testing.T) {
	for name, want := range map[string]string{
		"lost-item":    "ipccheck replay 'circular-queue:size=4,producers=2,items=2#0.0,1.0,0.1,1.1,0.2'",
		"deadlock":     "ipccheck replay 'blocking-queue#6.1,0.0.2,0.0,1.0,5.1.1,4.1'",
		"two-findings": "ipccheck replay 'circular-queue:size=4,producers=2,items=2#0.0,1.0'",
		"hostile":      `ipccheck replay 'it'\''s#'`,
	} {
		var b strings.Builder
		require.NoError(t, report.Text(&b, fixtures()[name], report.Options{}))
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		assert.Equal(t, want, lines[len(lines)-1])
	}
}

func TestColourIsOnlyEscapes(t *testing.T) {
	for name, v := range fixtures() {
		var with, without strings.Builder
		require.NoError(t, report.Text(&with, v, report.Options{Color: true}))
		require.NoError(t, report.Text(&without, v, report.Options{}))
		assert.NotContains(t, without.String(), "\x1b", name)
		assert.Contains(t, with.String(), "\x1b[", name)
		bare := with.String()
		for _, style := range []string{"0", "1", "1;31", "1;32", "1;33"} {
			bare = strings.ReplaceAll(bare, "\x1b["+style+"m", "")
		}
		assert.Equal(t, without.String(), bare, name)
	}
}

func TestElapsedTimeShowsOnlyInJSONAndJUnit(t *testing.T) {
	a, b := pass(), pass()
	b.ElapsedMS *= 3
	for _, write := range []func(io.Writer, *verdict.Verdict) error{
		func(w io.Writer, v *verdict.Verdict) error { return report.Text(w, v, report.Options{}) },
		func(w io.Writer, v *verdict.Verdict) error { return report.Line(w, v, report.Options{}) },
		func(w io.Writer, v *verdict.Verdict) error {
			return report.Table(w, []*verdict.Verdict{v}, report.Options{})
		},
	} {
		var x, y strings.Builder
		require.NoError(t, write(&x, a))
		require.NoError(t, write(&y, b))
		assert.Equal(t, x.String(), y.String())
	}
}

// The keys of the contract, in one line.
func TestJSONSchema(t *testing.T) {
	var b bytes.Buffer
	v := lostItem()
	v.Findings[0].Message = "a<b && c>d"
	require.NoError(t, report.JSON(&b, v))
	assert.Equal(t, 1, strings.Count(b.String(), "\n"))
	assert.Contains(t, b.String(), "a<b && c>d")
	var m map[string]any
	require.NoError(t, json.Unmarshal(b.Bytes(), &m))
	for _, key := range []string{"schema", "subject", "kind", "verdict", "reason", "coverage", "findings", "counts", "engine", "seed", "elapsed_ms"} {
		assert.Contains(t, m, key)
	}
	counts, ok := m["counts"].(map[string]any)
	require.True(t, ok)
	for _, key := range []string{
		"distinct", "transitions", "depth", "deadlock_states", "executions", "blocked", "deadlocked", "steps", "operations", "overlapping",
	} {
		assert.Contains(t, counts, key)
	}
	assert.Equal(t, "ipccheck/1", m["schema"])
	var back verdict.Verdict
	require.NoError(t, json.Unmarshal(b.Bytes(), &back))
	assert.Equal(t, v, &back)
}

func TestJSONFindingsAreNeverNull(t *testing.T) {
	var b bytes.Buffer
	v := &verdict.Verdict{}
	require.NoError(t, report.JSON(&b, v))
	assert.Contains(t, b.String(), `"findings":[]`)
	assert.Nil(t, v.Findings, "the verdict is the caller's")
}

func TestJUnitIsWellFormed(t *testing.T) {
	var all []*verdict.Verdict
	for _, name := range []string{"pass", "lost-item", "inconclusive", "hostile", "suite"} {
		all = append(all, fixtures()[name])
	}
	var b bytes.Buffer
	require.NoError(t, report.JUnit(&b, runOf(all...)))
	var doc struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Cases    []struct {
				Name string `xml:"name,attr"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(b.Bytes(), &doc))
	require.Len(t, doc.Suites, 1)
	s := doc.Suites[0]
	assert.Equal(t, []int{5, 3, 1, 5}, []int{s.Tests, s.Failures, s.Errors, len(s.Cases)})
}

type brokenWriter struct{ left int }

func (w *brokenWriter) Write(b []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, errors.New("no more room")
	}
	return len(b), nil
}

func TestErrorsOfWritingAreReturned(t *testing.T) {
	v := deadlock()
	vs := []*verdict.Verdict{v}
	for n := range 3 {
		assert.Error(t, report.Text(&brokenWriter{n}, v, report.Options{}))
		assert.Error(t, report.Trace(&brokenWriter{n}, v.Findings[0].Trace, report.Options{}))
		assert.Error(t, report.Table(&brokenWriter{n}, vs, report.Options{}))
	}
	assert.Error(t, report.JSON(&brokenWriter{}, v))
	assert.Error(t, report.JUnit(&brokenWriter{}, runOf(vs...)))
	assert.Error(t, report.Line(&brokenWriter{}, v, report.Options{}))
	assert.Error(t, report.Paragraph(&brokenWriter{}, "x", report.Options{}))
	assert.Error(t, report.Columns(&brokenWriter{}, [][]string{{"x"}}, report.Options{}))
}

func TestColumns(t *testing.T) {
	var b strings.Builder
	rows := [][]string{{"name", "a text that is too long for one line of forty columns"}, {"longer-name", ""}}
	require.NoError(t, report.Columns(&b, rows, report.Options{Width: 40}))
	assert.Equal(t, "name         a text that is too long for\n             one line of forty columns\nlonger-name\n", b.String())
	b.Reset()
	require.NoError(t, report.Columns(&b, [][]string{{strings.Repeat("x", 90), strings.Repeat("y", 90)}}, report.Options{Width: 40}))
	assert.Equal(t, 90, strings.Count(b.String(), "x"))
	assert.Equal(t, 90, strings.Count(b.String(), "y"))
	require.NoError(t, report.Columns(&b, nil, report.Options{}))
}

// Of a long run without names the first row is shown, the critical one and the last.
func TestLongTracesAreFolded(t *testing.T) {
	tr := &verdict.Trace{Processes: []string{"main", "other"}}
	for i := range 1000 {
		tr.Steps = append(tr.Steps, verdict.Step{Process: i / 7 % 2, Label: fmt.Sprint("step", i%3), Critical: i == 500})
	}
	var b strings.Builder
	require.NoError(t, report.Trace(&b, tr, report.Options{}))
	text := b.String()
	for _, want := range []string{" 1–7  ", "… 493 steps of main, other", "!501  ", "… 493 steps of main, other", "1000  "} {
		assert.Contains(t, text, want)
	}
	assert.Less(t, strings.Count(text, "\n"), 20)
	b.Reset()
	require.NoError(t, report.Trace(&b, tr, report.Options{Verbose: true}))
	assert.Equal(t, 1002, strings.Count(b.String(), "\n"), "every step, the heading, and the sign explained")
}

// A pass with a warning shows who waits, and what it assumes stands once: below the test
// if that is shown in full, else below all tests.
func TestPassWithWarning(t *testing.T) {
	v := failures(t)["05-leak-after-timeout"]
	v.Answer, v.Findings[0].Severity = verdict.Pass, verdict.Warning
	v.Assume(verdict.Assumption{Premise: "the sky is blue"})
	for _, verbose := range []bool{false, true} {
		var b strings.Builder
		s := report.Default().Package(&b, report.Options{Verbose: verbose}, "example.com/m")
		require.NoError(t, s.Result(report.Result{Verdict: v, Test: "TestAsk"}))
		below := strings.Contains(b.String(), "assumes: ")
		require.NoError(t, s.End("pass", "", 1))
		assert.Equal(t, verbose, below)
		assert.Equal(t, 1, strings.Count(b.String(), "assumes: the sky is blue\n"), b.String())
		assert.Contains(t, b.String(), "    WHO WAITS, line numbers of leak_test.go\n")
		assert.Equal(t, verbose, strings.Contains(b.String(), "HOW IT GETS THERE"))
	}
}

// Of several faults of one run the run is told once.
func TestARunIsToldOnce(t *testing.T) {
	steps := func() *verdict.Trace {
		return &verdict.Trace{Picture: verdict.GoPicture, Processes: []string{"main"}, Steps: []verdict.Step{{Label: "mu.Lock()"}}}
	}
	v := &verdict.Verdict{Subject: "x", Kind: verdict.Test, Answer: verdict.Fail, Findings: []verdict.Finding{
		{Code: verdict.DataRace, Message: "a is read and written", Trace: steps()}, {Code: verdict.DataRace, Message: "b is read and written", Trace: steps()},
	}}
	var b strings.Builder
	require.NoError(t, report.Text(&b, v, report.Options{Width: 80}))
	assert.Contains(t, b.String(), "FAIL x: IPC010 data race ×2\n")
	assert.Equal(t, 1, strings.Count(b.String(), "mu.Lock()"))
	assert.Contains(t, b.String(), "HOW IT GETS THERE, as above\n")

	v.Findings[1].Trace.Steps[0].Label = "mu.Unlock()"
	b.Reset()
	require.NoError(t, report.Text(&b, v, report.Options{Width: 80}))
	assert.NotContains(t, b.String(), "as above")
}

// What an operation of a suite returns is told in a row of its own.
func TestAnswersAreTold(t *testing.T) {
	trace := &verdict.Trace{Picture: verdict.GoPicture, Processes: []string{"consumer 1"}}
	for _, label := range []string{"recv()", "mu.Lock()", "mu.Unlock()", "recv returns", "recv()", "mu.Lock()", "mu.Unlock()", "recv returns", "len()"} {
		s := verdict.Step{Label: label}
		switch label {
		case "recv returns":
			s.Note = "-> item 1"
		case "len()":
			s.Note = "-> 0"
		}
		trace.Steps = append(trace.Steps, s)
	}
	for range 16 {
		trace.Steps = append(trace.Steps, verdict.Step{Label: "mu.Lock()"})
	}
	var b strings.Builder
	require.NoError(t, report.Trace(&b, trace, report.Options{Width: 80}))
	assert.Equal(t, 2, strings.Count(b.String(), "recv returns item 1\n"), b.String())
	assert.Contains(t, b.String(), "len() → 0\n")
	assert.NotContains(t, b.String(), "->")
}
