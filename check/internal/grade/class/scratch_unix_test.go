//go:build unix && !solaris && !aix

package class

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// holdVariable has the test's program make a scratch folder, name it, and wait.
const holdVariable = "IPCCHECK_TEST_HOLD"

func TestMain(m *testing.M) {
	if os.Getenv(holdVariable) != "" {
		dir, _, err := newScratch()
		fmt.Println(dir, err)
		_, _ = os.Stdin.Read(make([]byte, 1))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// What a grader that was killed has left is removed, and what one that lives works in,
// folders of other names and links are not.
func TestSweep(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	mine, remove, err := newScratch()
	require.NoError(t, err)
	other := filepath.Join(tmp, "ipccheck-grade-1")
	link := filepath.Join(tmp, scratch+"link")
	require.NoError(t, os.Mkdir(other, 0o700))
	require.NoError(t, os.Symlink(other, link))

	self, err := os.Executable()
	require.NoError(t, err)
	grader := exec.Command(self)
	grader.Env = append(os.Environ(), holdVariable+"=1")
	in, err := grader.StdinPipe()
	require.NoError(t, err)
	defer in.Close()
	out, err := grader.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, grader.Start())
	var theirs, failed string
	_, err = fmt.Fscan(bufio.NewReader(out), &theirs, &failed)
	require.NoError(t, err)
	require.Equal(t, "<nil>", failed)
	require.NoError(t, os.WriteFile(filepath.Join(theirs, "a.go"), nil, 0o600))
	sweep()
	assert.DirExists(t, theirs)

	require.NoError(t, grader.Process.Kill())
	require.Error(t, grader.Wait())
	assert.DirExists(t, theirs)
	sweep()
	assert.NoDirExists(t, theirs)
	assert.DirExists(t, mine)
	assert.DirExists(t, other)
	_, err = os.Lstat(link)
	assert.NoError(t, err)
	remove()
	assert.NoDirExists(t, mine)
}
