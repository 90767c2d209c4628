package setup_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/setup"
)

func buffer() *assignment.Assignment {
	return &assignment.Assignment{
		Name: "buffer", Title: `A "bounded" buffer`, HandIn: assignment.HandIn{"buffer.go"},
		Properties: []assignment.Property{{Name: "items"}, {Name: "try_"}, {Name: "no waste"}},
	}
}

func TestGolden(t *testing.T) {
	for _, p := range setup.Platforms() {
		dir := t.TempDir()
		names, err := setup.Write(p, buffer(), dir)
		require.NoError(t, err)
		for _, name := range names {
			rel, err := filepath.Rel(dir, name)
			require.NoError(t, err)
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			golden.Compare(t, filepath.Join("testdata", p+"."+strings.ReplaceAll(filepath.ToSlash(rel), "/", ".")+".golden"), string(text))
			assert.NotContains(t, string(text), "[[")
			info, err := os.Stat(name)
			require.NoError(t, err)
			if bytes.HasPrefix(text, []byte("#!/bin/sh\n")) {
				out, err := exec.Command("sh", "-n", name).CombinedOutput()
				assert.NoError(t, err, "%s: %s", name, out)
				assert.NotZero(t, info.Mode()&0o100, name)
			}
			if filepath.Ext(name) == ".json" {
				assert.True(t, json.Valid(text), name)
			}
		}
	}
}

// A script that a shell does not take would pass no test.
func TestShellRefuses(t *testing.T) {
	cmd := exec.Command("sh", "-n")
	cmd.Stdin = strings.NewReader("if true; then\n")
	assert.Error(t, cmd.Run())
}

func TestNothingIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "setup.sh"), []byte("mine"), 0o600))
	_, err := setup.Write("gradescope", buffer(), dir)
	require.ErrorContains(t, err, "setup.sh")
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, list, 1)
}

// What Classroom 50 publishes for a student is the report, and none of it is Markdown.
func TestReleaseOfClassroom50(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not there")
	}
	dir, checkout := t.TempDir(), t.TempDir()
	_, err = setup.Write("classroom50", buffer(), dir)
	require.NoError(t, err)
	grader := "#!/bin/sh\ncat > result.json <<'END'\n" + `{"score": 1, "max-score": 3, "tests": [{"test-name": "items", "score": 1, "max-score": 3, "message": "lost\n# <b>"}]}` + "\nEND\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ipccheck"), []byte(grader), 0o600))
	run := func() ([]byte, error) {
		cmd := exec.Command(python, filepath.Join(dir, "autograder.py"))
		cmd.Dir = checkout
		return cmd.CombinedOutput()
	}
	out, err := run()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "1 of 3 points\n\nitems: 1 of 3\n\nlost\n# <b>\n")
	body, err := os.ReadFile(filepath.Join(checkout, "release-body.md"))
	require.NoError(t, err)
	for line := range strings.Lines(string(body)) {
		assert.True(t, strings.HasPrefix(line, "    "), "%q", line)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ipccheck"), []byte("#!/bin/sh\nexit 4\n"), 0o600))
	_, err = run()
	assert.Error(t, err)
}
