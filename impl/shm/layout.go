//go:build linux

package shm

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The layout, version 2. Every word that is written often has a cache line of its
// own. All numbers are in the byte order of the machine.
const (
	magic   = 0x31474e4952435049 // "IPCRING1"
	version = 2

	atMagic     = 0
	atVersion   = 8
	atFlags     = 12
	atCapacity  = 16
	atSize      = 20
	atTotal     = 24
	atHead      = 64  // messages taken so far
	atTail      = 128 // messages accepted so far
	atSending   = 192 // lock of the producers: 0, or who holds it
	atTaking    = 256 // lock of the consumers
	atItems     = 320 // futex: changes when a message has been accepted
	atRoom      = 384 // futex: changes when one has been taken
	atDestroyed = 448
	atDied      = 452 // roles of processes that died
	atMembers   = 512
	members     = 64
	memberSize  = 32
	atSlots     = 4096

	// In a slot of the table of members.
	inState = 0
	inRole  = 4
	inPID   = 8
	inStart = 16 // start time of the process, in clock ticks since boot

	// Behind a lock or a futex: how many sleep on it.
	waiters = 4

	// In the tail: the ring is closed. As one word with the index it orders every
	// send before the close or after it.
	closedBit = 1 << 63
)

// Limits of a ring.
const (
	MaxCapacity = 1 << 20
	MaxSize     = 1 << 20
)

// States of a slot in the table of members.
const (
	free = iota
	claimed
	live

	stateBits = 2
	stateMask = 1<<stateBits - 1
	slotBits  = 7 // 1 + the slot's index, of up to 64
	lifeMask  = 1<<(32-slotBits) - 1
)

// Role says what a process does with a ring.
type Role uint32

// Roles.
const (
	Producer Role = 1 << iota
	Consumer
)

// Flags promise how a ring is used.
type Flags uint32

// Flags.
const (
	// SingleProducer: one goroutine at a time sends; the second process that
	// attaches as a producer is refused.
	SingleProducer Flags = 1 << iota
	SingleConsumer
)

// Errors that are about the segment.
var (
	// ErrForeign: the file is no ring, or one of another version, truncated, or
	// of another user.
	ErrForeign = errors.New("shm: not a ring of this user and version")
	// ErrBroken: what the segment says cannot be, or it was truncated.
	ErrBroken = errors.New("shm: the segment is damaged")
	// ErrPeerDied: no process is left that could send (or receive), and at least
	// one of them died instead of calling Detach.
	ErrPeerDied = errors.New("shm: the processes on the other side have died")
	// ErrTaken: the ring was made for one producer (or consumer), and another
	// process is it.
	ErrTaken = errors.New("shm: another process has this role")
)

// geometry is the part of the header that never changes.
type geometry struct {
	capacity uint64
	size     uint32
	stride   uint64
	flags    Flags
	total    int
}

func newGeometry(capacity, size int, flags Flags) (geometry, error) {
	if capacity < 1 || capacity > MaxCapacity {
		return geometry{}, fmt.Errorf("shm: a capacity of %d messages: want 1 to %d", capacity, MaxCapacity)
	}
	if size < 0 || size > MaxSize {
		return geometry{}, fmt.Errorf("shm: messages of %d bytes: want 0 to %d", size, MaxSize)
	}
	if flags&^(SingleProducer|SingleConsumer) != 0 {
		return geometry{}, fmt.Errorf("shm: unknown flags %#x", uint32(flags))
	}
	stride := (uint64(size) + 8 + 7) &^ 7
	g := geometry{capacity: uint64(capacity), size: uint32(size), stride: stride, flags: flags}
	page := uint64(os.Getpagesize())
	g.total = int((atSlots + stride*uint64(capacity) + page - 1) &^ (page - 1))
	return g, nil
}

// offset is where the i-th message of all is stored.
func (g *geometry) offset(i uint64) int {
	if n := g.capacity; n&(n-1) == 0 { // a division takes longer than all the rest
		return atSlots + int(i&(n-1)*g.stride)
	}
	return atSlots + int(i%g.capacity*g.stride)
}

func word32(mem []byte, at int) *atomic.Uint32 {
	return (*atomic.Uint32)(unsafe.Pointer(&mem[at]))
}

func word64(mem []byte, at int) *atomic.Uint64 {
	return (*atomic.Uint64)(unsafe.Pointer(&mem[at]))
}

// format writes the header into new memory, which is zero.
func (g geometry) format(mem []byte) {
	word32(mem, atVersion).Store(version)
	word32(mem, atFlags).Store(uint32(g.flags))
	word32(mem, atCapacity).Store(uint32(g.capacity))
	word32(mem, atSize).Store(g.size)
	word64(mem, atTotal).Store(uint64(g.total))
	word64(mem, atMagic).Store(magic)
}

// inspect checks a file before it is used.
func inspect(fd int) (geometry, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return geometry{}, fmt.Errorf("shm: %w", err)
	}
	switch {
	case st.Mode&unix.S_IFMT != unix.S_IFREG:
		return geometry{}, fmt.Errorf("%w: it is no regular file", ErrForeign)
	case int(st.Uid) != os.Geteuid():
		return geometry{}, fmt.Errorf("%w: it belongs to user %d", ErrForeign, st.Uid)
	case st.Mode&0o077 != 0:
		return geometry{}, fmt.Errorf("%w: others may use it (mode %04o)", ErrForeign, st.Mode&0o777)
	case st.Size < atSlots || st.Size > atSlots+MaxCapacity*(MaxSize+16):
		return geometry{}, fmt.Errorf("%w: it has %d bytes", ErrForeign, st.Size)
	}
	head := make([]byte, 32)
	if n, err := unix.Pread(fd, head, 0); err != nil || n != len(head) {
		return geometry{}, fmt.Errorf("%w: its header cannot be read", ErrForeign)
	}
	if word64(head, atMagic).Load() != magic {
		return geometry{}, fmt.Errorf("%w: it does not begin like one", ErrForeign)
	}
	if v := word32(head, atVersion).Load(); v != version {
		return geometry{}, fmt.Errorf("%w: its layout has version %d, this is %d", ErrForeign, v, version)
	}
	g, err := newGeometry(int(word32(head, atCapacity).Load()), int(word32(head, atSize).Load()), Flags(word32(head, atFlags).Load()))
	if err != nil {
		return geometry{}, fmt.Errorf("%w: %v", ErrForeign, err)
	}
	if int64(g.total) != st.Size || word64(head, atTotal).Load() != uint64(g.total) {
		return geometry{}, fmt.Errorf("%w: it has %d bytes, and its header asks for %d", ErrForeign, st.Size, g.total)
	}
	return g, nil
}
