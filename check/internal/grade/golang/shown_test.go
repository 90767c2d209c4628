package golang

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// What a suite does itself is left out, and what refers to later steps still does; an
// operation before a statement is that statement.
func TestWhatIsShownIsOfTheSubmission(t *testing.T) {
	dir := t.TempDir()
	source := "package q\n\nfunc put() {\n\tipccheckStep.Step(); if full() { ipccheckStep.Step(); return } // no room\n}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "q.go"), []byte(source), 0o600))
	step := verdict.Frame{Func: "check.Step", Position: suiteFolder + "step.go:10:16"}
	script := verdict.Frame{Func: "check.run.script", Position: suiteFolder + "perform.go:160:6"}
	trace := &verdict.Trace{
		Actors: []verdict.Actor{{}, {Born: 1, Ended: 5}},
		Sites: []verdict.Site{
			{Label: "all.Add(1)", Position: script.Position, Frames: []verdict.Frame{script}},
			{Label: "steps.Add(1)", Position: step.Position, Frames: []verdict.Frame{step, {Func: "put", Position: "q.go:4:2"}, script}},
			{Label: "steps.Add(1)", Position: step.Position, Frames: []verdict.Frame{step, {Func: "put", Position: "q.go:4:35"}, script}},
			{Label: "mu.Lock()", Position: "q.go:9:2", Frames: []verdict.Frame{{Func: "put", Position: "q.go:9:2"}, script}},
		},
		Holds: []verdict.Hold{{Process: 1, Since: 4}},
	}
	for _, site := range []int{1, 2, 3, 4, 1} {
		s := trace.Sites[site-1]
		trace.Steps = append(trace.Steps, verdict.Step{Process: 1, Site: site, Label: s.Label, Position: s.Position, Object: 1, Changes: []verdict.Change{{Name: "n"}}})
	}
	trace.Steps[3].After = []verdict.Cause{{Step: 1}, {Step: 3}}
	ofSubmission(&verdict.Verdict{Findings: []verdict.Finding{{Trace: trace}, {}}}, dir)

	require.Len(t, trace.Steps, 3)
	assert.Equal(t, []string{"if full()", "return", "mu.Lock()"}, []string{trace.Steps[0].Label, trace.Steps[1].Label, trace.Steps[2].Label})
	assert.Equal(t, "q.go:4", trace.Steps[1].Position)
	assert.Empty(t, trace.Steps[0].Changes)
	assert.Equal(t, "if full() { return } // no room", trace.Sites[1].Text)
	assert.Len(t, trace.Sites[3].Frames, 1)
	assert.Equal(t, []verdict.Cause{{Step: 2}}, trace.Steps[2].After)
	assert.Equal(t, []int{0, 3, 3}, []int{trace.Actors[1].Born, trace.Actors[1].Ended, trace.Holds[0].Since})
}
