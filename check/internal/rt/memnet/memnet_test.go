package memnet_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/rt/memnet"
	"github.com/ipccheck/ipccheck/check/sched"
)

var loopback = memnet.Place{Kind: "tcp", Host: "127.0.0.1"}

// connect returns the ends of a connection.
func connect(t *testing.T, at memnet.Place) (a, b *memnet.Conn) {
	l, err := memnet.Listen(at)
	require.NoError(t, err)
	d, err := memnet.Dial(l.Place)
	require.NoError(t, err)
	e, err := l.Accept()
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return d.Conn, e.Conn
}

// under calls f outside of a controlled run, and in one.
func under(t *testing.T, f func(t *testing.T)) {
	t.Run("outside", f)
	t.Run("controlled", func(t *testing.T) {
		x := exec.New("", func() { f(t) })
		defer x.Close()
		run, err := x.Execute(&prim.Plan{})
		require.NoError(t, err)
		assert.Equal(t, prim.Done, run.End, run.Panic)
	})
}

// What one end sends arrives at the other, all of it and in order, though it is more
// than the connection takes.
func TestMoreThanThereIsRoomFor(t *testing.T) {
	under(t, func(t *testing.T) {
		a, b := connect(t, loopback)
		sent := bytes.Repeat([]byte("0123456789"), 1_000_000)
		exec.Go(func() {
			_, _ = a.Write(sent)
			_ = a.Close()
		})
		got, err := io.ReadAll(b)
		assert.NoError(t, err)
		assert.True(t, bytes.Equal(sent, got), "%d bytes", len(got))
		assert.NoError(t, b.Close())
	})
}

// Places are taken, and free again; who dials where nobody listens is told.
func TestPlaces(t *testing.T) {
	under(t, func(t *testing.T) {
		l, err := memnet.Listen(loopback)
		require.NoError(t, err)
		for _, host := range []string{loopback.Host, memnet.AnyIP, memnet.AnyIPv4} {
			_, err = memnet.Listen(memnet.Place{Kind: "tcp", Host: host, Port: l.Place.Port})
			assert.ErrorIs(t, err, syscall.EADDRINUSE, host)
		}
		_, err = memnet.Dial(memnet.Place{Kind: "tcp", Host: "::1", Port: l.Place.Port})
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
		d, err := memnet.Dial(l.Place)
		require.NoError(t, err)
		require.NoError(t, l.Close())
		assert.ErrorIs(t, l.Close(), memnet.ErrClosed)
		_, err = d.Read(make([]byte, 1))
		assert.ErrorIs(t, err, syscall.ECONNRESET, "it was not accepted")
		_, err = memnet.Dial(l.Place)
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
		again, err := memnet.Listen(l.Place)
		require.NoError(t, err)
		require.NoError(t, again.Close())
	})
}

// A deadline ends what waits, and what begins to wait later, until it is taken back.
func TestDeadlines(t *testing.T) {
	under(t, func(t *testing.T) {
		a, b := connect(t, loopback)
		require.NoError(t, a.SetReadDeadline(time.Unix(1, 0)))
		for range 2 {
			_, err := a.Read(make([]byte, 1))
			assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
		}
		require.NoError(t, a.SetReadDeadline(time.Time{}))
		_, err := b.Write([]byte("x"))
		require.NoError(t, err)
		n, err := a.Read(make([]byte, 2))
		assert.Equal(t, 1, n)
		assert.NoError(t, err)
		require.NoError(t, a.SetWriteDeadline(time.Unix(1, 0)))
		_, err = a.Write([]byte("x"))
		assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.NoError(t, a.Close())
		assert.ErrorIs(t, a.SetReadDeadline(time.Time{}), memnet.ErrClosed)
		require.NoError(t, b.Close())
	})
}

// What is sent to an end that is closed is lost once, and refused then; that of a Unix
// socket is refused at once.
func TestSendingToNobody(t *testing.T) {
	under(t, func(t *testing.T) {
		for kind, lost := range map[string]int{"tcp": 1, "unix": 0} {
			at := loopback
			at.Kind = kind
			a, b := connect(t, at)
			require.NoError(t, b.Close())
			n := 0
			for ; n < 3; n++ {
				if _, err := a.Write([]byte("x")); err != nil {
					assert.True(t, errors.Is(err, syscall.EPIPE), err)
					break
				}
			}
			assert.Equal(t, lost, n, kind)
			require.NoError(t, a.Close())
		}
	})
}

// A pipe of the operating system ends with its writer, and refuses without a reader.
func TestPipe(t *testing.T) {
	check.Explore(t, func(t *sched.T) {
		r, w := memnet.Pipe()
		t.Go(func() {
			n, err := w.Write([]byte("abc"))
			require.NoError(t, err)
			require.Equal(t, 3, n)
			require.NoError(t, w.Close())
			require.ErrorIs(t, w.Close(), os.ErrClosed)
		})
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, "abc", string(b))
		_, err = r.Write(nil)
		require.ErrorIs(t, err, syscall.EBADF)
		require.NoError(t, r.Close())
	})
	check.Explore(t, func(t *sched.T) {
		r, w := memnet.Pipe()
		require.NoError(t, r.Close())
		_, err := w.Write([]byte("x"))
		require.ErrorIs(t, err, syscall.EPIPE)
	})
}
