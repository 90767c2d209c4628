//go:build linux && amd64

package cprog

import (
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// neighbours keeps the thread that explores and the child on one processor. They take
// turns, and to wake another processor for each would cost as much as what is done in one.
// Now and then both may go where they want for a few turns: the system moves them if their
// processor is busy with others.
type neighbours struct {
	allowed unix.CPUSet // the processors of both otherwise
	thread  int         // that is kept; 0: none
	since   time.Time   // then
	free    int         // turns since they have been let go
	refused bool        // by the system, or there is one processor only
}

const (
	together = 50 * time.Millisecond
	apart    = 8 // turns
)

// turn is called before each turn of the child by who explores.
func (n *neighbours) turn(child int) {
	switch {
	case n.refused:
	case n.thread != 0:
		if time.Since(n.since) > together {
			n.letGo(child)
		}
	case n.free < apart:
		n.free++
	default:
		n.keep(child)
	}
}

func (n *neighbours) keep(child int) {
	var here uint32
	var one unix.CPUSet
	runtime.LockOSThread()
	_, _, failed := unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&here)), 0, 0)
	one.Set(int(here))
	n.refused = failed != 0 || unix.SchedGetaffinity(0, &n.allowed) != nil || n.allowed.Count() < 2 ||
		unix.SchedSetaffinity(child, &one) != nil
	if n.refused {
		runtime.UnlockOSThread()
		return
	}
	n.thread, n.since = unix.Gettid(), time.Now()
	_ = unix.SchedSetaffinity(0, &one) // else only the child stays where it is
}

// letGo undoes what keep has done. It may be called by another goroutine, but then the one
// that is kept stays on its thread.
func (n *neighbours) letGo(child int) {
	if n.thread == 0 {
		return
	}
	_ = unix.SchedSetaffinity(n.thread, &n.allowed)
	if child != 0 {
		_ = unix.SchedSetaffinity(child, &n.allowed)
	}
	if n.thread == unix.Gettid() {
		runtime.UnlockOSThread()
	}
	n.thread, n.free = 0, 0
}
