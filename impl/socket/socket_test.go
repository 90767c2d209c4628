//go:build linux

package socket

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/watchdog"
)

func TestKinds(t *testing.T) {
	watchdog.Start(t)
	for _, kind := range []Kind{Packet, Datagram, Stream} {
		a, b, err := New(kind, 8)
		require.NoError(t, err)
		buf := make([]byte, 8)
		_, err = b.TryRecv(buf)
		assert.Equal(t, impl.ErrEmpty, err)
		assert.Equal(t, impl.ErrSize, a.Send(make([]byte, 9)))
		_, err = b.Recv(buf[:7])
		assert.Equal(t, impl.ErrSize, err)
		if kind != Stream {
			require.NoError(t, a.Send([]byte("abc")))
			n, err := b.Recv(buf)
			require.NoError(t, err)
			assert.Equal(t, "abc", string(buf[:n]))
		} else {
			assert.Equal(t, impl.ErrSize, a.Send([]byte("abc")))
		}
		n := 0
		for ; a.TrySend([]byte{byte(n), 1, 2, 3, 4, 5, 6, 7}) == nil; n++ {
		}
		assert.Positive(t, n)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- a.SendContext(ctx, make([]byte, 8)) }()
		cancel()
		assert.Equal(t, context.Canceled, <-done)
		for i := range n {
			k, err := b.Recv(buf)
			require.NoError(t, err)
			assert.Equal(t, []byte{byte(i), 1, 2, 3, 4, 5, 6, 7}, buf[:k])
		}
		require.NoError(t, b.Send(make([]byte, 8)), "both ways")
		_, err = a.Recv(buf)
		require.NoError(t, err)
		if kind != Datagram {
			require.NoError(t, a.Send(make([]byte, 8)))
			require.NoError(t, a.Close())
			_, err = b.Recv(buf)
			assert.NoError(t, err)
			_, err = b.Recv(buf)
			assert.Equal(t, impl.ErrClosed, err)
		}
		require.NoError(t, b.Close())
		assert.Equal(t, impl.ErrClosed, b.Send(make([]byte, 8)))
		a.Close()
	}
}

func TestBadSockets(t *testing.T) {
	_, _, err := New(Stream, 5000)
	assert.ErrorContains(t, err, "for a stream to 4096")
	_, _, err = New(9, 8)
	assert.ErrorContains(t, err, "want Packet, Datagram or Stream")
	a, b, err := New(Packet, 8)
	require.NoError(t, err)
	defer a.Close()
	defer b.Close()
	assert.Equal(t, impl.ErrSize, a.Send(nil), "it would look like the end")
}
