//go:build linux

package procbox

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/watchdog"
	"github.com/ipccheck/ipccheck/impl/mq"
)

// systems are the same boxes on each carrier.
func systems(t *testing.T) map[string]*System {
	watchdog.Start(t)
	t.Helper()
	m, err := InMemory(t.TempDir(), 3, 16)
	require.NoError(t, err)
	return map[string]*System{"memory": m, "queues": OnQueues(strings.TrimPrefix(mq.Name(), "/"), 3, 16)}
}

func TestBoxesAreCreatedSharedAndDestroyed(t *testing.T) {
	for name, s := range systems(t) {
		t.Run(name, func(t *testing.T) {
			_, err := s.Open("a")
			assert.Equal(t, impl.ErrDestroyed, err)
			assert.Equal(t, impl.ErrDestroyed, s.Destroy("a"))
			require.NoError(t, s.Create("a"))
			assert.Equal(t, impl.ErrExists, s.Create("a"))
			one, err := s.Open("a")
			require.NoError(t, err)
			two, err := s.Open("a")
			require.NoError(t, err)
			buf := make([]byte, 16)
			_, err = two.TryRecv(buf)
			assert.Equal(t, impl.ErrEmpty, err)
			for _, m := range []string{"x", "", "0123456789abcdef"} {
				require.NoError(t, one.Send([]byte(m)))
			}
			assert.Equal(t, impl.ErrFull, one.TrySend(nil))
			assert.Equal(t, impl.ErrSize, two.Send(make([]byte, 17)))
			n, err := two.Recv(buf)
			require.NoError(t, err)
			assert.Equal(t, "x", string(buf[:n]))
			require.NoError(t, one.Send([]byte("y")))

			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			assert.Equal(t, context.Canceled, one.SendContext(ctx, nil))
			waiting := make(chan error)
			go func() { waiting <- one.Send(nil) }()
			require.NoError(t, s.Destroy("a"))
			assert.Equal(t, impl.ErrDestroyed, <-waiting, "who waits is told")
			_, err = two.Recv(buf)
			assert.Equal(t, impl.ErrDestroyed, err, "what it held is dropped")
			_, err = two.TryRecv(buf)
			assert.Equal(t, impl.ErrDestroyed, err)
			assert.Equal(t, impl.ErrDestroyed, one.TrySend(nil))
			require.NoError(t, one.Close())
			require.NoError(t, two.Close())

			require.NoError(t, s.Create("a"), "the name is free again")
			three, err := s.Open("a")
			require.NoError(t, err)
			_, err = three.TryRecv(buf)
			assert.Equal(t, impl.ErrEmpty, err, "and the box is another")
			require.NoError(t, three.Close())
			require.NoError(t, s.Destroy("a"))
		})
	}
}

func TestLinks(t *testing.T) {
	for name, s := range systems(t) {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			p, q, r := s.Peer(1), s.Peer(2), s.Peer(3)
			buf := make([]byte, 16)
			require.NoError(t, p.Send(ctx, 2, []byte("to q")))
			require.NoError(t, r.Send(ctx, 2, []byte("also")))
			n, err := q.Recv(ctx, 3, buf)
			require.NoError(t, err)
			assert.Equal(t, "also", string(buf[:n]), "from whom it names")
			n, err = q.Recv(ctx, 1, buf)
			require.NoError(t, err)
			assert.Equal(t, "to q", string(buf[:n]))
			assert.Equal(t, impl.ErrPeer, p.Send(ctx, 1, nil))
			_, err = p.Recv(ctx, 1, buf)
			assert.Equal(t, impl.ErrPeer, err)
			assert.Equal(t, impl.ErrPeer, p.SendAny(ctx, 1, nil))

			require.NoError(t, r.SendAny(ctx, 2, []byte("r")))
			require.NoError(t, p.SendAny(ctx, 2, []byte("pp")))
			for _, want := range []struct {
				from int
				m    string
			}{{3, "r"}, {1, "pp"}} {
				n, from, err := q.RecvAny(ctx, buf)
				require.NoError(t, err)
				assert.Equal(t, want.from, from)
				assert.Equal(t, want.m, string(buf[:n]))
			}
			assert.Equal(t, impl.ErrSize, p.SendAny(ctx, 2, make([]byte, 13)))
			for _, x := range []*Peer{p, q, r} {
				require.NoError(t, x.Close())
			}
			for _, box := range []string{link(1, 2), link(3, 2), inbox(2)} {
				require.NoError(t, s.Destroy(box))
			}
		})
	}
}

func TestBadBoxes(t *testing.T) {
	for _, s := range systems(t) {
		for _, name := range []string{"", "a/b", "..", strings.Repeat("x", 65), "a\x00"} {
			assert.ErrorContains(t, s.Create(name), "want 1 to 64 bytes")
			assert.Error(t, s.Destroy(name))
			_, err := s.Open(name)
			assert.Error(t, err)
		}
	}
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o777))
	_, err := InMemory(dir, 1, 8)
	assert.ErrorContains(t, err, "only this user may write to")
	_, err = InMemory(dir+"/none", 1, 8)
	assert.Error(t, err)
}
