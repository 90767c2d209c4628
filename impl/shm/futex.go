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
	// Spins is how often it looks before it sleeps: about 100 microseconds.
	Spins = 200
	// Nap is the longest it sleeps before it looks again whether a peer, or the
	// one who should have woken it, has died.
	Nap = 10 * time.Millisecond
)

const (
	futexWait = 0
	futexWake = 1
)

// sleep waits while the word has the value, for at most a nap.
func sleep(word *atomic.Uint32, value uint32, nap time.Duration) {
	ts := unix.NsecToTimespec(int64(nap))
	// Woken, changed already, interrupted, time over: the caller looks again.
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWait, uintptr(value), uintptr(unsafe.Pointer(&ts)), 0, 0)
}

// wake wakes up to n of those who sleep on the word.
func wake(word *atomic.Uint32, n int) {
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
		h := int(holder&(1<<placeBits-1)) - 1
		if h < 0 || h >= members {
			return ErrBroken
		}
		n := word32(r.mem, at+waiters)
		n.Add(1)
		sleep(word, holder, Nap)
		n.Add(^uint32(0))
		switch seen := r.state(h).Load(); {
		case seen != holder>>placeBits<<stateBits|live:
			word.CompareAndSwap(holder, 0) // that process is gone
		case h != r.place && !r.lives(h):
			r.bury(h, seen)
		}
	}
}

func (r *Ring) unlock(at int) {
	word := word32(r.mem, at)
	word.Store(0)
	if word32(r.mem, at+waiters).Load() > 0 {
		wake(word, 1)
	}
}
