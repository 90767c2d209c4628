package submission_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
)

var wanted = assignment.HandIn{"buffer.go"}

func write(t *testing.T, name, text string) {
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}

// Links are not followed, and what is not wanted does not count.
func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "alice")
	write(t, filepath.Join(dir, "buffer.go"), "package buffer\n")
	write(t, filepath.Join(dir, "main_test.go"), "package buffer\n")
	write(t, filepath.Join(dir, "go.mod"), "module x\n")
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(dir, "notes.txt")))
	require.NoError(t, os.Symlink("..", filepath.Join(dir, "up")))
	s, err := submission.Read(dir, wanted)
	require.NoError(t, err)
	assert.Equal(t, "alice", s.Name)
	assert.Equal(t, []string{"buffer.go"}, s.Sorted())
	assert.Contains(t, strings.Join(s.LeftOut, "\n"), "symbolic link")
	assert.Len(t, s.LeftOut, 4)
	assert.Empty(t, s.Missing(wanted))
}

// A file that is named must be there; patterns take what there is, if that is anything.
func TestMissing(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "count.c"), "int x;\n")
	for _, c := range []struct {
		wanted, missing []string
	}{
		{[]string{"*.c", "*.h"}, nil},
		{[]string{"*.h"}, []string{"*.h"}},
		{[]string{"count.c", "main.c", "*.h"}, []string{"main.c"}},
	} {
		s, err := submission.Read(dir, c.wanted)
		require.NoError(t, err)
		assert.Equal(t, c.missing, s.Missing(c.wanted), "%q", c.wanted)
	}
}

// What is wanted is a link itself: it is missing.
func TestLinkIsNoFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(dir, "buffer.go")))
	s, err := submission.Read(dir, wanted)
	require.NoError(t, err)
	assert.Equal(t, []string{"buffer.go"}, s.Missing(wanted))
}

// Nothing of a zip gets out of its folder, and a small one with much in it is bounded.
func TestZip(t *testing.T) {
	name := filepath.Join(t.TempDir(), "bob.zip")
	f, err := os.Create(name)
	require.NoError(t, err)
	z := zip.NewWriter(f)
	for _, e := range []struct{ name, text string }{
		{"hw/buffer.go", "package buffer\n"}, {"../../evil.go", "x"}, {"/abs/buffer.go", "x"}, {`a\..\buffer.go`, "x"},
		{"hw/bomb.go", string(bytes.Repeat([]byte(" "), 20<<20))},
	} {
		w, err := z.Create(e.name)
		require.NoError(t, err)
		_, err = w.Write([]byte(e.text))
		require.NoError(t, err)
	}
	link := &zip.FileHeader{Name: "hw/link.go"}
	link.SetMode(os.ModeSymlink | 0o777)
	w, err := z.CreateHeader(link)
	require.NoError(t, err)
	_, err = w.Write([]byte("/etc/passwd"))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, f.Close())
	s, err := submission.Read(name, wanted)
	require.NoError(t, err)
	assert.Equal(t, "bob", s.Name)
	assert.Equal(t, map[string][]byte{"buffer.go": []byte("package buffer\n")}, s.Files)
	left := strings.Join(s.LeftOut, "\n")
	for _, why := range []string{"leads out", "more than", "symbolic link"} {
		assert.Contains(t, left, why)
	}
	write(t, name, "PK no zip")
	_, err = submission.Read(name, wanted)
	assert.Error(t, err)
}

// A folder of submissions is a class; names are told apart.
func TestList(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a", "buffer.go"), "")
	write(t, filepath.Join(dir, "b.go"), "")
	write(t, filepath.Join(dir, "monday", "a", "buffer.go"), "")
	names := func(paths ...string) (names []string) {
		all, err := submission.List(paths, wanted)
		require.NoError(t, err)
		for _, l := range all {
			names = append(names, l.Name)
		}
		return names
	}
	monday := filepath.Join(dir, "monday")
	assert.Equal(t, []string{"a", "b", "monday"}, names(dir, monday))
	assert.Equal(t, []string{filepath.Base(dir) + "-a", "monday-a"}, names(filepath.Join(dir, "a"), filepath.Join(monday, "a")))
	_, err := submission.List([]string{filepath.Join(dir, "nobody")}, wanted)
	assert.ErrorContains(t, err, "there is no such file or folder")
}

// Files beside what is handed in count if they are taken, and are said to be left out
// until then.
func TestBesides(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"buffer.go", "ring.go", "ring_test.go", "notes.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("package buffer\n"), 0o600))
	}
	s, err := submission.Read(dir, assignment.HandIn{"buffer.go"})
	require.NoError(t, err)
	assert.Equal(t, []string{"buffer.go"}, s.Sorted())
	assert.Len(t, s.Besides, 1)
	assert.Len(t, s.LeftOut, 3)
	before := s.Digest()
	s.Take([]string{"ring.go"})
	assert.Equal(t, []string{"buffer.go", "ring.go"}, s.Sorted())
	assert.Len(t, s.LeftOut, 2)
	assert.NotEqual(t, before, s.Digest())
}
