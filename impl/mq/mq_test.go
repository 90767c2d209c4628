//go:build linux

package mq

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/watchdog"
)

func queue(t *testing.T, capacity, size int) *Queue {
	watchdog.Start(t)
	t.Helper()
	name := Name()
	q, err := Create(name, capacity, size)
	require.NoError(t, err)
	t.Cleanup(func() { q.Close(); _ = Remove(name) })
	return q
}

func TestQueue(t *testing.T) {
	q := queue(t, 3, 8)
	assert.Equal(t, []int{3, 8, 0}, []int{q.Cap(), q.Size(), q.Len()})
	buf := make([]byte, 8)
	_, err := q.TryRecv(buf)
	assert.Equal(t, impl.ErrEmpty, err)
	for i, m := range []string{"", "a", "12345678"} {
		require.NoError(t, q.Send([]byte(m)))
		assert.Equal(t, i+1, q.Len())
	}
	assert.Equal(t, impl.ErrFull, q.TrySend(nil))
	assert.Equal(t, impl.ErrSize, q.Send(make([]byte, 9)))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- q.SendContext(ctx, nil) }()
	cancel()
	assert.Equal(t, context.Canceled, <-done)
	_, err = q.Recv(buf[:4])
	assert.Equal(t, impl.ErrSize, err)
	other, err := Open(q.name)
	require.NoError(t, err)
	defer other.Close()
	for _, want := range []string{"", "a", "12345678"} {
		n, err := other.Recv(buf)
		require.NoError(t, err)
		assert.Equal(t, want, string(buf[:n]))
	}
	go func() {
		_, err := q.Recv(buf)
		done <- err
	}()
	require.NoError(t, other.Send([]byte("x")))
	assert.NoError(t, <-done)
}

func TestPrioritiesGoFirst(t *testing.T) {
	q := queue(t, 3, 8)
	for i, p := range []uint{0, 7, 0} {
		require.NoError(t, q.SendPriority(context.Background(), []byte{byte(i)}, p))
	}
	assert.ErrorContains(t, q.SendPriority(context.Background(), nil, MaxPriority+1), "want 0 to 32767")
	var got []byte
	buf := make([]byte, 8)
	for range 3 {
		n, err := q.Recv(buf)
		require.NoError(t, err)
		got = append(got, buf[:n]...)
	}
	assert.Equal(t, []byte{1, 0, 2}, got)
}

// TestLimitsAreNamed: a queue over a limit is one error that says which.
func TestLimitsAreNamed(t *testing.T) {
	if os.Getenv("IPCCHECK_MQ_LIMITS") == "" { // in a process of its own, for its limits
		cmd := exec.Command(os.Args[0], "-test.run", "^TestLimitsAreNamed$")
		cmd.Env = append(os.Environ(), "IPCCHECK_MQ_LIMITS=1")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return
	}
	_, err := Create(Name(), 1<<20, 8)
	assert.ErrorIs(t, err, unix.EINVAL)
	assert.ErrorContains(t, err, "fs.mqueue.msg_max")
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_MSGQUEUE, &unix.Rlimit{Cur: 100, Max: 100}))
	name := Name()
	_, err = Create(name, 2, 64)
	assert.ErrorIs(t, err, unix.EMFILE)
	assert.ErrorContains(t, err, "may have 100 bytes together, and this one of 2 messages of 64 bytes is too much: remove some, ask for less, or raise RLIMIT_MSGQUEUE (ulimit -q)")
	_, err = Open(name)
	assert.ErrorIs(t, err, unix.ENOENT, "it was not made")
	var files unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_NOFILE, &files))
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Max: files.Max}))
	_, err = Create(name, 2, 64)
	assert.ErrorContains(t, err, "ulimit -n")
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &files)) // -cover opens a file at the end
}

func TestBadQueues(t *testing.T) {
	for _, name := range []string{"", "x", "/", "/a/b", "/a\x00"} {
		_, err := Open(name)
		assert.Error(t, err, name)
	}
	_, err := Open(Name())
	assert.ErrorIs(t, err, unix.ENOENT)
	assert.ErrorIs(t, Remove(Name()), unix.ENOENT)
	_, err = Create(Name(), 0, 8)
	assert.ErrorContains(t, err, "want 1 or more")
	q := queue(t, 1, 8)
	_, err = Create(q.name, 1, 8)
	assert.ErrorIs(t, err, unix.EEXIST)
	assert.NotEqual(t, Name(), Name())
}
