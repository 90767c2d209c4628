//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// Fifos are pipes whose ends are opened, each when somebody opens the other one.
func TestFifos(t *testing.T) {
	t.Parallel()
	p := program(t, "fifos.c")
	const left = "/tmp/ipccheck-there" // as by a run that was not controlled
	_ = syscall.Mkfifo(left, 0o600)
	defer os.Remove(left)
	for i, want := range []string{"", "", "IPC001", "IPC001", "", "", "(IPC012)", "inconclusive"} {
		c := Config{Args: []string{fmt.Sprint(i + 1)}, Search: search.Options{Executions: 10_000, Leaks: search.LeaksWarn}}
		v := Explore(context.Background(), p, "fifos", c).Verdict
		assert.Equal(t, want, codes(v), "%d: %s %v", i+1, v.Reason, messages(v))
		if i == 3 {
			assert.Equal(t, []string{"main is blocked forever waiting for somebody to open the other end of fifo /tmp/ipccheck-there"}, messages(v))
		}
	}
}
