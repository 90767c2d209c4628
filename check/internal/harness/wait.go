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
	var all, still, stays spell // since the beginning, without anything going on, with the same version
	quiet, at := 0, version()
	for prev := time.Now(); ; {
		select {
		case <-done:
			return record.Complete
		case <-tick.C:
		}
		now := time.Now()
		for _, s := range []*spell{&all, &still, &stays} {
			s.add(now.Sub(prev))
		}
		prev = now
		if v := version(); v != at {
			at, stays = v, 0
		}
		if all.is(20*patience) || stays.is(8*patience) {
			return record.Cut
		}
		states, busy := map[int64]string{}, false
		for _, g := range goroutines() {
			states[g.id] = g.State
			busy = busy || g.busy()
		}
		if busy || !maps.Equal(states, last) {
			last, quiet, still = states, 0, 0
			continue
		}
		quiet++
		if quiet >= 5 && still.is(patience) {
			return record.Stuck
		}
	}
}

// spell is a length of time, as far as the process had the processors: where one look
// comes long after another, it had them for the last moment at most.
type spell time.Duration

func (s *spell) add(d time.Duration) { *s += spell(min(d, 5*sample)) }

func (s *spell) is(d time.Duration) bool { return time.Duration(*s) >= d }

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
