package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestFilesAreWrittenWhole: a full disk, for which a limit stands, leaves what was
// there.
func TestFilesAreWrittenWhole(t *testing.T) {
	dir := t.TempDir()
	name, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	require.NoError(t, writeFile(name, "x", []byte("old")))
	require.NoError(t, os.Chmod(name, 0o640))
	require.NoError(t, os.Symlink("file", link))

	var old unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_FSIZE, &old))
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 4096, Max: old.Max}))
	err := writeFile(name, "stress: -out", make([]byte, 8192))
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &old))
	assert.EqualError(t, err, "stress: -out: write "+name+": file too large")
	check := func(want string) {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, want, string(b))
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Len(t, left, 2, "and nothing beside it")
	}
	check("old")
	require.NoError(t, writeFile(link, "x", []byte("new")))
	check("new")
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())

	assert.EqualError(t, writeFile("/dev/full", "x", []byte("new")), "x: write /dev/full: no space left on device")
	info, err = os.Stat("/dev/full")
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeDevice, "it is what it was")
	assert.EqualError(t, writeFile(dir+"/no/file", "x", nil), "x: open "+dir+"/no/file: no such file or directory")
}
