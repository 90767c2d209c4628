package watchdog

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const childEnv = "IPCCHECK_TEST_WATCHDOG"

// The program ends, and names the test and where it hangs.
func TestHangingTestIsNamed(t *testing.T) {
	if os.Getenv(childEnv) != "" {
		limit = time.Millisecond
		Start(t)
		select {}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestHangingTestIsNamed$")
	cmd.Env = append(os.Environ(), childEnv+"=1")
	out, err := cmd.CombinedOutput()
	assert.Error(t, err)
	assert.Contains(t, string(out), "panic: TestHangingTestIsNamed hangs: it still runs after 1ms")
	assert.Contains(t, string(out), "watchdog.TestHangingTestIsNamed(")
}

func TestTestThatEndsIsLeftAlone(t *testing.T) {
	limit = time.Hour
	t.Run("ends", func(t *testing.T) { Start(t) })
}
