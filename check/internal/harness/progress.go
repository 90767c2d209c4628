package harness

import (
	"sync"
	"sync/atomic"
)

// Progress lets processes that poll in vain wait until some other one gets on,
// instead of spinning. Like [record.Clock] it orders nothing for the race detector,
// which is why its fields are atomic though a mutex is at hand. Use
// [NewProgress].
type Progress struct {
	mu      sync.Mutex
	moved   sync.Cond
	version atomic.Int64
	waiting atomic.Int64
}

// NewProgress returns the state in which nobody has got on.
func NewProgress() *Progress {
	p := &Progress{}
	p.moved.L = &p.mu
	return p
}

// Version identifies the progress made so far.
func (p *Progress) Version() int64 {
	unordered()
	defer ordered()
	return p.version.Load()
}

// Advance records that somebody got on, and wakes all who wait for it.
func (p *Progress) Advance() {
	unordered()
	defer ordered()
	p.version.Add(1)
	if p.waiting.Load() > 0 {
		p.mu.Lock()
		p.moved.Broadcast()
		p.mu.Unlock()
	}
}

// Wait blocks while nobody has got on since the version was read.
func (p *Progress) Wait(version int64) {
	unordered()
	defer ordered()
	p.mu.Lock()
	p.waiting.Add(1)
	for p.version.Load() == version {
		p.moved.Wait()
	}
	p.waiting.Add(-1)
	p.mu.Unlock()
}

// Waiting is the number of processes in [Progress.Wait].
func (p *Progress) Waiting() int { return int(p.waiting.Load()) }
