//go:build linux && amd64 && !race

package cc_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/cc"
	"github.com/ipccheck/ipccheck/check/internal/grade/class"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
)

func course(t *testing.T) (*assignment.Assignment, language.Course) {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("gcc is not there")
	}
	a, err := assignment.Read("testdata/buffer")
	require.NoError(t, err)
	c, err := cc.C{Cache: t.TempDir()}.Prepare(context.Background(), a)
	require.NoError(t, err)
	return a, c
}

// What each fault costs: a correct buffer has all points, and others lose those of one
// property.
func TestPoints(t *testing.T) {
	a, c := course(t)
	text, err := os.ReadFile("testdata/handed/buffer.c")
	require.NoError(t, err)
	for i, want := range []string{
		"100 of 100: ",
		"80 of 100: items IPC003",
		"75 of 100: waiting IPC001",
		"90 of 100: race IPC010",
		"90 of 100: blocking IPC016",
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			r := graded(t, a, c, fmt.Sprintf("#define WRONG %d\n%s", i, text))
			assert.Equal(t, want, fmt.Sprintf("%v of %v: %s", r.Points, r.Max, lost(r)), "%+v", r)
		})
	}
}

func graded(t *testing.T, a *assignment.Assignment, c language.Course, text string) *result.Result {
	t.Helper()
	file := t.TempDir() + "/buffer.c"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	all, err := submission.List([]string{file}, a.HandIn)
	require.NoError(t, err)
	results, err := (&class.Class{Assignment: a, Course: c, Version: "test", Workers: 1, Progress: func(int, string) {}}).Grade(context.Background(), all)
	require.NoError(t, err)
	require.Len(t, results, 1)
	return results[0]
}

func lost(r *result.Result) string {
	var list []string
	for _, p := range r.Properties {
		if p.Outcome != result.Passed {
			list = append(list, fmt.Sprint(p.Name, " ", strings.Trim(fmt.Sprint(p.Codes), "[]")))
		}
	}
	return strings.Join(list, ", ")
}

// What breaks a rule, or does not compile, is named with its place.
func TestRefused(t *testing.T) {
	a, c := course(t)
	r := graded(t, a, c, "#include \"buffer.h\"\n#include <semaphore.h>\n/* __asm__ in a comment */\n")
	require.Equal(t, result.Refused, r.Status)
	assert.Equal(t, result.Place{File: "buffer.c", Line: 2, Text: "semaphore.h is not allowed"}, r.Violations[0])
	for _, other := range []string{"#include \"semaphore.h\"\n", "#include <sema\\\nphore.h>\n", "# include  \"semaphore.h\"\n"} {
		assert.Equal(t, result.Refused, graded(t, a, c, other).Status, other)
	}
	r = graded(t, a, c, "#include \"buffer.h\"\nint x = y;\n")
	require.Equal(t, result.Unbuilt, r.Status)
	assert.Equal(t, 2, r.Violations[0].Line)
	r = graded(t, a, c, "#include \"buffer.h\"\n__attribute__ ((constructor)) static void f(void) {}\n")
	assert.Equal(t, result.Refused, r.Status)
}
