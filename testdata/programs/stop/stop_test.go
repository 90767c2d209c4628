// Package stop has the shape of a lost wakeup of client-go, of Kubernetes.
package stop

import (
	"sync"
	"testing"
)

// A processor runs until it is stopped. In the event processor of k8s.io/client-go
// v0.37.2 (tools/watch/informerwatcher.go) who stops it closes a channel and signals,
// and does not take the lock meanwhile.
type processor struct {
	mu   sync.Mutex
	cond *sync.Cond
	done chan struct{}
}

func (p *processor) stopped() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

func (p *processor) run() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.stopped() {
		p.cond.Wait()
	}
}

func (p *processor) stop() {
	close(p.done)
	p.cond.Signal()
}

func TestStop(t *testing.T) {
	p := &processor{done: make(chan struct{})}
	p.cond = sync.NewCond(&p.mu)
	var wg sync.WaitGroup
	wg.Go(p.run)
	p.stop()
	wg.Wait()
}
