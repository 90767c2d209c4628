package rendezvous

import "sync"

// Rendezvous: Send and Recv meet; neither returns before the other has come.
type Rendezvous struct {
	mu      sync.Mutex
	changed *sync.Cond
	offered bool // a value lies there
	taken   bool // and was taken
	value   int
}

func New() *Rendezvous {
	r := new(Rendezvous)
	r.changed = sync.NewCond(&r.mu)
	return r
}

// Send waits until a receiver has taken v.
func (r *Rendezvous) Send(v int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.offered {
		r.changed.Wait()
	}
	r.value, r.offered, r.taken = v, true, false
	r.changed.Broadcast()
	for !r.taken {
		r.changed.Wait()
	}
	r.offered, r.taken = false, false
	r.changed.Broadcast()
}

// Recv waits until a sender is there.
func (r *Rendezvous) Recv() int {
	r.mu.Lock()
	there := r.offered && !r.taken
	r.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !there {
		r.changed.Wait()
	}
	for !r.offered || r.taken {
		r.changed.Wait()
	}
	v := r.value
	r.taken = true
	r.changed.Broadcast()
	return v
}
