package stress

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/impl/mq"
)

// TestLimitsHold: what the disturbances forbid fails, and does not end the process.
func TestLimitsHold(t *testing.T) {
	name := os.Getenv("IPCCHECK_STRESS_LIMITS")
	if name == "" { // in a process of its own, for its limits
		cmd := exec.Command(os.Args[0], "-test.run", "^TestLimitsHold$")
		cmd.Env = append(os.Environ(), "IPCCHECK_STRESS_LIMITS="+filepath.Join(t.TempDir(), "file"))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return
	}
	for _, resource := range []int{syscall.RLIMIT_NOFILE, syscall.RLIMIT_FSIZE} {
		var was syscall.Rlimit
		require.NoError(t, syscall.Getrlimit(resource, &was))
		// go test -cover writes a file when the process ends.
		t.Cleanup(func() { require.NoError(t, syscall.Setrlimit(resource, &was)) })
	}
	f, err := os.Create(name)
	require.NoError(t, err)
	require.NoError(t, limit([]string{"kill"}))
	_, err = f.WriteString("x")
	require.NoError(t, err)
	require.NoError(t, limit([]string{"quota"}))
	_, err = f.WriteString("y")
	assert.ErrorIs(t, err, syscall.EFBIG)
	_, err = mq.Create(mq.Name(), 1, 8)
	assert.ErrorContains(t, err, "RLIMIT_MSGQUEUE")
	require.NoError(t, limit([]string{"descriptors"}))
	_, err = os.Open(name)
	assert.ErrorIs(t, err, syscall.EMFILE)
}
