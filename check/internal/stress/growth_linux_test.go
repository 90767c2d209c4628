package stress

import (
	"bytes"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// usage is what this process holds.
type usage struct{ descriptors, threads, mappings, heap int }

func used(t *testing.T) usage {
	t.Helper()
	entries := func(dir string) int {
		all, err := os.ReadDir(dir)
		require.NoError(t, err)
		return len(all)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	require.NoError(t, err)
	runtime.GC()
	runtime.GC() // what the first has finalized
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{entries("/proc/self/fd"), entries("/proc/self/task"), bytes.Count(maps, []byte("\n")), int(m.HeapAlloc)}
}

// least is the least of each, which only what stays can raise.
func least(us []usage) usage {
	l := us[0]
	for _, u := range us[1:] {
		l = usage{min(l.descriptors, u.descriptors), min(l.threads, u.threads), min(l.mappings, u.mappings), min(l.heap, u.heap)}
	}
	return l
}

// TestLongRunsDoNotGrow makes runs in one process, over every transport in each
// round, and compares the second third of the rounds with the last. 200 rounds:
//
//	IPCCHECK_LONG=1 go test ./check/internal/stress -run Grow -timeout 1h
func TestLongRunsDoNotGrow(t *testing.T) {
	if slow() && testing.Short() {
		t.Skip("what it leaves behind is no matter of races")
	}
	rounds := 9
	if slow() {
		rounds = 3
	}
	if os.Getenv("IPCCHECK_LONG") != "" {
		rounds = 200
	}
	var all []usage
	for i := range rounds {
		for _, transport := range shipped() {
			c := Config{Transport: transport, Producers: 2, Consumers: 2, Items: 100, Size: 8, Capacity: 8, Seed: uint64(i)}
			if i%2 == 1 {
				c.Disturbances = everything()
			}
			judged(t, c)
		}
		all = append(all, used(t))
	}
	third := rounds / 3
	before, after := least(all[third:2*third]), least(all[2*third:])
	t.Logf("after a third of %d rounds of %d runs %+v, after two %+v", rounds, len(shipped()), before, after)
	runs := third * len(shipped())
	assert.LessOrEqual(t, after.descriptors, before.descriptors)
	if slow() {
		return // the detector needs memory of its own
	}
	// The runtime takes threads and memory when it likes: that is less than one,
	// or a page, for each run.
	assert.Less(t, after.threads, before.threads+runs)
	assert.Less(t, after.mappings, before.mappings+runs)
	assert.Less(t, after.heap, before.heap+4096*runs)
}
