//go:build linux

package shm

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// How an operation waits.
const (
	// Spins is how often an operation is tried before it sleeps: about 100
	// microseconds.
	Spins = 200
	// Nap is the longest an operation sleeps at a time. Then it checks whether its
	// context is done, and whether a peer, or the process that should have woken
	// it, has died.
	Nap = 10 * time.Millisecond
)

const (
	futexWait = 0
	futexWake = 1
)

// futex is how a ring sleeps and wakes. Tests put one of their own in the place of
// the kernel's.
type futex interface {
	// wait sleeps while the word has the value, until wake or until the time is
	// over. It may also return for no reason: the caller looks again.
	wait(word *atomic.Uint32, value uint32, nap time.Duration)
	// wake wakes up to n of those who sleep on the word.
	wake(word *atomic.Uint32, n int)
}

// kernel is the futex of the operating system, shared by processes.
type kernel struct{}

func (kernel) wait(word *atomic.Uint32, value uint32, nap time.Duration) {
	ts := unix.NsecToTimespec(int64(nap))
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWait, uintptr(value), uintptr(unsafe.Pointer(&ts)), 0, 0)
}

func (kernel) wake(word *atomic.Uint32, n int) {
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWake, uintptr(n), 0, 0, 0)
}

// lock takes a lock of the ring. It takes it over from a process that died.
func (r *Ring) lock(at int) error {
	word, mine := word32(r.mem, at), r.tag
	for i := 0; ; i++ {
		if word.CompareAndSwap(0, mine) {
			return nil
		}
		if i < Spins {
			if i%16 == 15 {
				runtime.Gosched()
			}
			continue
		}
		holder := word.Load()
		if holder == 0 {
			continue
		}
		n := word32(r.mem, at+waiters)
		n.Add(1)
		r.futex.wait(word, holder, Nap)
		n.Add(^uint32(0))
		if err := r.recover(at, holder); err != nil {
			return err
		}
	}
}

// recover releases the lock if the holder that was seen has left the ring or died.
func (r *Ring) recover(at int, holder uint32) error {
	h := int(holder&(1<<slotBits-1)) - 1
	if h < 0 || h >= members {
		return ErrBroken
	}
	switch seen := r.state(h).Load(); {
	case seen != holder>>slotBits<<stateBits|live:
		word32(r.mem, at).CompareAndSwap(holder, 0)
	case !r.lives(h):
		r.reclaim(h, seen)
	}
	return nil
}

func (r *Ring) unlock(at int) {
	word := word32(r.mem, at)
	word.Store(0)
	if word32(r.mem, at+waiters).Load() > 0 {
		r.futex.wake(word, 1)
	}
}
