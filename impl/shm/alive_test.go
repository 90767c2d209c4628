//go:build linux

package shm

import (
	"math"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestLivingPeersAreNotReclaimed: a process that cannot open a file, or does not see
// others in /proc, knows the living from the dead all the same.
func TestLivingPeersAreNotReclaimed(t *testing.T) {
	t.Run("no descriptor is left", func(t *testing.T) { deathIsSeen(t, "starved", nil) })
	t.Run("processes are hidden", func(t *testing.T) { deathIsSeen(t, "blind", private(t)) })
}

func deathIsSeen(t *testing.T, how string, attr *syscall.SysProcAttr) {
	r, err := CreateIn(t.TempDir(), 4, 8, 0, Consumer)
	require.NoError(t, err)
	defer r.Detach()
	const slot = 1
	peer := command("attach", r.File().Name())
	require.Equal(t, "ready", started(t, peer)())
	t.Cleanup(func() { _ = peer.Process.Kill(); _ = peer.Wait() })
	observer := command(how, r.File().Name())
	observer.SysProcAttr = attr
	in, err := observer.StdinPipe()
	require.NoError(t, err)
	says := started(t, observer)
	t.Cleanup(func() { in.Close(); _ = observer.Wait() })
	require.Equal(t, "ready", says())
	producer := func() string {
		_, err := in.Write([]byte("\n"))
		require.NoError(t, err)
		return says()
	}
	assert.Equal(t, "true", producer())
	assert.Equal(t, uint32(live), r.state(slot).Load()&stateMask, "it has its slot")
	require.NoError(t, peer.Process.Kill())
	require.NoError(t, unix.Waitid(unix.P_PID, peer.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil))
	if how == "starved" {
		assert.Equal(t, "false", producer(), "it is dead, and not reaped")
		assert.Equal(t, uint32(free), r.state(slot).Load()&stateMask)
	}
	_ = peer.Wait()
	assert.Equal(t, "false", producer())
	assert.Equal(t, uint32(free), r.state(slot).Load()&stateMask)
}

// private gives a process mounts of its own.
func private(t *testing.T) *syscall.SysProcAttr {
	t.Helper()
	attr := &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
	}
	probe := command("mount", t.TempDir())
	probe.SysProcAttr = attr
	if err := probe.Run(); err != nil {
		t.Skip("ordinary users may not mount here: ", err)
	}
	return attr
}

func TestNumbersThatNoProcessHas(t *testing.T) {
	for _, pid := range []uint32{0, math.MaxInt32 + 1, math.MaxUint32, 1 << 30} {
		assert.False(t, lives(pid, 0), "%d", pid)
	}
	start, err := startTime(uint32(os.Getpid()))
	require.NoError(t, err)
	assert.True(t, lives(uint32(os.Getpid()), start))
	assert.False(t, lives(uint32(os.Getpid()), start+1), "a later process with the number")
	assert.True(t, maybeAlive(uint32(os.Getpid())))
}
