//go:build linux

// Package nonblock waits on descriptors of pipes, sockets and message queues
// without holding a thread, and until a context is done.
package nonblock

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
)

// File is a descriptor that does not block. Any number of goroutines may use it.
type File struct {
	f      *os.File
	rc     syscall.RawConn
	closed atomic.Bool
}

// New takes over the descriptor.
func New(fd int, name string) (*File, error) {
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	f := os.NewFile(uintptr(fd), name)
	rc, err := f.SyscallConn()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &File{f: f, rc: rc}, nil
}

// OS is the file, for handing it on to another process.
func (f *File) OS() *os.File { return f.f }

// Close closes the descriptor; operations under way return [os.ErrClosed]. A second
// Close returns impl.ErrClosed.
func (f *File) Close() error {
	f.closed.Store(true)
	return Answer(f.f.Close(), nil)
}

// known is the error, or os.ErrClosed if that is why.
func (f *File) known(err error) error {
	if f.closed.Load() {
		return os.ErrClosed
	}
	return err
}

// ErrAgain is the answer of [File.Try] where it would have to wait.
var ErrAgain = errors.New("nonblock: not now")

// Try performs the operation once. It is repeated when a signal interrupts it.
func (f *File) Try(op func(fd int) error) error {
	var err error
	if e := f.rc.Control(func(fd uintptr) { err = once(int(fd), op) }); e != nil {
		return f.known(e)
	}
	return err
}

func once(fd int, op func(fd int) error) error {
	for {
		switch err := op(fd); err {
		case unix.EINTR:
		case unix.EAGAIN:
			return ErrAgain
		default:
			return err
		}
	}
}

// Answer is the error of an operation in the words of package impl: refused where
// it would have to wait, closed where nobody is at the other end.
func Answer(err, refused error) error {
	switch {
	case err == ErrAgain:
		return refused
	case err == unix.EMSGSIZE:
		return impl.ErrSize
	case err == unix.EPIPE || err == unix.ECONNRESET || err == unix.ECONNREFUSED || err == unix.ENOTCONN || errors.Is(err, os.ErrClosed):
		return impl.ErrClosed
	}
	return err
}

var past = time.Unix(1, 0)

// Do performs the operation, and waits while it would block: for the descriptor
// to become writable, or readable, at most until the context is done. Then it
// returns the context's error.
func (f *File) Do(ctx context.Context, write bool, op func(fd int) error) error {
	wait, deadline := f.rc.Read, f.f.SetReadDeadline
	if write {
		wait, deadline = f.rc.Write, f.f.SetWriteDeadline
	}
	for {
		var err error
		if ctx.Err() != nil {
			if err = f.Try(op); err == ErrAgain {
				err = ctx.Err()
			}
			return err
		}
		stop := func() bool { return true }
		if ctx.Done() != nil {
			if err := f.Try(op); err != ErrAgain {
				return err
			}
			stop = context.AfterFunc(ctx, func() { _ = deadline(past) })
		}
		e := wait(func(fd uintptr) bool {
			err = once(int(fd), op)
			return err != ErrAgain
		})
		if !stop() {
			_ = deadline(time.Time{})
		}
		switch {
		case e == nil:
			return err
		case !errors.Is(e, os.ErrDeadlineExceeded):
			return f.known(e)
		}
		// Somebody's context is done: this one's, or that of another operation,
		// whose deadline must not stay.
		_ = deadline(time.Time{})
	}
}
