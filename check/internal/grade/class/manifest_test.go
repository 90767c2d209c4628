package class_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/cc"
	"github.com/ipccheck/ipccheck/check/internal/grade/class"
	"github.com/ipccheck/ipccheck/check/internal/grade/golang"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
)

// packVariable names a folder of assignments with submissions whose truth is known: a
// manifest.tsv with the columns assignment, file, language, codes and points.
const packVariable = "IPCCHECK_ASSIGNMENTS"

// ready are the assignments whose rules are in testdata/assignments: those of a pack, in C, are
// about whole programs, and say in words only how these are judged. One of a pack may be two.
var ready = map[string]map[string]string{ // by how a file begins
	"c-prodcons": {"": "c-producers-consumers"},
	"c-process":  {"bad-pipe": "c-pipe", "ok-pipe": "c-pipe", "bad-shm": "c-shared-memory", "ok-shm": "c-shared-memory"},
}

// disagreements are the points of submissions for which the manifest is not right, and why.
var disagreements = map[string]struct{ points, why string }{
	"c-prodcons/bad-main-does-not-join.c": {"55/100", "race is lost, too: main reads how many were taken, and frees the buffer, while consumers are at work; gcc -fsanitize=thread reports both, and the manifest has seen a race itself"},
}

// Every submission of a pack gets the points that it deserves, with a code that fits:
//
//	IPCCHECK_ASSIGNMENTS=DIR go test ./check/internal/grade/class -run Manifest -timeout 1h
//
// One assignment alone: -run Manifest/c-cond.
func TestManifest(t *testing.T) {
	pack := os.Getenv(packVariable)
	if pack == "" {
		t.Skip("set " + packVariable + " to a folder of assignments with a manifest.tsv")
	}
	text, err := os.ReadFile(filepath.Join(pack, "manifest.tsv"))
	require.NoError(t, err)
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	require.NoError(t, err)
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	by := map[string][][]string{}
	for _, row := range rows[1:] {
		if name := column(row, "assignment"); name != "hostile" {
			by[name] = append(by[name], row)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		t.Run(name, func(t *testing.T) {
			graded := map[string]*result.Result{}
			for _, res := range gradePacked(t, filepath.Join(pack, name)) {
				graded[res.Submission] = res
			}
			for _, row := range by[name] {
				file := column(row, "file")
				res := graded[strings.TrimSuffix(file, filepath.Ext(file))]
				require.NotNil(t, res, file)
				points := column(row, "points")
				if d, ok := disagreements[name+"/"+file]; ok {
					assert.NotEqual(t, points, d.points, "%s: it is right by now", file)
					points = d.points
				}
				assert.Equal(t, points, fmt.Sprintf("%v/%v", res.Points, res.Max), "%s: %s", file, res.Message)
				assert.True(t, fits(res, column(row, "codes")), "%s: none of %s in %v", file, column(row, "codes"), codes(res))
			}
		})
	}
}

// gradePacked grades the submissions of an assignment of a pack, by its own rules or by those
// that are ready.
func gradePacked(t *testing.T, dir string) (all []*result.Result) {
	submissions, own := filepath.Join(dir, "submissions"), ready[filepath.Base(dir)]
	if own == nil {
		return grade(t, dir, submissions, "")
	}
	for _, begin := range slices.Sorted(maps.Keys(own)) {
		all = append(all, grade(t, filepath.Join("..", "..", "..", "..", "testdata", "assignments", own[begin]), submissions, begin)...)
	}
	return all
}

// grade grades the submissions for an assignment whose names begin so, without the first line
// of each, which tells the truth.
func grade(t *testing.T, dir, submissions, begin string) []*result.Result {
	a, err := assignment.Read(dir)
	require.NoError(t, err)
	var prepares language.Language = golang.Go{}
	if a.Language == "c" {
		prepares = cc.C{Cache: t.TempDir()}
	}
	course, err := prepares.Prepare(context.Background(), a)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(submissions, begin+"*."+cmp.Or(a.Language, "go")))
	require.NoError(t, err)
	bare := t.TempDir()
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		_, text, _ = bytes.Cut(text, []byte("\n"))
		require.NoError(t, os.WriteFile(filepath.Join(bare, filepath.Base(f)), text, 0o600))
	}
	all, err := submission.List([]string{bare}, a.HandIn)
	require.NoError(t, err)
	c := &class.Class{Assignment: a, Course: course, Workers: runtime.GOMAXPROCS(0)}
	results, err := c.Grade(context.Background(), all)
	require.NoError(t, err)
	return results
}

func codes(r *result.Result) (all []string) {
	for _, p := range r.Properties {
		for _, c := range p.Codes {
			all = append(all, string(c))
		}
	}
	return all
}

// fits reports whether one of the codes is there; - is none, and RULE a rule.
func fits(r *result.Result, wanted string) bool {
	switch wanted {
	case "-":
		return len(codes(r)) == 0
	case "RULE":
		return r.Status == result.Refused
	}
	return slices.ContainsFunc(strings.Split(wanted, "|"), func(w string) bool { return slices.Contains(codes(r), w) })
}
