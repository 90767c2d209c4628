package exec

import "time"

// timer is something that happens at a moment.
type timer struct {
	when int64
	by   int // the goroutine that has set it
	seq  int // among those that this one has set
	heap int // its place in the heap, from 1; 0: it is not set

	// What happens then: a goroutine goes on that sleeps, a function is called in a
	// goroutine of its own, or else the time is sent on a channel.
	sleeper int32 // its number, -1: none
	polls   bool  // it looks at the clock in between: see [Exec.rouse]
	call    func()
	stack   []uintptr // where it was set, if the run keeps details
	ch      chan time.Time

	every  int64 // of a ticker: from one tick to the next
	bubble int32 // in which it was made
	hidden int64 // how much time was in bubbles only when it was set
	due    int   // how often something is to be sent that has not been sent yet: see [Exec.expires]
	stops  int   // how often it was stopped
	fired  bool  // its function has been called
	beside bool  // others were due at the same moment
	h      Handle
}

// idle reports whether nothing would happen: nobody has taken the last tick yet.
//
//go:norace
func (t *timer) idle() bool { return t.every > 0 && len(t.ch) == cap(t.ch) }

// timers are those that are set, as a heap.
type timers []*timer

//go:norace
func (h timers) less(i, j int) bool {
	a, b := h[i], h[j]
	switch {
	case a.when != b.when:
		return a.when < b.when
	case a.by != b.by: // and not in the order of setting, in which goroutines may be either way round
		return a.by < b.by
	}
	return a.seq < b.seq
}

//go:norace
func (h timers) swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].heap, h[j].heap = i+1, j+1
}

//go:norace
func (h timers) up(i int) {
	for i > 0 && h.less(i, (i-1)/2) {
		h.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
}

//go:norace
func (h timers) down(i int) {
	for {
		k := 2*i + 1
		if k+1 < len(h) && h.less(k+1, k) {
			k++
		}
		if k >= len(h) || !h.less(k, i) {
			return
		}
		h.swap(i, k)
		i = k
	}
}

//go:norace
func (h *timers) add(t *timer) {
	*h = append(*h, t)
	t.heap = len(*h)
	h.up(len(*h) - 1)
}

//go:norace
func (h *timers) remove(t *timer) {
	i, last := t.heap-1, len(*h)-1
	if i != last {
		h.swap(i, last)
	}
	(*h)[last] = nil
	*h = (*h)[:last]
	t.heap = 0
	if i != last {
		h.up(i)
		h.down(i)
	}
}

//go:norace
func (h *timers) clear() {
	for i, t := range *h {
		t.heap, (*h)[i] = 0, nil
	}
	*h = (*h)[:0]
}
