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
