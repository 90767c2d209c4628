//go:build linux

package pipe

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/impl/internal/watchdog"
)

func TestTwoPipesForTwoWays(t *testing.T) {
	watchdog.Start(t)
	name := filepath.Join(t.TempDir(), "talk")
	require.NoError(t, MakeBoth(name))
	assert.Error(t, MakeBoth(name), "it is there")
	answered := make(chan error, 1)
	go func() {
		r, w, err := OpenBoth(t.Context(), name, Varying(), false)
		if err == nil {
			defer r.Close()
			defer w.Close()
			buf := make([]byte, 10)
			var n int
			if n, err = r.Recv(buf); err == nil {
				err = w.Send(append(buf[:n], '!'))
			}
		}
		answered <- err
	}()
	r, w, err := OpenBoth(t.Context(), name, Varying(), true)
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	require.NoError(t, w.Send([]byte("hello")))
	buf := make([]byte, 10)
	n, err := r.Recv(buf)
	require.NoError(t, err)
	assert.Equal(t, "hello!", string(buf[:n]))
	require.NoError(t, <-answered)
	require.NoError(t, RemoveBoth(name))
	assert.Error(t, RemoveBoth(name))
}

func TestNobodyAtTheOtherEnd(t *testing.T) {
	watchdog.Start(t)
	name := filepath.Join(t.TempDir(), "talk")
	_, _, err := OpenBoth(t.Context(), name, Varying(), true)
	assert.ErrorContains(t, err, "no such file")
	require.NoError(t, MakeBoth(name))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = OpenBoth(ctx, name, Varying(), true)
	assert.ErrorIs(t, err, context.Canceled)
}
