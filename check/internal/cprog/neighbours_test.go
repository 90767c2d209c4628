//go:build linux && amd64 && !race

package cprog

import (
	"os/exec"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// Both are on one processor, and may be on every one again when they are let go.
func TestNeighboursAreLetGo(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	processors := func(process int) (set unix.CPUSet) {
		require.NoError(t, unix.SchedGetaffinity(process, &set))
		return set
	}
	before := processors(0)
	if before.Count() < 2 {
		t.Skip("one processor")
	}
	cmd := exec.Command("cat")
	in, err := cmd.StdinPipe() // it ends when that is closed
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	child := cmd.Process.Pid
	var n neighbours
	for range apart {
		n.turn(child)
	}
	assert.Equal(t, before, processors(0))
	n.turn(child)
	kept := processors(0)
	assert.Equal(t, 1, kept.Count())
	assert.Equal(t, kept, processors(child))
	n.letGo(child)
	assert.Equal(t, before, processors(0))
	assert.Equal(t, before, processors(child))
	require.NoError(t, in.Close())
	assert.NoError(t, cmd.Wait())
}
