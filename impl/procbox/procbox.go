//go:build linux

// Package procbox has mailboxes and links between processes, for Linux. A box has a
// name by which processes find it; it is created, used by any number of them, and
// destroyed, after which every operation on it gets impl.ErrDestroyed, those that
// wait too.
//
// Boxes are carried by shared memory ([InMemory], on package shm) or by POSIX
// message queues ([OnQueues], on package mq). Both hold a fixed number of messages
// of a largest size, first in, first out. What a killed process had sent stays; one
// that was receiving takes at most one message with it. In memory a process that
// waits for others that have died is told so (shm.ErrPeerDied); queues cannot tell.
package procbox

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/mq"
	"github.com/ipccheck/ipccheck/impl/shm"
)

// System is a set of boxes. Every process that makes one with the same arguments has
// the same boxes.
type System struct {
	capacity, size int
	c              carrier
}

// carrier is what boxes are made of.
type carrier interface {
	create(name string, capacity, size int) error
	open(name string) (box, error)
	destroy(name string) error
}

// box is an open box.
type box interface {
	impl.Messages
	Size() int
}

// InMemory returns the boxes in shared memory whose files are in the directory, each
// with room for capacity messages of at most size bytes. It returns an error if the
// directory does not exist, or others may write to it.
func InMemory(dir string, capacity, size int) (*System, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("procbox: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(st.Uid) != os.Geteuid() || !info.IsDir() || info.Mode().Perm()&0o022 != 0 {
		return nil, fmt.Errorf("procbox: %s is no directory that only this user may write to", dir)
	}
	return &System{capacity, size, memory{dir}}, nil
}

// OnQueues returns the boxes on message queues whose names begin with the prefix, each
// with room for capacity messages of at most size bytes. An unguessable prefix is
// [mq.Name] without its slash.
func OnQueues(prefix string, capacity, size int) *System {
	return &System{capacity, size, queues{prefix}}
}

func check(name string) error {
	if name == "" || len(name) > 64 || strings.ContainsAny(name, "/\x00") || name[0] == '.' {
		return fmt.Errorf("procbox: the name %q: want 1 to 64 bytes without slashes, not beginning with a dot", name)
	}
	return nil
}

// Create makes an empty box. It returns [impl.ErrExists] if there is one with the name,
// or the error of [shm.CreateIn] or [mq.Create]. A name has 1 to 64 bytes, no slash and
// no dot at its beginning.
func (s *System) Create(name string) error {
	if err := check(name); err != nil {
		return err
	}
	return s.c.create(name, s.capacity, s.size)
}

// Open opens the box. It returns [impl.ErrDestroyed] if there is none with the name.
// Close closes it in this process and does not end the box.
func (s *System) Open(name string) (*Box, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	b, err := s.c.open(name)
	if err != nil {
		return nil, err
	}
	return &Box{b}, nil
}

// Destroy ends the box for all processes and drops its messages. Operations on it, also
// those that wait, return [impl.ErrDestroyed]. It returns impl.ErrDestroyed itself if
// there is no box with the name.
func (s *System) Destroy(name string) error {
	if err := check(name); err != nil {
		return err
	}
	return s.c.destroy(name)
}

// Box is an open mailbox. The goroutines of its process may share it. It has the
// operations of [impl.Messages], and Size. They return [impl.ErrDestroyed] after
// [System.Destroy], on queues up to 10 milliseconds later.
type Box struct{ box }

// memory carries boxes by rings.
type memory struct{ dir string }

func (m memory) path(name string) string { return filepath.Join(m.dir, "box-"+name) }

func (m memory) create(name string, capacity, size int) error {
	r, err := shm.CreateIn(m.dir, capacity, size, 0, shm.Producer|shm.Consumer)
	if err != nil {
		return err
	}
	made := r.File().Name()
	if err := r.Detach(); err != nil {
		return err
	}
	// It gets its name when it is whole, if the name is free.
	err = os.Link(made, m.path(name))
	_ = os.Remove(made)
	if errors.Is(err, os.ErrExist) {
		return impl.ErrExists
	}
	return err
}

func (m memory) open(name string) (box, error) {
	r, err := shm.AttachTo(m.path(name), shm.Producer|shm.Consumer)
	if errors.Is(err, os.ErrNotExist) {
		return nil, impl.ErrDestroyed
	}
	if err != nil {
		return nil, err
	}
	return ring{r}, nil
}

func (m memory) destroy(name string) error {
	b, err := m.open(name)
	if err != nil {
		return err
	}
	r := b.(ring).Ring
	defer func() { _ = r.Detach() }()
	err = r.Destroy()
	if errors.Is(err, os.ErrNotExist) {
		return impl.ErrDestroyed // somebody else was first
	}
	return err
}

type ring struct{ *shm.Ring }

// Close leaves the ring, which stays open for others.
func (r ring) Close() error { return r.Detach() }

// queues carry boxes by message queues.
type queues struct{ prefix string }

func (q queues) name(name string) string { return "/" + q.prefix + "-" + name }

func (q queues) create(name string, capacity, size int) error {
	b, err := mq.Create(q.name(name), capacity, size)
	if errors.Is(err, unix.EEXIST) {
		return impl.ErrExists
	}
	if err != nil {
		return err
	}
	return b.Close()
}

func (q queues) open(name string) (box, error) {
	b, err := mq.Open(q.name(name))
	if errors.Is(err, unix.ENOENT) {
		return nil, impl.ErrDestroyed
	}
	if err != nil {
		return nil, err
	}
	return queue{b}, nil
}

func (q queues) destroy(name string) error {
	err := mq.Remove(q.name(name))
	if errors.Is(err, unix.ENOENT) {
		return impl.ErrDestroyed
	}
	return err
}

// queue is a message queue that knows whether its name was removed.
type queue struct{ *mq.Queue }

// look is how long an operation waits before it checks again whether the box was
// destroyed: removing a queue wakes nobody.
const look = 10 * time.Millisecond

func (q queue) repeat(ctx context.Context, op func(context.Context) error) error {
	for {
		if q.Removed() {
			return impl.ErrDestroyed
		}
		short, cancel := context.WithTimeout(ctx, look)
		err := op(short)
		cancel()
		if err != context.DeadlineExceeded || ctx.Err() != nil {
			return err
		}
	}
}

func (q queue) Send(m []byte) error { return q.SendContext(context.Background(), m) }
func (q queue) SendContext(ctx context.Context, m []byte) error {
	return q.repeat(ctx, func(ctx context.Context) error { return q.Queue.SendContext(ctx, m) })
}

func (q queue) TrySend(m []byte) error {
	if q.Removed() {
		return impl.ErrDestroyed
	}
	return q.Queue.TrySend(m)
}

func (q queue) Recv(buf []byte) (int, error) { return q.RecvContext(context.Background(), buf) }
func (q queue) RecvContext(ctx context.Context, buf []byte) (n int, err error) {
	err = q.repeat(ctx, func(ctx context.Context) (err error) {
		n, err = q.Queue.RecvContext(ctx, buf)
		return err
	})
	return n, err
}

func (q queue) TryRecv(buf []byte) (int, error) {
	if q.Removed() {
		return 0, impl.ErrDestroyed
	}
	return q.Queue.TryRecv(buf)
}

// Peer is a process that exchanges messages with others by their numbers. A link joins
// two processes; its first use makes it, and each direction is a box. One goroutine
// uses a Peer.
type Peer struct {
	s    *System
	me   int
	open map[string]*Box
}

// Peer returns the process with the number. For [Peer.SendAny] the system's messages
// must have room for 4 bytes more.
func (s *System) Peer(me int) *Peer { return &Peer{s, me, map[string]*Box{}} }

func (p *Peer) box(name string) (*Box, error) {
	if b, ok := p.open[name]; ok {
		return b, nil
	}
	if err := p.s.Create(name); err != nil && err != impl.ErrExists {
		return nil, err
	}
	b, err := p.s.Open(name)
	if err == nil {
		p.open[name] = b
	}
	return b, err
}

func link(from, to int) string { return fmt.Sprintf("link-%d-%d", from, to) }
func inbox(to int) string      { return fmt.Sprintf("inbox-%d", to) }

// Send sends the message to the other process, which receives it by [Peer.Recv] from
// this one (symmetric addressing). It waits while the link is full, at most until the
// context is done, and returns [impl.ErrPeer] if the process names itself.
func (p *Peer) Send(ctx context.Context, to int, m []byte) error {
	if to == p.me {
		return impl.ErrPeer
	}
	b, err := p.box(link(p.me, to))
	if err != nil {
		return err
	}
	return b.SendContext(ctx, m)
}

// Recv receives a message that the other process sent by [Peer.Send], into the buffer,
// and returns its length. It waits while there is none, at most until the context is
// done, and returns [impl.ErrPeer] if the process names itself.
func (p *Peer) Recv(ctx context.Context, from int, buf []byte) (int, error) {
	if from == p.me {
		return 0, impl.ErrPeer
	}
	b, err := p.box(link(from, p.me))
	if err != nil {
		return 0, err
	}
	return b.RecvContext(ctx, buf)
}

// sender stands before a message that is sent to whoever receives from anyone.
const sender = 4

// SendAny sends the message to the other process, which receives it by [Peer.RecvAny]
// (asymmetric addressing). It waits and fails as [Peer.Send].
func (p *Peer) SendAny(ctx context.Context, to int, m []byte) error {
	if to == p.me {
		return impl.ErrPeer
	}
	b, err := p.box(inbox(to))
	if err != nil {
		return err
	}
	return b.SendContext(ctx, append(binary.LittleEndian.AppendUint32(nil, uint32(p.me)), m...))
}

// RecvAny receives a message that any process sent by [Peer.SendAny], and returns its
// length and the number of its sender. It waits as [Peer.Recv]. If the buffer is too
// short it returns [impl.ErrSize], and the message is lost.
func (p *Peer) RecvAny(ctx context.Context, buf []byte) (n, from int, err error) {
	b, err := p.box(inbox(p.me))
	if err != nil {
		return 0, 0, err
	}
	whole := make([]byte, b.Size())
	if n, err = b.RecvContext(ctx, whole); err != nil {
		return 0, 0, err
	}
	if n < sender || n-sender > len(buf) {
		return 0, 0, impl.ErrSize
	}
	copy(buf, whole[sender:n])
	return n - sender, int(binary.LittleEndian.Uint32(whole)), nil
}

// Close closes this process's boxes. The links stay.
func (p *Peer) Close() error {
	var errs []error
	for name, b := range p.open {
		errs = append(errs, b.Close())
		delete(p.open, name)
	}
	return errors.Join(errs...)
}
