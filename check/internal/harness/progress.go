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
	polling atomic.Int64 // processes that may wait here, and are not done
	vain    atomic.Int64 // how often all of them waited, since somebody got on
	gains   atomic.Int64 // how often somebody got on
}

// mostVain is how often processes that all wait for one another go on all the same:
// each may only have been refused because another was at it.
const mostVain = 50

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
	p.gains.Add(1)
	p.wake()
}

// Again has all who wait go on, though nobody got on.
func (p *Progress) Again() {
	unordered()
	defer ordered()
	p.wake()
}

// Gains is how often somebody has got on.
func (p *Progress) Gains() int64 {
	unordered()
	defer ordered()
	return p.gains.Load()
}

func (p *Progress) wake() {
	p.version.Add(1)
	p.vain.Store(0)
	if p.waiting.Load() > 0 {
		p.mu.Lock()
		p.moved.Broadcast()
		p.mu.Unlock()
	}
}

// Enter adds a process that may wait, and Leave takes it away.
func (p *Progress) Enter() { p.count(1) }

// Leave is called when a process is done.
func (p *Progress) Leave() { p.count(-1) }

func (p *Progress) count(n int64) {
	unordered()
	defer ordered()
	p.mu.Lock()
	p.polling.Add(n)
	p.retry()
	p.mu.Unlock()
}

// retry lets all go on if all wait, so often.
func (p *Progress) retry() {
	if n := p.waiting.Load(); n > 0 && n == p.polling.Load() && p.vain.Load() < mostVain {
		p.vain.Add(1)
		p.version.Add(1)
		p.moved.Broadcast()
	}
}

// Wait blocks while nobody has got on since the version was read, unless everybody
// does.
func (p *Progress) Wait(version int64) {
	unordered()
	defer ordered()
	p.mu.Lock()
	p.waiting.Add(1)
	if p.version.Load() == version {
		p.retry()
	}
	for p.version.Load() == version {
		p.moved.Wait()
	}
	p.waiting.Add(-1)
	p.mu.Unlock()
}

// Waiting is the number of processes in [Progress.Wait].
func (p *Progress) Waiting() int { return int(p.waiting.Load()) }
