package bytepipe

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/impl"
)

func TestBytesGoAroundTheRing(t *testing.T) {
	p := New(4, 2)
	assert.Equal(t, 4, p.Cap())
	buf := make([]byte, 3)
	for _, text := range []string{"abc", "def", "ghi"} { // each begins elsewhere
		n, err := p.Write([]byte(text))
		require.NoError(t, err)
		assert.Equal(t, 3, n)
		assert.Equal(t, 3, p.Len())
		n, err = p.Read(buf)
		require.NoError(t, err)
		assert.Equal(t, text, string(buf[:n]))
	}
	n, err := p.TryWrite([]byte("abcdef"))
	require.NoError(t, err)
	assert.Equal(t, 4, n, "a long write, as far as it fits")
	_, err = p.TryWrite([]byte("x"))
	assert.Equal(t, impl.ErrFull, err)
	n, err = p.Write(nil)
	assert.NoError(t, err)
	assert.Zero(t, n)
	require.NoError(t, p.Close())
	rest, err := io.ReadAll(p)
	require.NoError(t, err)
	assert.Equal(t, "abcd", string(rest))
	assert.Equal(t, impl.ErrClosed, p.Close())
	require.NoError(t, p.CloseRead())
	_, err = p.Read(buf)
	assert.Equal(t, impl.ErrClosed, err)
	for _, bad := range [][2]int{{0, 0}, {2, 3}, {2, -1}} {
		assert.Panics(t, func() { New(bad[0], bad[1]) })
	}
}

func BenchmarkPipe(b *testing.B) {
	p := New(65536, 4096)
	m := make([]byte, 4096)
	b.SetBytes(int64(len(m)))
	go func() {
		for range b.N {
			if _, err := p.Write(m); err != nil {
				b.Error(err)
			}
		}
		_ = p.Close()
	}()
	if _, err := io.Copy(io.Discard, struct{ io.Reader }{p}); err != nil {
		b.Fatal(err)
	}
}
