//go:build linux

package pipe

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/watchdog"
)

func ends(t *testing.T, s Sizes) (r, w *End) {
	watchdog.Start(t)
	t.Helper()
	r, w, err := New(s)
	require.NoError(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func TestMessagesOfVaryingSize(t *testing.T) {
	r, w := ends(t, Varying())
	buf := make([]byte, MaxSize)
	_, err := r.TryRecv(buf)
	assert.Equal(t, impl.ErrEmpty, err)
	for _, m := range []string{"", "a", string(make([]byte, MaxSize))} {
		require.NoError(t, w.Send([]byte(m)))
	}
	assert.Equal(t, impl.ErrSize, w.Send(make([]byte, MaxSize+1)))
	for _, want := range []int{0, 1, MaxSize} {
		n, err := r.Recv(buf)
		require.NoError(t, err)
		assert.Equal(t, want, n)
	}
	require.NoError(t, w.Send([]byte("long")))
	_, err = r.Recv(buf[:2])
	assert.Equal(t, impl.ErrSize, err, "it stays")
	n, err := r.TryRecv(buf)
	require.NoError(t, err)
	assert.Equal(t, "long", string(buf[:n]))
}

func TestPipeIsFullAndEnds(t *testing.T) {
	r, w := ends(t, Fixed(4096))
	m := make([]byte, 4096)
	n := 0
	for w.TrySend(m) == nil {
		n++
	}
	assert.LessOrEqual(t, n, Capacity/4096)
	assert.Equal(t, impl.ErrFull, w.TrySend(m))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- w.SendContext(ctx, m) }()
	cancel()
	assert.Equal(t, context.Canceled, <-done)
	require.NoError(t, w.Close())
	for range n {
		_, err := r.Recv(m)
		require.NoError(t, err)
	}
	_, err := r.Recv(m)
	assert.Equal(t, impl.ErrClosed, err)

	r, w = ends(t, Fixed(8))
	require.NoError(t, r.Close())
	assert.Equal(t, impl.ErrClosed, w.Send(make([]byte, 8)), "EPIPE")
	assert.Equal(t, impl.ErrClosed, w.TrySend(make([]byte, 8)))
	assert.Equal(t, impl.ErrSize, w.Send(make([]byte, 7)))
}

// TestDeadlinesAreEachOnesOwn: several goroutines wait on one end, each until its
// own context is done. One that waits for its turn learns of that, too.
func TestDeadlinesAreEachOnesOwn(t *testing.T) {
	for range 100 {
		deadlinesAreEachOnesOwn(t)
	}
}

func deadlinesAreEachOnesOwn(t *testing.T) {
	r, w := ends(t, Fixed(1))
	var wg sync.WaitGroup
	got := make(chan error, 8)
	ctx, cancel := context.WithCancel(context.Background())
	for i := range 8 {
		wg.Go(func() {
			c := context.Background()
			if i%2 == 0 {
				c = ctx
			}
			_, err := r.RecvContext(c, make([]byte, 1))
			got <- err
		})
	}
	cancel()
	for range 4 {
		assert.Equal(t, context.Canceled, <-got)
	}
	for range 4 {
		require.NoError(t, w.Send([]byte{1}))
		assert.NoError(t, <-got)
	}
	wg.Wait()
}

func TestTornStream(t *testing.T) {
	r, w := ends(t, Varying())
	require.NoError(t, w.f.Try(writer([]byte{5, 0, 0, 0, 'h', 'a'})))
	require.NoError(t, w.Close())
	_, err := r.Recv(make([]byte, 10))
	assert.Equal(t, ErrTorn, err)
	r, w = ends(t, Varying())
	require.NoError(t, w.f.Try(writer([]byte{0, 0, 1, 0})))
	_, err = r.Recv(make([]byte, 10))
	assert.ErrorContains(t, err, "the stream is of another kind")
}

func TestNamedPipe(t *testing.T) {
	watchdog.Start(t)
	name := filepath.Join(t.TempDir(), "fifo")
	require.NoError(t, Make(name))
	assert.ErrorIs(t, Make(name), unix.EEXIST)
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, write := range []bool{true, false} {
		_, err := Open(ctx, name, Varying(), write)
		assert.Equal(t, context.Canceled, err, "nobody is at the other end")
	}
	var wg sync.WaitGroup
	for p := range 3 {
		wg.Go(func() {
			w, err := Open(context.Background(), name, Varying(), true)
			if !assert.NoError(t, err) {
				return
			}
			defer w.Close()
			for range 100 {
				assert.NoError(t, w.Send(make([]byte, p)))
			}
		})
	}
	r, err := Open(context.Background(), name, Varying(), false)
	require.NoError(t, err)
	defer r.Close()
	count := map[int]int{}
	buf := make([]byte, 8)
	for range 300 { // a writer may come when another has left already
		n, err := r.Recv(buf)
		if err == impl.ErrClosed {
			r.Close()
			r, err = Open(context.Background(), name, Varying(), false)
			require.NoError(t, err)
			n, err = r.Recv(buf)
		}
		require.NoError(t, err)
		count[n]++
	}
	wg.Wait()
	assert.Equal(t, map[int]int{0: 100, 1: 100, 2: 100}, count)
	plain := filepath.Join(t.TempDir(), "plain")
	require.NoError(t, os.WriteFile(plain, nil, 0o600))
	_, err = Open(context.Background(), plain, Varying(), true)
	assert.ErrorContains(t, err, "is no named pipe")
	_, err = Open(context.Background(), plain+"x", Varying(), true)
	assert.ErrorIs(t, err, unix.ENOENT)
	_, _, err = New(Fixed(5000))
	assert.ErrorContains(t, err, "want 1 to 4096")
}
