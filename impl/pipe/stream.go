//go:build linux

package pipe

import (
	"context"
	"io"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/nonblock"
)

// An end may also be used as what it is, an end of a stream of bytes without
// messages. It should then not be used for messages.

// AtOnce is PIPE_BUF: a write of up to so many bytes goes in whole, with nothing in
// between.
const AtOnce = 4096

// Resize sets the capacity of the pipe, rounded up to a power of two of pages, and
// returns it. The kernel counts pages, and a write shares a page with the one before
// only if all of it fits there: a pipe may be full with fewer bytes. The error is that
// of the system: EPERM above /proc/sys/fs/pipe-max-size, EBUSY below what is held.
func (e *End) Resize(bytes int) (n int, err error) {
	err = e.f.Try(func(fd int) (err error) {
		n, err = unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, bytes)
		return err
	})
	return n, err
}

// Write writes the bytes, and waits until all are in the pipe. More than [AtOnce] go
// in piece by piece, and other writers' bytes may come in between. It returns how many
// are in, and [impl.ErrClosed] when no process has the reading end open.
func (e *End) Write(b []byte) (int, error) { return e.WriteContext(context.Background(), b) }

// WriteContext is [End.Write] that waits at most until the context is done. Then it
// returns how many bytes are in, and the context's error.
func (e *End) WriteContext(ctx context.Context, b []byte) (int, error) {
	for n := 0; ; {
		k := 0
		err := e.f.Do(ctx, true, func(fd int) (err error) {
			k, err = unix.Write(fd, b[n:])
			return err
		})
		n += max(k, 0)
		if err != nil || n == len(b) {
			return n, nonblock.Answer(err, nil)
		}
	}
}

// TryWrite writes as many bytes as there is room for, and returns how many. Up to
// [AtOnce] bytes go in all or none. Where none do it returns [impl.ErrFull].
func (e *End) TryWrite(b []byte) (n int, err error) {
	err = e.f.Try(func(fd int) (err error) {
		n, err = unix.Write(fd, b)
		return err
	})
	return max(n, 0), nonblock.Answer(err, impl.ErrFull)
}

// Read waits until there is a byte, and reads as many as are there, at most len(b). It
// returns [io.EOF] when none is left and no process has the writing end open.
func (e *End) Read(b []byte) (int, error) { return e.ReadContext(context.Background(), b) }

// ReadContext is [End.Read] that waits at most until the context is done, and then
// returns its error.
func (e *End) ReadContext(ctx context.Context, b []byte) (int, error) {
	return stream(b, func(op func(fd int) error) error { return nonblock.Answer(e.f.Do(ctx, false, op), nil) })
}

// TryRead is [End.Read] that returns [impl.ErrEmpty] where that would wait.
func (e *End) TryRead(b []byte) (int, error) {
	return stream(b, func(op func(fd int) error) error { return nonblock.Answer(e.f.Try(op), impl.ErrEmpty) })
}

// stream reads bytes. That the descriptor is closed is another matter than the end
// of the stream.
func stream(b []byte, do func(func(fd int) error) error) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	done := false
	n, err := read(b, func(op func(fd int) error) error {
		err := do(op)
		done = err == nil
		return err
	})
	if done && err == impl.ErrClosed {
		err = io.EOF
	}
	return n, err
}
