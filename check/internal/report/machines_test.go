package report_test

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func format(name string) report.Format {
	formats := report.Formats()
	return formats[slices.IndexFunc(formats, func(f report.Format) bool { return f.Name == name })]
}

// inCheckout is a result whose files are in the folder queue of a checkout.
func inCheckout(v *verdict.Verdict) report.Result {
	return report.Result{
		Verdict: v, Test: v.Subject, Package: "example.com/m/queue", Position: "queue_test.go:7",
		File: func(name string) string {
			if name == "queue.go" || name == "queue_test.go" || name == "a b%.go" {
				return "queue/" + name
			}
			return ""
		},
	}
}

// lostWakeup is a trace of goroutines with everything that one may have.
func lostWakeup() *verdict.Verdict {
	one := 1
	t := &verdict.Trace{
		Format: verdict.TraceFormat, Picture: verdict.GoPicture, Subject: "TestHandOver",
		Processes: []string{"main", "goroutine 1"},
		Actors: []verdict.Actor{
			{ID: "test", Name: "test", Kind: "goroutine"},
			{ID: "G1", Name: "put", Kind: "goroutine", Go: &verdict.Start{Position: "queue_test.go:12:2", Func: "TestHandOver", Text: "go put(q)"}, Parent: new(int)},
		},
		Objects: []verdict.Object{{Name: "q.mu", Kind: "mutex"}, {Name: "q.more; #1 <-", Kind: "cond"}},
		Sites: []verdict.Site{
			{Op: "lock", Label: "q.mu.Lock()", Position: "queue.go:20:2", Func: "(*Queue).Get", Text: "q.mu.Lock()", Frames: []verdict.Frame{{Func: "(*Queue).Get", Position: "queue.go:20:2"}, {Func: "TestHandOver", Position: "queue_test.go:13:3"}}},
			{Op: "signal", Label: "q.more.Signal()", Position: "queue.go:31:9", Func: "(*Queue).Put"},
			{Op: "wait", Label: "q.more.Wait()", Position: "queue.go:24:9", Func: "(*Queue).Get", Text: "q.more.Wait()"},
		},
		Steps: []verdict.Step{
			{Process: 1, Site: 1, Op: "lock", Object: 1, Changes: []verdict.Change{{Name: "q.mu", From: "free", To: "G1", Object: 1, Field: "owner"}}},
			{Process: 1, Site: 2, Label: "q.more.Signal()", Position: "queue.go:31:9", Object: 2, Note: "nobody waits", Critical: true},
			{Process: 0, Site: 1, Object: 1},
			{Process: 0, Site: 1, Object: 1},
			{Process: 0, Site: 3, Object: 2, Blocks: true, After: []verdict.Cause{{Step: 2, Kind: "wake"}, {Step: 99}}},
		},
		Waiting: []verdict.Waiting{{Process: 0, Label: "q.more.Wait()", For: "a signal | broadcast", Position: "queue.go:24:9", Site: 3, Object: 2, Holder: &one}},
		Replay:  "go-test:example.com/m/queue:TestHandOver#1x2,0x3",
	}
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: "TestHandOver", Kind: verdict.Test, Answer: verdict.Fail, Coverage: "3 executions",
		Findings: []verdict.Finding{{
			Code: verdict.LostWakeup, Message: "test waits forever", Cause: "test waits for q.more at queue.go:24; G1 put has signalled before", Trace: t,
			Fingerprint: "0123456789abcdef", Executions: 1, Of: 3,
		}},
		Outcomes: []verdict.Outcome{{Answer: verdict.Fail, Code: verdict.LostWakeup, Executions: 1, Replay: t.Replay}, {Answer: verdict.Pass, Executions: 2}},
	}
}

func race() *verdict.Verdict {
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: "TestTotal", Kind: verdict.Test, Answer: verdict.Fail,
		Findings: []verdict.Finding{{
			Code: verdict.DataRace, Message: "goroutine 1 writes at queue.go:9, main reads at queue_test.go:8",
			Accesses: []verdict.Access{{Write: true, Position: "queue.go:9", Function: "add"}, {Position: "queue_test.go:8", Function: "report"}},
		}},
	}
}

// What machines read of a failure, a race, an inconclusive test, a skipped one, a model,
// and what is hostile.
func TestMachinesGolden(t *testing.T) {
	skipped := inCheckout(pass())
	skipped.Verdict.Subject, skipped.Test, skipped.Verdict.Kind, skipped.Verdict.Params, skipped.Skipped = "TestLater", "TestLater", verdict.Test, nil, "not today"
	undecided := inCheckout(inconclusive())
	undecided.Verdict.Subject, undecided.Test, undecided.Verdict.Reason = "TestPipe", "TestPipe", "the program reaches what is not controlled: queue.go:3: os.Pipe"
	found := inCheckout(lostWakeup())
	found.Subtests = []report.Subtest{{Name: "TestHandOver/a", Action: "pass"}, {Name: "TestHandOver/b", Action: "fail"}, {Name: "TestHandOver/c", Action: "skip"}}
	run := report.Run{
		Results: []report.Result{found, inCheckout(race()), skipped, undecided, {Verdict: lostItem()}, inCheckout(hostile())},
		Broken:  []report.Broken{{Package: "example.com/m/broken", Why: "b.go:3:9: undefined: x\nmore"}},
		Version: "v1.2.3", Code: 1,
	}
	var b strings.Builder
	for _, name := range []string{"junit", "sarif", "codequality", "perfetto"} {
		section(&b, name, func(w io.Writer) error { return format(name).File(w, run) })
	}
	section(&b, "annotations", func(w io.Writer) error { return report.Annotations(w, run) })
	section(&b, "summary", func(w io.Writer) error { return report.Summary(w, run) })
	section(&b, "mermaid", func(w io.Writer) error {
		s := format("mermaid").Stream(w, report.Options{})
		for _, r := range run.Results {
			if err := s.Result(r); err != nil {
				return err
			}
		}
		return s.End(nil)
	})
	compare(t, "machines", b.String())
}

// long is a run of many steps.
func long(steps int) *verdict.Verdict {
	v := lostWakeup()
	t := v.Findings[0].Trace
	t.Steps[1].Critical = false
	for i := range steps {
		t.Steps = append(t.Steps, verdict.Step{Process: i % 2, Site: 1 + i%3, Label: fmt.Sprint("step ", i), Critical: i == steps/2})
	}
	return v
}

// Long runs are folded: to 900 steps in SARIF, to fewer in diagrams and tables; the
// critical step and the end are there.
func TestLongRunsAreFolded(t *testing.T) {
	v := long(8000)
	run := report.Run{Results: []report.Result{inCheckout(v)}}
	var b strings.Builder
	require.NoError(t, format("sarif").File(&b, run))
	assert.LessOrEqual(t, strings.Count(b.String(), `"executionOrder"`), 901)
	for _, want := range []string{`"step 3999"`, `"step 4000"`, `"step 7999"`, `"executionOrder": 8006`, "steps left out"} {
		assert.Contains(t, b.String(), want)
	}
	b.Reset()
	require.NoError(t, report.Summary(&b, run))
	assert.Less(t, b.Len(), 30_000)
	assert.Contains(t, b.String(), "step 4000")
}

// The fingerprint does not change when code above moves the lines.
func TestFingerprintsSurviveEdits(t *testing.T) {
	print := func(v *verdict.Verdict) string {
		var b strings.Builder
		require.NoError(t, format("codequality").File(&b, report.Run{Results: []report.Result{inCheckout(v)}}))
		var list []struct{ Fingerprint string }
		require.NoError(t, json.Unmarshal([]byte(b.String()), &list))
		require.Len(t, list, 1)
		return list[0].Fingerprint
	}
	moved := race()
	moved.Findings[0].Message = strings.ReplaceAll(moved.Findings[0].Message, "queue.go:9", "queue.go:19")
	assert.Equal(t, print(race()), print(moved))
	other := race()
	other.Findings[0].Code = verdict.Crash
	assert.NotEqual(t, print(race()), print(other))
	assert.Equal(t, "0123456789abcdef", print(lostWakeup()))
}

// Lines of events are short enough for readers of go test -json, whatever the run, and
// say what is left out.
func TestEventsAreShortLines(t *testing.T) {
	var b strings.Builder
	s := format("json").Package(&b, report.Options{}, "example.com/m")
	r := inCheckout(long(8000))
	r.Output = strings.Repeat("é\x01", 100_000)
	require.NoError(t, s.Result(r))
	require.NoError(t, s.End("fail", "", 1))
	output := ""
	var end *verdict.Verdict
	for line := range strings.Lines(b.String()) {
		assert.Less(t, len(line), 64<<10)
		var e struct {
			Action, Output string
			Verdict        *verdict.Verdict
		}
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		output += e.Output
		if e.Verdict != nil {
			end = e.Verdict
		}
	}
	assert.Contains(t, output, r.Output)
	require.NotNil(t, end)
	assert.Equal(t, 8005, end.Findings[0].Trace.LeftOut)
	assert.Equal(t, r.Verdict.Findings[0].Trace.Replay, end.Findings[0].Trace.Replay)
	assert.Len(t, r.Verdict.Findings[0].Trace.Steps, 8005, "the verdict is the caller's")
}

// Events are those of go test -json: those of a test come between its run and its end,
// subtests end before the tests that they are in, and inconclusive is fail.
func TestEventsAreThoseOfGoTest(t *testing.T) {
	var b strings.Builder
	s := format("json").Package(&b, report.Options{}, "example.com/m")
	undecided := inCheckout(inconclusive())
	undecided.Test = "TestPipe"
	undecided.Subtests = []report.Subtest{{Name: "TestPipe/a", Action: "pass"}, {Name: "TestPipe/a/b", Action: "fail"}, {Name: "TestPipe/c/d", Action: "skip"}}
	require.NoError(t, s.Result(undecided))
	require.NoError(t, s.End("inconclusive", "", 1))
	broken := format("json").Package(&b, report.Options{}, "example.com/b")
	require.NoError(t, broken.Output("b.go:1:1: no\n"))
	require.NoError(t, broken.End("fail", report.BuildFailed, 0))
	none := format("json").Package(&b, report.Options{}, "example.com/n")
	require.NoError(t, none.End("skip", report.NoTestFunctions, 0))
	noneToRun := format("json").Package(&b, report.Options{}, "example.com/r")
	require.NoError(t, noneToRun.End("skip", report.NoTestsToRun, 0))
	var got []string
	for line := range strings.Lines(b.String()) {
		var e struct{ Action, Package, ImportPath, Test, Output, FailedBuild string }
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		if e.Action == "output" && e.Test != "" && !strings.HasPrefix(e.Output, "===") {
			continue
		}
		got = append(got, strings.Join(strings.Fields(strings.Join([]string{e.Action, e.Package, e.ImportPath, e.Test, e.Output, e.FailedBuild}, " ")), " "))
	}
	assert.Equal(t, []string{
		"start example.com/m",
		"run example.com/m TestPipe", "output example.com/m TestPipe === RUN TestPipe",
		"run example.com/m TestPipe/a", "output example.com/m TestPipe/a === RUN TestPipe/a",
		"run example.com/m TestPipe/a/b", "output example.com/m TestPipe/a/b === RUN TestPipe/a/b",
		"run example.com/m TestPipe/c", "output example.com/m TestPipe/c === RUN TestPipe/c",
		"run example.com/m TestPipe/c/d", "output example.com/m TestPipe/c/d === RUN TestPipe/c/d",
		"fail example.com/m TestPipe/a/b", "pass example.com/m TestPipe/a",
		"skip example.com/m TestPipe/c/d", "skip example.com/m TestPipe/c",
		"fail example.com/m TestPipe",
		"output example.com/m ??? example.com/m inconclusive 1.000s", "fail example.com/m",
		"build-output example.com/b b.go:1:1: no", "build-fail example.com/b",
		"start example.com/b", "output example.com/b FAIL example.com/b [build failed]", "fail example.com/b example.com/b",
		"start example.com/n", "output example.com/n ? example.com/n [no test files]", "skip example.com/n",
		"start example.com/r", "output example.com/r ok example.com/r 0.000s [no tests to run]", "pass example.com/r",
	}, got)
}
