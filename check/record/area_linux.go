package record

import (
	"fmt"
	"math"
	"os"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/model"
)

// Monotonic is the clock that all processes of a machine share, CLOCK_MONOTONIC
// in nanoseconds. A process knows its own reading of it only up to a small error,
// so there are two: one that is never late, for calls, and one that is never
// early, for returns. An operation that ended before another began may then seem
// to overlap it, and never the other way round.
type Monotonic struct {
	base        time.Time
	early, late int64
}

// NewMonotonic compares the process's own clock with the machine's.
func NewMonotonic() (*Monotonic, error) {
	var best *Monotonic
	for range 100 {
		var before, after unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &before); err != nil {
			return nil, fmt.Errorf("record: clock_gettime: %w", err)
		}
		base := time.Now()
		if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &after); err != nil {
			return nil, fmt.Errorf("record: clock_gettime: %w", err)
		}
		m := &Monotonic{base, before.Nano(), after.Nano()}
		if best == nil || m.late-m.early < best.late-best.early {
			best = m
		}
	}
	return best, nil
}

// Call is a time not later than now, Return one not earlier.
func (m *Monotonic) Call() int64   { return m.early + int64(time.Since(m.base)) }
func (m *Monotonic) Return() int64 { return m.late + int64(time.Since(m.base)) }

// CallAfter is Call once that is not before the return of the process's last
// operation: it lets the time of the error pass, so that the operations of one
// process never seem to overlap.
func (m *Monotonic) CallAfter(ret int64) int64 {
	for {
		if t := m.Call(); t >= ret {
			return t
		}
	}
}

// Area is the log of one process in memory that another one reads, even when the
// process has died at any instruction. One goroutine writes.
type Area struct {
	mem   []byte
	n     *atomic.Uint64 // operations called
	ended *atomic.Uint64 // of those, returned
	calls []Call
	clock *Monotonic
	last  int64 // return of the last operation
}

const areaHeader = 64

// NewAreaFile makes the memory for a log of n operations.
func NewAreaFile(n int) (*os.File, error) {
	fd, err := unix.MemfdCreate("ipccheck-log", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("record: memfd_create: %w", err)
	}
	f := os.NewFile(uintptr(fd), "ipccheck-log")
	if err := f.Truncate(areaHeader + int64(n)*int64(unsafe.Sizeof(Call{}))); err != nil {
		f.Close()
		return nil, fmt.Errorf("record: a log of %d operations: %w", n, err)
	}
	return f, nil
}

// OpenArea maps a log that [NewAreaFile] made.
func OpenArea(f *os.File, clock *Monotonic) (*Area, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	n := (info.Size() - areaHeader) / int64(unsafe.Sizeof(Call{}))
	if n < 1 {
		return nil, fmt.Errorf("record: a log of %d bytes", info.Size())
	}
	mem, err := unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("record: mmap: %w", err)
	}
	return &Area{
		mem: mem, clock: clock, last: math.MinInt64,
		n:     (*atomic.Uint64)(unsafe.Pointer(&mem[0])),
		ended: (*atomic.Uint64)(unsafe.Pointer(&mem[8])),
		calls: unsafe.Slice((*Call)(unsafe.Pointer(&mem[areaHeader])), n),
	}, nil
}

// Close unmaps the log.
func (a *Area) Close() error { return unix.Munmap(a.mem) }

// Begin records a call. It reports false when the log is full.
func (a *Area) Begin(op model.Op) bool {
	i := a.n.Load()
	if i >= uint64(len(a.calls)) {
		return false
	}
	c := begun(op)
	c.Call = a.clock.CallAfter(a.last)
	a.calls[i] = c
	a.n.Store(i + 1)
	return true
}

// End records that the last operation has returned.
func (a *Area) End(r model.Result) {
	i := a.n.Load() - 1
	c := &a.calls[i]
	a.last = a.clock.Return()
	c.end(r, a.last)
	a.ended.Store(i + 1)
}

// Drop removes the last operation, which was refused; it may be called before or
// after [Area.End].
func (a *Area) Drop() {
	i := a.n.Load() - 1
	a.ended.Store(i)
	a.n.Store(i)
}

// Len is the number of operations called so far.
func (a *Area) Len() int { return int(min(a.n.Load(), uint64(len(a.calls)))) }

// Calls are the operations so far, those that have not returned as pending. What
// the other process wrote is checked.
func (a *Area) Calls() ([]Call, error) {
	n := a.Len()
	ended := int(min(a.ended.Load(), uint64(n)))
	out := make([]Call, n)
	for i := range out {
		c := a.calls[i].started()
		if i < ended {
			c = a.calls[i]
		}
		if c.Kind > model.CloseRead || c.Status > model.Failed || c.Return < c.Call || i > 0 && c.Call < out[i-1].Call {
			return nil, fmt.Errorf("record: operation %d of the log makes no sense: it was written by something else", i+1)
		}
		out[i] = c
	}
	return out, nil
}
