package check_test

import (
	"context"
	"errors"
	"sync"
)

// ring is a bounded buffer with a mutex and two condition variables, with a
// switch for each mistake that one can make in it.
type ring struct {
	mu       sync.Mutex
	notEmpty sync.Cond
	notFull  sync.Cond
	buf      []int
	in, n    int
	closed   bool
	bug      bug
}

type bug int

const (
	correct       bug = iota
	dropOnFull        // TrySend on a full buffer overwrites the oldest item
	noWrap            // forgets to wrap around: panics
	oneTooMany        // full only when it holds one more
	oneTooFew         // full when there is one place left
	noSignal          // Recv does not wake a sender
	lifo              // takes the newest
	twice             // TryRecv leaves the item in place
	zero              // TryRecv on empty answers a zero item
	tryWaits          // TryRecv waits
	closeDrops        // Close discards what is held
	closeSleeps       // Close wakes nobody
	closedEmpty       // TryRecv after close answers empty
	loseOnExpired     // RecvContext takes an item and then says deadline
	keepLock          // TrySend on a full buffer returns with the mutex held
	badError          // TrySend on a full buffer returns an error nobody knows
	lenLies           // Len is one too high
	leaks             // the constructor starts a goroutine that never ends
)

var (
	errFull   = errors.New("full")
	errEmpty  = errors.New("empty")
	errClosed = errors.New("closed")
)

// endOfTest lets go of what the variant leaks.
var endOfTest = make(chan struct{})

// rings are those that were made; letGo wakes who waits at them, so that later tests need
// not look at goroutines that never end.
var rings struct {
	sync.Mutex
	made []*ring
}

func letGo() {
	rings.Lock()
	defer rings.Unlock()
	for _, r := range rings.made {
		if !r.mu.TryLock() {
			continue
		}
		r.closed, r.n = true, 0
		r.notEmpty.Broadcast()
		r.notFull.Broadcast()
		r.mu.Unlock()
	}
	rings.made = nil
}

func newRing(n int, b bug) *ring {
	r := &ring{buf: make([]int, n+1), bug: b}
	r.notEmpty.L, r.notFull.L = &r.mu, &r.mu
	rings.Lock()
	rings.made = append(rings.made, r)
	rings.Unlock()
	if b == leaks {
		go func() { <-endOfTest }()
	}
	return r
}

func (r *ring) limit() int {
	switch r.bug {
	case oneTooMany:
		return len(r.buf)
	case oneTooFew:
		return len(r.buf) - 2
	}
	return len(r.buf) - 1
}

func (r *ring) put(v int) {
	if r.bug == noWrap {
		r.buf[r.in] = v
		r.in++
		r.n++
		return
	}
	r.buf[r.in] = v
	r.in = (r.in + 1) % len(r.buf)
	r.n++
	r.notEmpty.Signal()
}

func (r *ring) take() int {
	i := r.in - r.n
	if r.bug == lifo {
		i = r.in - 1
	}
	i = (i + len(r.buf)) % len(r.buf)
	v := r.buf[i]
	r.n--
	if r.bug == lifo {
		r.in = i
	}
	if r.bug != noSignal {
		r.notFull.Signal()
	}
	return v
}

func (r *ring) Send(v int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n >= r.limit() && !r.closed {
		r.notFull.Wait()
	}
	if r.closed {
		return errClosed
	}
	r.put(v)
	return nil
}

func (r *ring) Recv() (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n == 0 && !r.closed {
		r.notEmpty.Wait()
	}
	if r.n == 0 {
		return 0, errClosed
	}
	return r.take(), nil
}

func (r *ring) TrySend(v int) error {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return errClosed
	}
	if r.n >= r.limit() {
		switch r.bug {
		case keepLock:
			return errFull
		case badError:
			r.mu.Unlock()
			return errors.New("out of order")
		case dropOnFull:
			r.n--
			r.put(v)
			r.mu.Unlock()
			return nil
		}
		r.mu.Unlock()
		return errFull
	}
	r.put(v)
	r.mu.Unlock()
	return nil
}

func (r *ring) TryRecv() (int, error) {
	if r.bug == tryWaits {
		return r.Recv()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == 0 {
		switch {
		case r.closed && r.bug != closedEmpty:
			return 0, errClosed
		case r.bug == zero:
			return 0, nil
		}
		return 0, errEmpty
	}
	v := r.take()
	if r.bug == twice {
		r.n++
	}
	return v, nil
}

// RecvContext polls, which is a poor way to wait but an easy one to get right.
func (r *ring) RecvContext(ctx context.Context) (int, error) {
	stop := context.AfterFunc(ctx, func() {
		r.mu.Lock()
		r.notEmpty.Broadcast()
		r.mu.Unlock()
	})
	defer stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n == 0 && !r.closed {
		if ctx.Err() != nil {
			r.notEmpty.Signal()
			return 0, ctx.Err()
		}
		r.notEmpty.Wait()
	}
	if r.n == 0 {
		return 0, errClosed
	}
	v := r.take()
	if r.bug == loseOnExpired && ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return v, nil
}

func (r *ring) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errClosed
	}
	r.closed = true
	if r.bug == closeDrops {
		r.n = 0
	}
	if r.bug != closeSleeps {
		r.notEmpty.Broadcast()
		r.notFull.Broadcast()
	}
	return nil
}

func (r *ring) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bug == lenLies {
		return r.n + 1
	}
	return r.n
}

func (r *ring) Cap() int { return len(r.buf) - 1 }
