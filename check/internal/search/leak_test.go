package search

import (
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Executions leave neither goroutines nor memory behind, deadlocked ones
// included. IPCCHECK_LONG=1 makes a million of them.
func TestExecutionsLeaveNothingBehind(t *testing.T) {
	n := 20_000
	if raceBuild {
		n = 2000
	}
	if os.Getenv("IPCCHECK_LONG") != "" {
		n = 1_000_000
	}
	body := buffer(2, 2, 1, 1, true, false) // one in ten is deadlocked
	x := exec.New("", body)
	defer x.Close()
	measure := func() (goroutines int, heap uint64) {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return runtime.NumGoroutine(), m.HeapAlloc
	}
	s := optimal()
	run := func(k int) {
		for range k {
			if !s.After(next(x, &prim.Plan{SignalAny: true}, s)) {
				s = optimal()
			}
		}
	}
	run(1000)
	goroutines, heap := measure()
	run(n)
	after, heapAfter := measure()
	assert.LessOrEqual(t, after, goroutines+2)
	assert.Less(t, heapAfter, heap+1<<20)
}
