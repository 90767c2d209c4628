package pipe_test

import (
	stdio "io"
	"os"
	"testing"
	stdtime "time"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/internal/rt/pipe"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

func TestPipe(t *testing.T) {
	check.Explore(t, func(t *sched.T) {
		r, w := pipe.Pipe()
		t.Go(func() {
			n, err := w.Write([]byte("abc"))
			require.NoError(t, err)
			require.Equal(t, 3, n)
			require.NoError(t, w.Close())
		})
		b, err := stdio.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, "abc", string(b))
		_, err = w.Write(nil)
		require.ErrorIs(t, err, stdio.ErrClosedPipe)
	})
}

func TestPipeClosedWhileWriting(t *testing.T) {
	check.Explore(t, func(t *sched.T) {
		r, w := pipe.Pipe()
		t.Go(func() {
			b := make([]byte, 2)
			n, err := r.Read(b)
			require.NoError(t, err)
			require.Equal(t, 2, n)
			require.NoError(t, r.Close())
		})
		n, err := w.Write([]byte("abc"))
		require.ErrorIs(t, err, stdio.ErrClosedPipe)
		require.Equal(t, 2, n)
	})
}

func TestNetPipe(t *testing.T) {
	check.Explore(t, func(t *sched.T) {
		a, b := pipe.NetPipe()
		require.NoError(t, a.SetReadDeadline(time.Now().Add(stdtime.Second)))
		_, err := a.Read(make([]byte, 1))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.NoError(t, a.SetReadDeadline(stdtime.Time{}))
		t.Go(func() {
			_, err := b.Write([]byte("x"))
			require.NoError(t, err)
			require.NoError(t, b.Close())
		})
		got, err := stdio.ReadAll(a)
		require.NoError(t, err)
		require.Equal(t, "x", string(got))
		require.ErrorIs(t, b.SetDeadline(time.Now()), stdio.ErrClosedPipe)
	})
}

// A close ends the write that is under way: nobody reads what is left of it.
func TestPipeClosedBesideAWrite(t *testing.T) {
	for name, open := range map[string]func() (stdio.ReadCloser, stdio.WriteCloser){
		"io.Pipe":  func() (stdio.ReadCloser, stdio.WriteCloser) { return pipe.Pipe() },
		"net.Pipe": func() (stdio.ReadCloser, stdio.WriteCloser) { return pipe.NetPipe() },
	} {
		t.Run(name, func(t *testing.T) {
			check.Explore(t, func(t *sched.T) {
				r, w := open()
				var closed atomic.Bool
				t.Go(func() {
					if n, err := w.Write([]byte("abc")); n < 3 {
						require.ErrorIs(t, err, stdio.ErrClosedPipe)
					}
				})
				t.Go(func() {
					require.NoError(t, w.Close())
					closed.Store(true)
				})
				for err := error(nil); err == nil; {
					late := closed.Load()
					n := 0
					if n, err = r.Read(make([]byte, 2)); late {
						require.Zero(t, n)
					}
				}
			})
		})
	}
}

// The ends outside of an exploration keep what those of Go promise.
func TestPipesKeepTheirPromise(t *testing.T) {
	p := check.StreamPromise{Promise: check.Promise{Capacities: []int{0}, IdempotentClose: true}}
	for _, open := range []func() check.StreamOps{
		func() check.StreamOps { r, w := pipe.Pipe(); return check.FromStream(w, r, nil) },
		func() check.StreamOps { r, w := pipe.NetPipe(); return check.FromStream(w, r, nil) },
	} {
		check.Stream(t, func(int) check.StreamOps { return open() }, p)
	}
	a, b := pipe.NetPipe()
	require.NoError(t, b.Close())
	require.ErrorIs(t, a.SetDeadline(stdtime.Time{}), stdio.ErrClosedPipe)
}
