//go:build linux

// Package pipe carries messages through ordinary and named pipes, for Linux.
//
// A pipe is a stream of bytes, one way. A message is one write of at most
// [MaxSize] bytes, which the kernel does not mix with others (PIPE_BUF), so any
// number of processes may write. Messages of one fixed size may also be read by
// any number of processes: on Linux a read of that size gets exactly one. Messages
// of varying size have their length in front, and one process reads them.
//
// A pipe holds [Capacity] bytes. When the last writer has closed it, receives get
// what is left and then impl.ErrClosed; when the last reader has, sends get
// impl.ErrClosed (EPIPE). Every process must close the ends it does not use, or
// the others never learn of the end. Two processes that talk to each other use two
// pipes, one for each way ([OpenBoth]).
//
// An end may instead be used as a stream of bytes, without messages: [End.Write]
// and [End.Read].
package pipe

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/nonblock"
)

// lengthBytes is the size of the length that a message of varying size has in front.
const lengthBytes = AtOnce - MaxSize

// Limits in bytes.
const (
	MaxSize  = AtOnce - 4 // of a message of varying size: its length is in front
	Capacity = 65536      // of a pipe, unless the user's share is used up
)

// ErrTorn: the stream ends within a message.
var ErrTorn = errors.New("pipe: the stream ends within a message")

// End is one end of a pipe. Its goroutines may share it.
type End struct {
	f     *nonblock.File
	fixed int // size of every message; 0: they vary
	write bool

	mu      sync.Mutex // of a reader of messages of varying size
	pending []byte     // what was read and not yet received
}

// Sizes says how long messages are.
type Sizes struct{ fixed int }

// Fixed messages have n bytes each, n from 1 to 4096.
func Fixed(n int) Sizes { return Sizes{n} }

// Varying messages have 0 to [MaxSize] bytes.
func Varying() Sizes { return Sizes{} }

func (s Sizes) check() error {
	if s.fixed < 0 || s.fixed > AtOnce {
		return fmt.Errorf("pipe: messages of %d bytes: want 1 to %d, which are written at once", s.fixed, AtOnce)
	}
	return nil
}

// New makes an ordinary pipe. Another process inherits the [End.File] of an end and
// calls [FromFile]. It returns the error of the system, or that of sizes out of range.
func New(s Sizes) (reader, writer *End, err error) {
	if err := s.check(); err != nil {
		return nil, nil, err
	}
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, nil, fmt.Errorf("pipe: %w", err)
	}
	if reader, err = end(fds[0], s, false); err != nil {
		_ = unix.Close(fds[1])
		return nil, nil, err
	}
	if writer, err = end(fds[1], s, true); err != nil {
		reader.Close()
		return nil, nil, err
	}
	return reader, writer, nil
}

func end(fd int, s Sizes, write bool) (*End, error) {
	f, err := nonblock.New(fd, "pipe")
	if err != nil {
		return nil, fmt.Errorf("pipe: %w", err)
	}
	return &End{f: f, fixed: s.fixed, write: write}, nil
}

// FromFile is the end of a pipe that another process made, for writing or for
// reading. It owns the file from then on, and closes it also on error.
func FromFile(f *os.File, s Sizes, write bool) (*End, error) {
	if err := s.check(); err != nil {
		f.Close()
		return nil, err
	}
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	f.Close()
	if err != nil {
		return nil, fmt.Errorf("pipe: %w", err)
	}
	return end(fd, s, write)
}

// Make makes a named pipe with mode 0600. Its error is that of mkfifo: EEXIST if the
// name is taken.
func Make(name string) error {
	if err := unix.Mkfifo(name, 0o600); err != nil {
		return fmt.Errorf("pipe: mkfifo %s: %w", name, err)
	}
	return nil
}

// again is how long an opener sleeps before it looks again for the other end.
const again = time.Millisecond

// Open opens an end of a named pipe, for writing or for reading, and waits until
// another process opens the other end. When the context is done first it returns the
// context's error. A name that does not exist, or is no named pipe, is an error.
func Open(ctx context.Context, name string, s Sizes, write bool) (*End, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if !write {
		fd, err := openReader(ctx, name)
		if err != nil {
			return nil, err
		}
		return checked(fd, name, s, false)
	}
	for {
		fd, err := unix.Open(name, unix.O_WRONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.ENXIO: // no reader yet
		case err != nil:
			return nil, fmt.Errorf("pipe: open %s: %w", name, err)
		default:
			return checked(fd, name, s, true)
		}
		timer := time.NewTimer(again)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-timer.C:
		}
	}
}

// checked is the end, if it is one of a named pipe.
func checked(fd int, name string, s Sizes, write bool) (*End, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("pipe: %s is no named pipe", name)
	}
	return end(fd, s, write)
}

// openReader opens the pipe, in which the kernel waits for a writer. When the
// context is done first the kernel still does, and what it opens then is closed.
func openReader(ctx context.Context, name string) (int, error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	type opened struct {
		fd  int
		err error
	}
	got := make(chan opened, 1)
	go func() {
		for {
			fd, err := unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
			if err != unix.EINTR {
				got <- opened{fd, err}
				return
			}
		}
	}()
	select {
	case o := <-got:
		if o.err != nil {
			return 0, fmt.Errorf("pipe: open %s: %w", name, o.err)
		}
		return o.fd, nil
	case <-ctx.Done():
		go func() {
			if o := <-got; o.err == nil {
				_ = unix.Close(o.fd)
			}
		}()
		return 0, ctx.Err()
	}
}

// File is the descriptor, which another process may inherit. It belongs to the end.
func (e *End) File() *os.File { return e.f.OS() }

// Close closes this end in this process; operations that wait return
// [impl.ErrClosed]. Other processes may still have the same end open.
func (e *End) Close() error { return e.f.Close() }

// frame is the message as it is written.
func (e *End) frame(m []byte) ([]byte, error) {
	switch {
	case e.fixed > 0 && len(m) != e.fixed, e.fixed == 0 && len(m) > MaxSize:
		return nil, impl.ErrSize
	case e.fixed > 0:
		return m, nil
	}
	return append(binary.LittleEndian.AppendUint32(make([]byte, 0, lengthBytes+len(m)), uint32(len(m))), m...), nil
}

func writer(m []byte) func(fd int) error {
	return func(fd int) error {
		n, err := unix.Write(fd, m)
		if err == nil && n != len(m) {
			return fmt.Errorf("pipe: %d of %d bytes were written at once", n, len(m))
		}
		return err
	}
}

// Send sends a message, and waits while the pipe has no room for it. It returns
// [impl.ErrSize] if the message has not the size that the end's [Sizes] allow, and
// [impl.ErrClosed] when no process has the reading end open. With an error nothing was
// sent.
func (e *End) Send(m []byte) error { return e.SendContext(context.Background(), m) }

// SendContext is [End.Send] that waits at most until the context is done, and then
// returns its error.
func (e *End) SendContext(ctx context.Context, m []byte) error {
	b, err := e.frame(m)
	if err != nil {
		return err
	}
	return nonblock.Answer(e.f.Do(ctx, true, writer(b)), nil)
}

// TrySend is [End.Send] that returns [impl.ErrFull] where that would wait.
func (e *End) TrySend(m []byte) error {
	b, err := e.frame(m)
	if err != nil {
		return err
	}
	return nonblock.Answer(e.f.Try(writer(b)), impl.ErrFull)
}

// Recv receives a message into the buffer and returns its length. It waits while there
// is none. It returns [impl.ErrSize] if the buffer is too short, and the message stays;
// [impl.ErrClosed] when no message is left and no process has the writing end open;
// [ErrTorn] if the last one closed it within a message.
func (e *End) Recv(buf []byte) (int, error) { return e.RecvContext(context.Background(), buf) }

// RecvContext is [End.Recv] that waits at most until the context is done, and then
// returns its error.
func (e *End) RecvContext(ctx context.Context, buf []byte) (int, error) {
	return e.recv(buf, func(op func(fd int) error) error { return nonblock.Answer(e.f.Do(ctx, false, op), nil) })
}

// TryRecv is [End.Recv] that returns [impl.ErrEmpty] where that would wait.
func (e *End) TryRecv(buf []byte) (int, error) {
	return e.recv(buf, func(op func(fd int) error) error { return nonblock.Answer(e.f.Try(op), impl.ErrEmpty) })
}

func (e *End) recv(buf []byte, do func(func(fd int) error) error) (int, error) {
	if e.fixed > 0 {
		if len(buf) < e.fixed {
			return 0, impl.ErrSize
		}
		n, err := read(buf[:e.fixed], do)
		if err == nil && n != e.fixed {
			return 0, ErrTorn
		}
		return n, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for {
		if len(e.pending) >= lengthBytes {
			n := int(binary.LittleEndian.Uint32(e.pending))
			if n > MaxSize {
				return 0, fmt.Errorf("pipe: a message of %d bytes: the stream is of another kind", n)
			}
			if rest := e.pending[lengthBytes:]; len(rest) >= n {
				if n > len(buf) {
					return 0, impl.ErrSize
				}
				copy(buf, rest[:n])
				e.pending = append(e.pending[:0], rest[n:]...)
				return n, nil
			}
		}
		var chunk [AtOnce]byte
		n, err := read(chunk[:], do)
		switch {
		case err == impl.ErrClosed && len(e.pending) > 0:
			return 0, ErrTorn
		case err != nil:
			return 0, err
		}
		e.pending = append(e.pending, chunk[:n]...)
	}
}

// read reads once. The end of the stream is impl.ErrClosed.
func read(buf []byte, do func(func(fd int) error) error) (int, error) {
	n := 0
	err := do(func(fd int) (err error) {
		n, err = unix.Read(fd, buf)
		return err
	})
	if err == nil && n == 0 {
		err = impl.ErrClosed
	}
	return max(n, 0), err
}

var _ impl.Messages = (*End)(nil)
