package class_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/class"
	"github.com/ipccheck/ipccheck/check/internal/grade/golang"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
)

// packVariable names a folder of assignments with submissions whose truth is known: a
// manifest.tsv with the columns assignment, file, language, codes and points.
const packVariable = "IPCCHECK_ASSIGNMENTS"

// Every submission in Go of a pack gets the points that it deserves, with a code that
// fits:
//
//	IPCCHECK_ASSIGNMENTS=DIR go test ./check/internal/grade/class -run Manifest -timeout 1h
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
	graded := map[string]*result.Result{}
	for _, row := range rows[1:] {
		name, file := column(row, "assignment"), column(row, "file")
		if column(row, "language") != "go" || name == "hostile" {
			continue
		}
		if graded[name+"/"+file] == nil {
			for _, res := range grade(t, filepath.Join(pack, name)) {
				graded[name+"/"+res.Submission+".go"] = res
			}
		}
		res := graded[name+"/"+file]
		require.NotNil(t, res, "%s/%s", name, file)
		assert.Equal(t, column(row, "points"), fmt.Sprintf("%v/%v", res.Points, res.Max), "%s/%s: %s", name, file, res.Message)
		assert.True(t, fits(res, column(row, "codes")), "%s/%s: none of %s in %v", name, file, column(row, "codes"), codes(res))
	}
}

// grade grades the submissions of an assignment, without the first line of each, which
// tells the truth.
func grade(t *testing.T, dir string) []*result.Result {
	a, err := assignment.Read(dir)
	require.NoError(t, err)
	course, err := golang.Go{}.Prepare(context.Background(), a)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(dir, "submissions", "*.go"))
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
