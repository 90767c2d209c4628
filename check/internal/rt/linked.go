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
