package memnet

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// pipeRoom is how many bytes a pipe of the operating system takes before a write waits.
// One of up to [pipeWhole] bytes is never taken in parts: it may go beyond the room.
const (
	pipeRoom  = 64 << 10
	pipeWhole = 4 << 10
)

// PipeEnd is an end of a pipe of the operating system in memory. Its methods return
// the errors that those of an os.File wrap.
type PipeEnd struct {
	half   *half
	writes bool
}

// Pipe makes a pipe of the operating system.
//
//go:norace
func Pipe() (r, w *PipeEnd) {
	h := &half{}
	h.stream.Size = pipeRoom
	return &PipeEnd{half: h}, &PipeEnd{half: h, writes: true}
}

// Read waits until there is something to be read. It returns os.ErrClosed,
// os.ErrDeadlineExceeded and io.EOF.
//
//go:norace
func (e *PipeEnd) Read(p []byte) (int, error) {
	if e.writes {
		return 0, syscall.EBADF
	}
	if len(p) == 0 {
		return 0, e.nothing(prim.OpStreamReadDeadline, prim.ShutReaders)
	}
	n, err := (&Conn{in: e.half}).Read(p)
	return n, ofFile(err)
}

// Write waits until there is room. It returns os.ErrClosed, os.ErrDeadlineExceeded and
// syscall.EPIPE, and how much was written before.
//
//go:norace
func (e *PipeEnd) Write(p []byte) (n int, err error) {
	if !e.writes {
		return 0, syscall.EBADF
	}
	h := e.half
	if len(p) == 0 {
		return 0, e.nothing(prim.OpStreamWriteDeadline, prim.ShutWriters)
	}
	for n < len(p) {
		if !h.stream.Wait(prim.OpStreamWrite) {
			return n, os.ErrClosed
		}
		h.ends[writing].Use()
		switch {
		case h.sent >= closed:
			err = os.ErrClosed
		case h.stream.Shut&prim.ShutWriters != 0:
			err = os.ErrDeadlineExceeded
		case h.received >= closed:
			err = syscall.EPIPE
		}
		if err != nil {
			h.stream.Done(0, false)
			return n, err
		}
		h.stream.Merge()
		some := len(p) - n
		if len(p) > pipeWhole {
			some = min(some, int(h.stream.Size)-len(h.bytes))
		}
		h.bytes = appendBytes(h.bytes, p[n:n+some])
		n += some
		h.stream.Done(int32(some), n < len(p))
	}
	return n, nil
}

// nothing is read or written: that does not wait. It is an operation of that kind, which
// changes nothing.
//
//go:norace
func (e *PipeEnd) nothing(k prim.Kind, who prim.Shut) (err error) {
	h := e.half
	if !h.stream.Wait(k) {
		return os.ErrClosed
	}
	e.descriptor().Use()
	switch {
	case e.writes && h.sent >= closed || !e.writes && h.received >= closed:
		err = os.ErrClosed
	case e.writes && h.stream.Shut&who != 0:
		err = os.ErrDeadlineExceeded
	}
	h.stream.Change(who, prim.ShutKeep)
	return err
}

//go:norace
func (e *PipeEnd) descriptor() *exec.Descriptor {
	if e.writes {
		return &e.half.ends[writing]
	}
	return &e.half.ends[reading]
}

// Close closes the end. What was written can still be read. It returns os.ErrClosed if
// that was done before.
//
//go:norace
func (e *PipeEnd) Close() error {
	h := e.half
	end, deadline := &h.received, &h.expiry[reading]
	if e.writes {
		end, deadline = &h.sent, &h.expiry[writing]
	}
	if !h.stream.Wait(prim.OpStreamShut) {
		return os.ErrClosed
	}
	e.descriptor().Use()
	if *end >= closed {
		h.stream.Change(prim.ShutBoth, prim.ShutKeep)
		return os.ErrClosed
	}
	*end = closed
	last := deadline.last
	h.stream.Change(prim.ShutBoth, prim.ShutSet)
	last.stop()
	return nil
}

// SetReadDeadline lets reads wait until t, and no longer; the zero time: forever.
//
//go:norace
func (e *PipeEnd) SetReadDeadline(t time.Time) error {
	if e.writes {
		return nil // nobody reads from it
	}
	return ofFile((&Conn{in: e.half}).SetReadDeadline(t))
}

// SetWriteDeadline lets writes wait until t, and no longer; the zero time: forever.
//
//go:norace
func (e *PipeEnd) SetWriteDeadline(t time.Time) error {
	if !e.writes {
		return nil // nobody writes to it
	}
	return ofFile((&Conn{out: e.half}).SetWriteDeadline(t))
}

// ofFile is an error as files have it.
func ofFile(err error) error {
	if errors.Is(err, ErrClosed) {
		return os.ErrClosed
	}
	return err
}

var _ io.ReadWriteCloser = (*PipeEnd)(nil)
