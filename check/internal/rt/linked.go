package rt

import (
	"math/rand/v2"

	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// Random is a random number of the runtime.
//
//go:norace
func Random() uint64 {
	if n, ok := world.Random(); ok {
		return n
	}
	return rand.Uint64()
}

// Below is a random number of the runtime below n; 0 if n is.
//
//go:norace
func Below(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	return Random() % n
}

// Nanotime is the runtime's clock.
//
//go:norace
func Nanotime() int64 { return time.Now().UnixNano() }

// Clock is the runtime's both clocks: the seconds and nanoseconds of the day, and the
// monotonic one.
//
//go:norace
func Clock() (sec int64, nsec int32, mono int64) {
	now := time.Now()
	return now.Unix(), int32(now.Nanosecond()), now.UnixNano()
}

// Walltime is the first two of Clock.
//
//go:norace
func Walltime() (sec int64, nsec int32) {
	sec, nsec, _ = Clock()
	return sec, nsec
}
