package thirdparty

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/acomagu/bufpipe"
	"github.com/djherbis/buffer"
	"github.com/djherbis/nio/v3"
	"github.com/hashicorp/yamux"
	"github.com/smallnest/ringbuffer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xtaci/smux"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// CloseWriter wakes no writer that waits, so it is for the last of them to call.
func TestRingBuffer(t *testing.T) {
	check.Stream(t, func(n int) check.StreamOps {
		r := ringbuffer.New(n).SetBlocking(true)
		return check.StreamOps{
			Write: check.FromStream(r, r, check.Errors{{Err: ringbuffer.ErrWriteOnClosed, Status: check.Closed}}).Write,
			Read:  check.FromStream(r, r, nil).Read,
			Close: func() check.Status { r.CloseWriter(); return check.OK },
		}
	}, check.StreamPromise{Promise: check.Promise{IdempotentClose: true, CloseAlone: true}})
}

// A reader that has closed can still read what is in the buffer, so that Close is no
// CloseRead.
func TestNio(t *testing.T) {
	check.Stream(t, func(n int) check.StreamOps {
		r, w := nio.Pipe(buffer.New(int64(n)))
		o := check.FromStream(w, r, nil)
		o.CloseRead = nil
		return o
	}, check.StreamPromise{Promise: check.Promise{IdempotentClose: true}})
}

// Writing goes on after Close, and a reader that closes does not wake another that
// waits.
func TestBufpipeGoesOnAfterTheEnd(t *testing.T) {
	v := check.RunStream(func(int) check.StreamOps {
		r, w := bufpipe.New(nil)
		return check.FromStream(w, r, nil)
	}, check.StreamPromise{Promise: check.Promise{Capacities: []int{4}, Capacity: check.NoLimit, IdempotentClose: true}, Atomic: 1 << 20}, check.Patience(100*time.Millisecond))
	require.Equal(t, verdict.Fail, v.Answer)
	var codes []verdict.Code
	for _, f := range v.Findings {
		codes = append(codes, f.Code)
	}
	assert.Subset(t, codes, []verdict.Code{verdict.BrokenBoundary, verdict.LostWakeup})
}

// open opens a stream from one end of a session to the other.
func open[S io.Closer, T any](client, server func(net.Conn) (S, error), dial, accept func(S) (T, error)) (from, to T, dispose func()) {
	a, b := net.Pipe()
	s, err := server(a)
	c, err2 := client(b)
	w, err3 := dial(c)
	r, err4 := accept(s)
	for _, err := range []error{err, err2, err3, err4} {
		if err != nil {
			panic(err)
		}
	}
	return w, r, func() { c.Close(); s.Close() }
}

// Each end of a stream closes its own direction. The window of 256 KiB is never used up
// here, so there is no limit. A write that is under way when the stream is closed may
// come after the end, and is lost though it answers ok: Close is for the last writer.
// Two readers can deadlock at the end of the stream: one has the lock of its state and
// waits for that of its buffer, the other the other way round.
func TestYamux(t *testing.T) {
	quiet := yamux.DefaultConfig()
	quiet.LogOutput = io.Discard
	check.Stream(t, func(int) check.StreamOps {
		w, r, dispose := open(
			func(c net.Conn) (*yamux.Session, error) { return yamux.Client(c, quiet) },
			func(c net.Conn) (*yamux.Session, error) { return yamux.Server(c, quiet) },
			(*yamux.Session).OpenStream, (*yamux.Session).AcceptStream)
		o := check.FromStream(w, r, check.Errors{{Err: yamux.ErrStreamClosed, Status: check.Closed}, {Err: yamux.ErrSessionShutdown, Status: check.Closed}})
		o.Dispose = dispose
		return o
	}, check.StreamPromise{Promise: check.Promise{Capacities: []int{1}, Capacity: check.NoLimit, Consumers: 1, IdempotentClose: true, CloseAlone: true}, Short: true, HalfClose: true})
}

// Of two that wait to read one is not woken if the other leaves something; and a
// writer learns late of the reader's Close. A write that is under way when the stream is
// closed may come after the end, as with yamux.
func TestSmux(t *testing.T) {
	check.Stream(t, func(int) check.StreamOps {
		w, r, dispose := open(
			func(c net.Conn) (*smux.Session, error) { return smux.Client(c, nil) },
			func(c net.Conn) (*smux.Session, error) { return smux.Server(c, nil) },
			(*smux.Session).OpenStream, (*smux.Session).AcceptStream)
		o := check.FromStream(w, r, nil)
		o.CloseRead, o.Dispose = nil, dispose
		return o
	}, check.StreamPromise{Promise: check.Promise{Capacities: []int{1}, Capacity: check.NoLimit, Consumers: 1, CloseAlone: true}, Short: true})
}
