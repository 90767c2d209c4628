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
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/ipccheck/ipccheck/impl"
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
