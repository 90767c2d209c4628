//go:build linux

// Package mq carries messages through POSIX message queues, by the system calls of
// Linux.
//
// A queue has a name, a fixed number of messages and a fixed largest size, both
// limited by /proc/sys/fs/mqueue (10 messages of 8192 bytes for ordinary users);
// all queues of a user together are limited by RLIMIT_MSGQUEUE (ulimit -q).
// Messages of higher priority leave first, those of one priority in order. Any
// number of processes may send and receive. A queue has no end of file: it lives
// until it is removed and the last process has closed it.
//
// System V message queues are not used: they would add the choice of a kind of
// message by its receiver, and have neither deadlines nor a way to wait for one
// queue beside other things, outlive everybody unless somebody removes them, and
// are found by keys that any program may have chosen too.
package mq

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/nonblock"
)

// attributes are the kernel's struct mq_attr.
type attributes struct {
	flags, maxMessages, size, held int64
	_                              [4]int64
}

// Queue is an open queue. The goroutines of its process may share it.
type Queue struct {
	f        *nonblock.File
	name     string
	capacity int
	size     int
}

// Name returns a new, unguessable name.
func Name() string {
	var tag [16]byte
	_, _ = rand.Read(tag[:]) // it never fails
	return "/ipccheck-" + hex.EncodeToString(tag[:])
}

// Create makes a queue of mode 0600 with room for capacity messages of at most size
// bytes each, and opens it. The name begins with a slash and has no other. It returns
// EEXIST if the name is taken, and an error that names the limit where the user may
// not have such a queue.
func Create(name string, capacity, size int) (*Queue, error) {
	if capacity < 1 || size < 1 {
		return nil, fmt.Errorf("mq: %d messages of %d bytes: want 1 or more of each", capacity, size)
	}
	q, err := open(name, unix.O_CREAT|unix.O_EXCL, &attributes{maxMessages: int64(capacity), size: int64(size)})
	return q, limited(err, capacity, size)
}

// Open opens a queue that exists. It returns ENOENT if there is none with the name,
// and an error if it belongs to another user.
func Open(name string) (*Queue, error) { return open(name, 0, nil) }

func open(name string, flags int, a *attributes) (*Queue, error) {
	bare, ok := strings.CutPrefix(name, "/")
	if !ok || bare == "" || strings.ContainsAny(bare, "/\x00") {
		return nil, fmt.Errorf("mq: the name %q: want a slash and a word", name)
	}
	p, err := unix.BytePtrFromString(bare)
	if err != nil {
		return nil, fmt.Errorf("mq: the name %q: %w", name, err)
	}
	fd, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(p)), uintptr(unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK|flags), 0o600, uintptr(unsafe.Pointer(a)), 0, 0)
	if errno != 0 {
		return nil, fmt.Errorf("mq: open %s: %w", name, errno)
	}
	return wrap(int(fd), name)
}

// FromFile is the queue of a descriptor that another process opened. It owns the file
// from then on, and closes it also on error.
func FromFile(f *os.File) (*Queue, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	name := f.Name()
	f.Close()
	if err != nil {
		return nil, fmt.Errorf("mq: %w", err)
	}
	return wrap(fd, name)
}

func wrap(fd int, name string) (*Queue, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || int(st.Uid) != os.Geteuid() {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("mq: %s belongs to user %d", name, st.Uid)
	}
	a, err := get(fd)
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("mq: %s is no message queue: %w", name, err)
	}
	f, err := nonblock.New(fd, name)
	if err != nil {
		return nil, fmt.Errorf("mq: %w", err)
	}
	return &Queue{f, name, int(a.maxMessages), int(a.size)}, nil
}

func get(fd int) (attributes, error) {
	var a attributes
	_, _, errno := unix.Syscall(unix.SYS_MQ_GETSETATTR, uintptr(fd), 0, uintptr(unsafe.Pointer(&a)))
	if errno != 0 {
		return a, errno
	}
	return a, nil
}

// Remove removes the name. The queue itself is freed when the last process closes it.
// It returns ENOENT if there is no queue with the name.
func Remove(name string) error {
	p, err := unix.BytePtrFromString(strings.TrimPrefix(name, "/"))
	if err != nil {
		return fmt.Errorf("mq: the name %q: %w", name, err)
	}
	if _, _, errno := unix.Syscall(unix.SYS_MQ_UNLINK, uintptr(unsafe.Pointer(p)), 0, 0); errno != 0 {
		return fmt.Errorf("mq: remove %s: %w", name, errno)
	}
	return nil
}

// Cap is the number of messages that the queue can hold.
func (q *Queue) Cap() int { return q.capacity }

// Size is the number of bytes that a message can have.
func (q *Queue) Size() int { return q.size }

// Len is the number of messages that the queue holds, a snapshot.
func (q *Queue) Len() int {
	n := 0
	_ = q.f.Try(func(fd int) error {
		a, err := get(fd)
		n = int(a.held)
		return err
	})
	return n
}

// Removed reports whether the name was removed, so that no process can open the queue
// any more.
func (q *Queue) Removed() bool {
	removed := false
	_ = q.f.Try(func(fd int) error {
		var st unix.Stat_t
		err := unix.Fstat(fd, &st)
		removed = err == nil && st.Nlink == 0
		return err
	})
	return removed
}

// File is the descriptor, which another process may inherit. It belongs to the queue.
func (q *Queue) File() *os.File { return q.f.OS() }

// Close closes the queue in this process; operations that wait return
// [impl.ErrClosed]. The queue and its messages stay.
func (q *Queue) Close() error { return q.f.Close() }

// MaxPriority is the highest priority, 0 the lowest.
const MaxPriority = 32767

func sender(m []byte, priority uint) func(fd int) error {
	return func(fd int) error {
		_, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDSEND, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(m))), uintptr(len(m)), uintptr(priority), 0, 0)
		return result(errno)
	}
}

func result(errno unix.Errno) error {
	if errno != 0 {
		return errno
	}
	return nil
}

// receiver receives into a buffer of the queue's size, as the kernel demands.
func (q *Queue) receiver(buf []byte, n *int) func(fd int) error {
	return func(fd int) error {
		r, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDRECEIVE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)), 0, 0, 0)
		if errno == 0 {
			*n = int(r)
		}
		return result(errno)
	}
}

// Send sends a message of priority 0, and waits while the queue is full. It returns
// [impl.ErrSize] if the message is longer than [Queue.Size].
func (q *Queue) Send(m []byte) error { return q.SendContext(context.Background(), m) }

// SendContext is [Queue.Send] that waits at most until the context is done, and then
// returns its error; nothing was sent.
func (q *Queue) SendContext(ctx context.Context, m []byte) error {
	return nonblock.Answer(q.f.Do(ctx, true, sender(m, 0)), nil)
}

// SendPriority is [Queue.SendContext] with a priority of 0 to [MaxPriority]; another
// one is an error.
func (q *Queue) SendPriority(ctx context.Context, m []byte, priority uint) error {
	if priority > MaxPriority {
		return fmt.Errorf("mq: priority %d: want 0 to %d", priority, MaxPriority)
	}
	return nonblock.Answer(q.f.Do(ctx, true, sender(m, priority)), nil)
}

// TrySend is [Queue.Send] that returns [impl.ErrFull] where that would wait.
func (q *Queue) TrySend(m []byte) error { return nonblock.Answer(q.f.Try(sender(m, 0)), impl.ErrFull) }

// Recv receives the oldest message of the highest priority and returns its length. It
// waits while there is none. It returns [impl.ErrSize] if the buffer is shorter than
// [Queue.Size], whatever the message has, and the message stays.
func (q *Queue) Recv(buf []byte) (int, error) { return q.RecvContext(context.Background(), buf) }

// RecvContext is [Queue.Recv] that waits at most until the context is done, and then
// returns its error; nothing was received.
func (q *Queue) RecvContext(ctx context.Context, buf []byte) (n int, err error) {
	err = nonblock.Answer(q.f.Do(ctx, false, q.receiver(buf, &n)), nil)
	return n, err
}

// TryRecv is [Queue.Recv] that returns [impl.ErrEmpty] where that would wait.
func (q *Queue) TryRecv(buf []byte) (n int, err error) {
	err = nonblock.Answer(q.f.Try(q.receiver(buf, &n)), impl.ErrEmpty)
	return n, err
}

var _ impl.Messages = (*Queue)(nil)
