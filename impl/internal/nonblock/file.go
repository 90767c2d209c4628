//go:build linux

// Package nonblock waits on descriptors of pipes, sockets and message queues
// without holding a thread, and until a context is done.
package nonblock

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
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
	read   direction
	write  direction
}

// direction is reading or writing. The runtime has one deadline for all operations of
// a direction, and lets them wait one after the other. So the deadline stays in the
// past until every operation whose context is done has returned: one that still waits
// for its turn would not learn of it otherwise.
type direction struct {
	mu      sync.Mutex
	expired int // operations whose context is done, and that have not returned
	set     func(time.Time) error
}

// expire ends the waiting of all operations for now.
func (d *direction) expire() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expired++
	_ = d.set(past)
}

// leave is called by an operation that has expired, when it no longer waits.
func (d *direction) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.expired--; d.expired == 0 {
		_ = d.set(time.Time{})
	}
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
	file := &File{f: f, rc: rc}
	file.read.set, file.write.set = f.SetReadDeadline, f.SetWriteDeadline
	return file, nil
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
	wait, d := f.rc.Read, &f.read
	if write {
		wait, d = f.rc.Write, &f.write
	}
	for {
		if ctx.Err() != nil {
			err := f.Try(op)
			if err == ErrAgain {
				err = ctx.Err()
			}
			return err
		}
		expired := func() bool { return false }
		if ctx.Done() != nil {
			if err := f.Try(op); err != ErrAgain {
				return err
			}
			fired := make(chan struct{})
			stop := context.AfterFunc(ctx, func() {
				d.expire()
				close(fired)
			})
			expired = func() bool {
				if stop() {
					return false
				}
				<-fired
				return true
			}
		}
		var err error
		e := wait(func(fd uintptr) bool {
			err = once(int(fd), op)
			return err != ErrAgain
		})
		if expired() {
			d.leave()
		}
		switch {
		case e == nil:
			return err
		case !errors.Is(e, os.ErrDeadlineExceeded):
			return f.known(e)
		}
		runtime.Gosched() // another operation has expired, and has its turn now
	}
}
