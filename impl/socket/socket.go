//go:build linux

// Package socket carries messages through pairs of Unix domain sockets, for Linux.
//
// Packets and datagrams keep the boundaries of messages, and any number of
// processes may hold either end; packets also tell when the other end is closed.
// Streams carry messages of one fixed size of at most 4096 bytes, which the kernel
// sends at once.
//
// How much a socket holds depends on its buffer (net.core.wmem_default) and the
// size of the messages, and for datagrams on net.unix.max_dgram_qlen. Both ends
// send and receive.
package socket

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/nonblock"
)

// Kind is the kind of a socket.
type Kind int

// Kinds of sockets.
const (
	Packet   Kind = unix.SOCK_SEQPACKET
	Datagram Kind = unix.SOCK_DGRAM
	Stream   Kind = unix.SOCK_STREAM
)

// MaxSize is the number of bytes that a message can have.
const MaxSize = 65536

// End is one end of a pair. Its goroutines may share it.
type End struct {
	f    *nonblock.File
	kind Kind
	size int
}

// New makes a pair for messages of at most size bytes; those of a stream have
// exactly that many. Another process inherits the [End.File] of an end and calls
// [FromFile]. It returns the error of the system, or that of arguments out of range.
func New(kind Kind, size int) (a, b *End, err error) {
	if err := check(kind, size); err != nil {
		return nil, nil, err
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, int(kind)|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("socket: %w", err)
	}
	if a, err = end(fds[0], kind, size); err != nil {
		_ = unix.Close(fds[1])
		return nil, nil, err
	}
	if b, err = end(fds[1], kind, size); err != nil {
		a.Close()
		return nil, nil, err
	}
	return a, b, nil
}

func check(kind Kind, size int) error {
	switch {
	case kind != Packet && kind != Datagram && kind != Stream:
		return fmt.Errorf("socket: kind %d: want Packet, Datagram or Stream", kind)
	case size < 1 || size > MaxSize || kind == Stream && size > 4096:
		return fmt.Errorf("socket: messages of %d bytes: want 1 to %d, for a stream to 4096", size, MaxSize)
	}
	return nil
}

func end(fd int, kind Kind, size int) (*End, error) {
	f, err := nonblock.New(fd, "socket")
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	return &End{f, kind, size}, nil
}

// FromFile is an end of a pair that another process made with the same arguments. It
// owns the file from then on, and closes it also on error.
func FromFile(f *os.File, kind Kind, size int) (*End, error) {
	if err := check(kind, size); err != nil {
		f.Close()
		return nil, err
	}
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	f.Close()
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	return end(fd, kind, size)
}

// File is the descriptor, which another process may inherit. It belongs to the end.
func (e *End) File() *os.File { return e.f.OS() }

// Close closes this end in this process; operations that wait return
// [impl.ErrClosed]. Other processes may still have the same end open.
func (e *End) Close() error { return e.f.Close() }

func (e *End) sender(m []byte) func(fd int) error {
	return func(fd int) error {
		n, err := unix.SendmsgN(fd, m, nil, nil, unix.MSG_NOSIGNAL)
		if err == nil && n != len(m) {
			return fmt.Errorf("socket: %d of %d bytes were sent at once", n, len(m))
		}
		return err
	}
}

func (e *End) fits(m []byte) bool {
	return len(m) <= e.size && (e.kind != Stream || len(m) == e.size) && (e.kind == Datagram || len(m) > 0)
}

// Send sends a message, and waits while there is no room for it. It returns
// [impl.ErrSize] if the message has not the size that [New] allows, or is a packet or a
// message of a stream without a byte, which would look like the end; and
// [impl.ErrClosed] when no process has the other end open.
func (e *End) Send(m []byte) error { return e.SendContext(context.Background(), m) }

// SendContext is [End.Send] that waits at most until the context is done, and then
// returns its error; nothing was sent.
func (e *End) SendContext(ctx context.Context, m []byte) error {
	if !e.fits(m) {
		return impl.ErrSize
	}
	return nonblock.Answer(e.f.Do(ctx, true, e.sender(m)), nil)
}

// TrySend is [End.Send] that returns [impl.ErrFull] where that would wait.
func (e *End) TrySend(m []byte) error {
	if !e.fits(m) {
		return impl.ErrSize
	}
	return nonblock.Answer(e.f.Try(e.sender(m)), impl.ErrFull)
}

// receiver receives one message. The end of a stream or of packets is
// impl.ErrClosed.
func (e *End) receiver(buf []byte, n *int) func(fd int) error {
	return func(fd int) error {
		k, _, flags, _, err := unix.Recvmsg(fd, buf, nil, unix.MSG_CMSG_CLOEXEC)
		switch {
		case err != nil:
			return err
		case k == 0 && e.kind != Datagram:
			return impl.ErrClosed
		case flags&unix.MSG_TRUNC != 0:
			return impl.ErrSize
		case e.kind == Stream && k != e.size:
			return fmt.Errorf("socket: %d of %d bytes of a message: the stream ends within it", k, e.size)
		}
		*n = k
		return nil
	}
}

// room is the buffer as far as it is used: a stream must not read on.
func (e *End) room(buf []byte) ([]byte, error) {
	if len(buf) < e.size {
		return nil, impl.ErrSize
	}
	return buf[:e.size], nil
}

// Recv receives a message and returns its length. It waits while there is none. It
// returns [impl.ErrSize] if the buffer is shorter than the size of [New], and the
// message stays; and [impl.ErrClosed] when no message is left and no process has the
// other end open. A receiver of datagrams does not learn that, and waits.
func (e *End) Recv(buf []byte) (int, error) { return e.RecvContext(context.Background(), buf) }

// RecvContext is [End.Recv] that waits at most until the context is done, and then
// returns its error; nothing was received.
func (e *End) RecvContext(ctx context.Context, buf []byte) (n int, err error) {
	if buf, err = e.room(buf); err != nil {
		return 0, err
	}
	err = nonblock.Answer(e.f.Do(ctx, false, e.receiver(buf, &n)), nil)
	return n, err
}

// TryRecv is [End.Recv] that returns [impl.ErrEmpty] where that would wait.
func (e *End) TryRecv(buf []byte) (n int, err error) {
	if buf, err = e.room(buf); err != nil {
		return 0, err
	}
	err = nonblock.Answer(e.f.Try(e.receiver(buf, &n)), impl.ErrEmpty)
	return n, err
}

var _ impl.Messages = (*End)(nil)
