package class_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/class"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// scripted is a course whose submissions are looked at in these steps, each of which is
// told; the last is all that there is.
type scripted []language.Evidence

func (s scripted) Look(_ context.Context, _ *submission.Submission, w language.Work) (*language.Evidence, error) {
	for i := range s[:len(s)-1] {
		w.Partial(&s[i])
	}
	return &s[len(s)-1], nil
}

// What is known while a submission is under way has points for nothing that can still
// fail, has the faults that are known, and is not taken for a result.
func TestPartial(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte("package a\n"), 0o600))
	a := &assignment.Assignment{Dir: dir, Name: "x", HandIn: assignment.HandIn{"a.go"}, Properties: []assignment.Property{
		{Name: "items", Points: 40, Codes: []string{"IPC002"}},
		{Name: "waiting", Points: 50, Codes: []string{"IPC001"}},
		{Name: "race", Points: 10, Codes: []string{"IPC010"}},
	}}
	right := language.Scenario{Name: "a", Words: "a", Judged: true, Moves: true, Verdict: &verdict.Verdict{Answer: verdict.Pass}}
	wrong := right
	wrong.Verdict = &verdict.Verdict{Answer: verdict.Fail, Findings: []verdict.Finding{{Code: verdict.Deadlock}}}
	both := []language.Scenario{right, wrong}
	all := []verdict.Code{assignment.AnyCode}
	var parts []*result.Result
	c := &class.Class{
		Assignment: a, Workers: 1, Partial: func(r *result.Result) { parts = append(parts, r) },
		Course: scripted{{Scenarios: both[:1], Left: all}, {Scenarios: both, Left: all}, {Scenarios: both, Left: []verdict.Code{verdict.DataRace}}, {Scenarios: both}},
	}
	results, err := c.Grade(context.Background(), []submission.Listed{{Name: "s", Path: dir}})
	require.NoError(t, err)
	require.Len(t, parts, 4)
	outcomes := func(r *result.Result) (all []result.Outcome) {
		for _, p := range r.Properties {
			all = append(all, p.Outcome)
		}
		return all
	}
	const open, lost, held = result.Undecided, result.Lost, result.Passed
	for i, want := range []struct {
		outcomes []result.Outcome
		points   float64
	}{{[]result.Outcome{open, open, open}, 0}, {[]result.Outcome{open, open, open}, 0}, {[]result.Outcome{open, lost, open}, 0}, {[]result.Outcome{held, lost, open}, 40}} {
		assert.Equal(t, want.outcomes, outcomes(parts[i]), "part %d", i)
		assert.Equal(t, want.points, parts[i].Points, "part %d", i)
		assert.Equal(t, result.Unfinished, parts[i].Status, "part %d", i)
	}
	assert.Equal(t, result.Graded, results[0].Status)
	assert.Equal(t, 50.0, results[0].Points)
}

// A submission that does not compile because the machine has nothing left is not at fault.
func TestExhausted(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte("package a\n"), 0o600))
	a := &assignment.Assignment{Dir: dir, Name: "x", HandIn: assignment.HandIn{"a.go"}, Properties: []assignment.Property{{Name: "items", Points: 40}}}
	for want, place := range map[result.Status]result.Place{
		result.Failed:  {Text: "compile: writing output: write $WORK/b129/_pkg_.a: no space left on device"},
		result.Unbuilt: {File: "a.go", Line: 1, Text: "undefined: no space left on device"},
	} {
		c := &class.Class{Assignment: a, Workers: 1, Course: scripted{{Unbuilt: []result.Place{place}}}}
		results, err := c.Grade(context.Background(), []submission.Listed{{Name: "s", Path: dir}})
		require.NoError(t, err)
		assert.Equal(t, want, results[0].Status)
	}
}

// broken is a course that comes upon an internal error.
type broken struct{}

func (broken) Look(context.Context, *submission.Submission, language.Work) (*language.Evidence, error) {
	panic("there is no such operation")
}

// An internal error costs no points that staff do not see, and the others are graded.
func TestInternalError(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte("package a\n"), 0o600))
	a := &assignment.Assignment{Dir: dir, HandIn: assignment.HandIn{"a.go"}, Properties: []assignment.Property{{Name: "items", Points: 40}}}
	c := &class.Class{Assignment: a, Workers: 1, Course: broken{}}
	results, err := c.Grade(context.Background(), []submission.Listed{{Name: "s", Path: dir}, {Name: "t", Path: dir}})
	require.NoError(t, err)
	require.Len(t, results, 2)
	for _, r := range results {
		assert.Equal(t, result.Failed, r.Status)
		assert.Equal(t, []string{"an internal error of ipccheck, please report it: there is no such operation"}, r.ForStaff)
		assert.Equal(t, result.Undecided, r.Properties[0].Outcome)
	}
}
