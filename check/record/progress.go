package record

import (
	"sync"
	"sync/atomic"
)

// Progress lets a process whose attempts are refused wait until another process
// makes progress, instead of spinning. Like [Clock] it orders nothing for the race
// detector, so its fields are atomic although there is a mutex. Use [NewProgress].
type Progress struct {
	mu      sync.Mutex
	moved   sync.Cond
	version atomic.Int64
	parked  atomic.Int64
}

// NewProgress returns a Progress of version 0.
func NewProgress() *Progress {
	p := &Progress{}
	p.moved.L = &p.mu
	return p
}

// Version is the number of times that [Progress.Advance] was called. Read it before
// the attempt that may be refused.
func (p *Progress) Version() int64 {
	unordered()
	defer ordered()
	return p.version.Load()
}

// Advance records that a process made progress, and wakes all that wait.
func (p *Progress) Advance() {
	unordered()
	defer ordered()
	p.version.Add(1)
	if p.parked.Load() > 0 {
		p.mu.Lock()
		p.moved.Broadcast()
		p.mu.Unlock()
	}
}

// Wait blocks until Advance has been called since the version was read.
func (p *Progress) Wait(version int64) {
	unordered()
	defer ordered()
	p.mu.Lock()
	p.parked.Add(1)
	for p.version.Load() == version {
		p.moved.Wait()
	}
	p.parked.Add(-1)
	p.mu.Unlock()
}

// Parked is the number of processes blocked in [Progress.Wait].
func (p *Progress) Parked() int { return int(p.parked.Load()) }
