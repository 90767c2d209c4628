package harness

import (
	"maps"
	"runtime"
	"time"

	"github.com/ipccheck/ipccheck/check/record"
)

// sample is the time between two looks at all goroutines while an execution takes
// long.
const sample = 20 * time.Millisecond

// await waits until the channel is closed. It returns record.Stuck when no goroutine
// of the process was running, runnable or asleep for the whole of the patience, and
// record.Cut after twenty times the patience in any case, or after eight times if the
// version stays the same: nobody got on. If the channel is closed in time, the result
// does not depend on time.
func await(done <-chan struct{}, patience time.Duration, version func() int64) record.End {
	for range 200 {
		select {
		case <-done:
			return record.Complete
		default:
			runtime.Gosched()
		}
	}
	tick := time.NewTicker(sample)
	defer tick.Stop()
	var last map[int64]string
	quiet, since := 0, time.Now()
	at, got := version(), since
	for begin := since; ; {
		select {
		case <-done:
			return record.Complete
		case <-tick.C:
		}
		now := time.Now()
		if v := version(); v != at {
			at, got = v, now
		}
		if now.Sub(begin) > 20*patience || now.Sub(got) > 8*patience {
			return record.Cut
		}
		states, busy := map[int64]string{}, false
		for _, g := range goroutines() {
			states[g.id] = g.State
			busy = busy || g.busy()
		}
		if busy || !maps.Equal(states, last) {
			last, quiet, since = states, 0, now
			continue
		}
		quiet++
		if quiet >= 5 && now.Sub(since) >= patience {
			return record.Stuck
		}
	}
}

// settled waits until these goroutines and all that they created are blocked or have
// ended. It reports false if some still runs after many looks, or after a few that took
// long because it keeps the processors: it may be waiting by spinning.
func settled(family map[int64]bool) bool {
	begin := time.Now()
	for look := range 50 {
		if look >= 5 && time.Since(begin) > 10*sample {
			return false
		}
		for range 20 {
			runtime.Gosched()
		}
		all := goroutines()
		busy := false
		for _, g := range all {
			busy = busy || family[g.id] && g.busy()
		}
		for _, g := range descendants(all, family) {
			busy = busy || g.busy()
		}
		if !busy {
			return true
		}
	}
	return false
}
