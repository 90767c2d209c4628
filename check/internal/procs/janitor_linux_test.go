package procs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestJanitorOutlivesTheParent kills all of a parent's group. What the parent made
// goes all the same, and then the janitor.
func TestJanitorOutlivesTheParent(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	dir := filepath.Join(t.TempDir(), "dir")
	g := start(t, Spec{Kind: "untidy", Args: dir, Files: []*os.File{w}})
	w.Close()
	janitor := number(t, r)
	assert.DirExists(t, dir)
	require.NoError(t, unix.Kill(janitor, unix.SIGTERM), "it does not care")
	require.NoError(t, unix.Kill(-g.workers[0].cmd.Process.Pid, unix.SIGKILL))
	<-g.Done(0)
	assert.True(t, ends(t, janitor))
	assert.NoDirExists(t, dir)
}

func TestJanitorRemovesWhatIsOnItsList(t *testing.T) {
	j, err := NewJanitor(removers)
	require.NoError(t, err)
	dir := t.TempDir()
	var remove []func() error
	for _, name := range []string{"a", "b", "c"} {
		f, err := j.Keep("directory", filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o700))
		remove = append(remove, f)
	}
	require.NoError(t, remove[1]())
	assert.NoDirExists(t, filepath.Join(dir, "b"))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "b"), 0o700))
	require.NoError(t, remove[1](), "it does nothing the second time")
	require.NoError(t, j.Close())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "what was struck off is not the janitor's")
	assert.Equal(t, "b", left[0].Name())
	assert.Error(t, j.Close())
}

func TestBadNamesForTheJanitor(t *testing.T) {
	j, err := NewJanitor(removers)
	require.NoError(t, err)
	_, err = j.Keep("house", "x")
	assert.ErrorContains(t, err, `nobody can remove a "house"`)
	for _, name := range []string{"a\x00b", strings.Repeat("x", 5000)} {
		_, err = j.Keep("directory", name)
		assert.ErrorContains(t, err, "too long")
	}
	require.NoError(t, j.cmd.Process.Kill())
	assert.ErrorContains(t, j.Close(), "signal: killed")
	_, err = j.Keep("directory", "x")
	assert.ErrorContains(t, err, "the janitor is gone")
}
