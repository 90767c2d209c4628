package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// programsThatAreBuilt skips a test that builds programs of their own.
func programsThatAreBuilt(t *testing.T) {
	if _, race := record.Races(); race || testing.Short() {
		t.Skip("builds a program of its own")
	}
}

// inRoot runs a command in the root of the module, and returns what it prints and its
// exit code.
func inRoot(t *testing.T, name string, args ...string) (string, int) {
	cmd := exec.Command(name, args...)
	cmd.Dir = filepath.Join("..", "..")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err, stderr.String())
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// A suite of package check in a test that is rewritten checks the rewritten code: with
// more coverage than under go test, and the same verdict. Ordinary tests beside it are
// explored as ever.
func TestSuitesAreChecked(t *testing.T) {
	programsThatAreBuilt(t)
	text, code := inRoot(t, "ipccheck", "test", "-v", "./testdata/programs/queue")
	assert.Equal(t, 1, code)
	assert.Regexp(t, `(?m)^--- PASS: TestMyQueue .*\n.*every\s+interleaving\s+of\s+16\s+small\s+scopes,\s+in\s+3302\s+executions`, text)
	assert.Contains(t, text, "    not checked: goroutines left behind: it cannot be closed\n")
	assert.Regexp(t, `(?m)^--- PASS: TestHandOver \(.*, \d+ executions\)\n +every\s+interleaving\s+of\s+the\s+synchronisation\s+operations`, text)
	assert.Regexp(t, `(?m)^--- FAIL: TestHasty `, text)
	assert.Contains(t, text, "IPC006 overflow")
}

// students are the verdicts that tests of testdata/programs/students must get under
// ipccheck test, and whether go test finds the fault too: by chance, if it says nothing.
var students = map[string]struct {
	code   verdict.Code // empty: it is right
	goTest verdict.Answer
}{
	"TestRight":        {"", verdict.Pass},
	"TestPump":         {"", verdict.Pass},
	"TestSubtests":     {"", verdict.Pass},
	"TestWakesFirst":   {verdict.LostWakeup, ""},
	"TestTwoSteps":     {verdict.DuplicatedItem, ""},
	"TestClosesForOne": {verdict.LostWakeup, verdict.Fail},
	"TestLateSender":   {verdict.BrokenBoundary, ""},
	"TestRacy":         {verdict.DataRace, ""},
}

// go test and ipccheck test give the same verdicts on the buffers of students, but that
// ipccheck test finds what go test meets by chance. Both say so in JSON; what has been
// found is found again.
func TestSuitesUnderBothCommands(t *testing.T) {
	programsThatAreBuilt(t)
	if os.Getenv("IPCCHECK_LONG") == "" {
		t.Skip("takes most of a minute: IPCCHECK_LONG=1 runs it")
	}
	const dir = "./testdata/programs/students"
	type event struct {
		Action, Test, Key, Value string
		Verdict                  *verdict.Verdict
	}
	events := func(text string) (out []event) {
		for d := json.NewDecoder(strings.NewReader(text)); d.More(); {
			var e event
			require.NoError(t, d.Decode(&e))
			out = append(out, e)
		}
		return out
	}
	plain := map[string]verdict.Answer{}
	text, code := inRoot(t, "go", "test", "-count=1", "-json", dir)
	assert.Equal(t, 1, code)
	attributes := map[string]int{}
	for _, e := range events(text) {
		switch {
		case e.Action == "attr":
			attributes[e.Key]++
			if e.Key == check.AttrVerdict && e.Test == "TestClosesForOne" {
				assert.Equal(t, "fail IPC007", e.Value)
			}
		case e.Test != "" && (e.Action == "pass" || e.Action == "fail"):
			plain[e.Test] = verdict.Answer(e.Action)
		}
	}
	assert.Equal(t, map[string]int{check.AttrVerdict: 8, check.AttrSeed: 8, check.AttrCoverage: 8}, attributes)

	junit := filepath.Join(t.TempDir(), "junit.xml")
	text, code = inRoot(t, "ipccheck", "test", "-json", "-junit", junit, dir)
	assert.Equal(t, 1, code)
	got := map[string]*verdict.Verdict{}
	for _, e := range events(text) {
		if e.Verdict != nil {
			got[e.Test] = e.Verdict
		}
	}
	for name, want := range students {
		v := got[name]
		if !assert.NotNil(t, v, name) {
			continue
		}
		if want.goTest != "" {
			assert.Equal(t, want.goTest, plain[name], name)
		}
		assert.Contains(t, v.Coverage, "small scopes", name)
		if want.code == "" {
			assert.Equal(t, verdict.Pass, v.Answer, "%s: %s %v", name, v.Reason, v.Findings)
			continue
		}
		assert.Equal(t, verdict.Fail, v.Answer, name)
		i := slices.IndexFunc(v.Findings, func(f verdict.Finding) bool { return f.Code == want.code })
		if _, err := exec.LookPath("gcc"); err != nil && want.code == verdict.DataRace {
			continue // the detector cannot be had here
		}
		if assert.GreaterOrEqual(t, i, 0, "%s: %v", name, v.Findings) {
			assert.Regexp(t, `\bbuffer\.go:\d+`, positions(v.Findings[i]), name)
		}
	}
	report, err := os.ReadFile(junit)
	require.NoError(t, err)
	assert.Contains(t, string(report), `failures="5"`)

	late := got["TestLateSender"].Findings[0].Trace
	assert.Contains(t, late.Processes, "closer")
	text, code = inRoot(t, "ipccheck", "replay", late.Replay)
	assert.Equal(t, 1, code, text)
	assert.Contains(t, text, "FAIL TestLateSender: IPC017 broken boundary")
	assert.Contains(t, text, "this one execution")
}

// positions are where a trace, or the accesses of a race, are in the program.
func positions(f verdict.Finding) string {
	var out []string
	for _, a := range f.Accesses {
		out = append(out, a.Position)
	}
	if f.Trace != nil {
		for _, s := range f.Trace.Steps {
			out = append(out, s.Position)
		}
	}
	return strings.Join(out, " ")
}
