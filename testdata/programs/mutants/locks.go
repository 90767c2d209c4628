// Package mutants has objects of many kinds, each right with the empty bug, and wrong in
// one place with each other. caught.txt says what catches each.
package mutants

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

var (
	errFull   = errors.New("full")
	errEmpty  = errors.New("empty")
	errClosed = errors.New("closed")
)

// monitor is a bounded queue with one condition variable, and receives that have
// deadlines.
type monitor struct {
	bug    string
	mu     sync.Mutex
	cond   *sync.Cond
	items  []int
	max    int
	closed bool
}

func newMonitor(n int, bug string) *monitor {
	m := &monitor{max: n, bug: bug}
	m.cond = sync.NewCond(&m.mu)
	return m
}

func (m *monitor) Send(v int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.items) >= m.max && !m.closed {
		m.cond.Wait()
	}
	if m.closed {
		return errClosed
	}
	m.items = append(m.items, v)
	m.cond.Broadcast()
	return nil
}

func (m *monitor) Recv() (int, error) { return m.RecvContext(context.Background()) }

func (m *monitor) RecvContext(ctx context.Context) (int, error) {
	if m.bug == "a helper receives for who gave up" && ctx.Done() != nil {
		return m.helped(ctx)
	}
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.bug != "nobody is woken by the deadline" {
				m.cond.Broadcast()
			}
		})()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.items) == 0 && !m.closed {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		m.cond.Wait()
	}
	if len(m.items) == 0 {
		return 0, errClosed
	}
	v := m.items[0]
	m.items = m.items[1:]
	m.cond.Broadcast()
	return v, nil
}

func (m *monitor) helped(ctx context.Context) (int, error) {
	type result struct {
		v   int
		err error
	}
	c := make(chan result, 1)
	go func() {
		v, err := m.Recv()
		c <- result{v, err}
	}()
	select {
	case r := <-c:
		return r.v, r.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (m *monitor) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed && m.bug != "a second close is ok" {
		return errClosed
	}
	m.closed = true
	if m.bug == "close wakes one" {
		m.cond.Signal()
	} else {
		m.cond.Broadcast()
	}
	return nil
}

func (m *monitor) Len() int { m.mu.Lock(); defer m.mu.Unlock(); return len(m.items) }

// counted never waits, and has a count beside its list.
type counted struct {
	bug   string
	mu    sync.RWMutex
	list  []int
	max   int
	count atomic.Int64
}

func (q *counted) Offer(v int) bool {
	q.mu.Lock()
	if len(q.list) >= q.max && (q.bug != "one too many" || len(q.list) > q.max) {
		q.mu.Unlock()
		return false
	}
	q.list = append(q.list, v)
	if q.bug == "counts outside of the lock" {
		q.mu.Unlock()
		q.count.Store(q.count.Load() + 1)
		return true
	}
	q.count.Add(1)
	q.mu.Unlock()
	return true
}

func (q *counted) Poll() (int, bool) {
	switch q.bug {
	case "empty while the lock is taken":
		if !q.mu.TryLock() {
			return 0, false
		}
		defer q.mu.Unlock()
	case "takes out below a lock for reading":
		q.mu.RLock()
		defer q.mu.RUnlock()
	default:
		q.mu.Lock()
		defer q.mu.Unlock()
	}
	if len(q.list) == 0 {
		return 0, false
	}
	v := q.list[0]
	if q.bug == "memory retained" {
		q.list = q.list[1:]
	} else {
		q.list = append([]int(nil), q.list[1:]...)
	}
	q.count.Add(-1)
	return v, true
}

func (q *counted) Len() int { return int(q.count.Load()) }

// overwriting drops the oldest item if it is full.
type overwriting struct {
	bug     string
	mu      sync.Mutex
	buf     []int
	head, n int
}

func (l *overwriting) Offer(v int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf[(l.head+l.n)%len(l.buf)] = v
	if l.n < len(l.buf) {
		l.n++
	} else if l.bug != "the head stays" {
		l.head = (l.head + 1) % len(l.buf)
	}
	return true
}

func (l *overwriting) Poll() (int, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.n == 0 {
		return 0, false
	}
	v := l.buf[l.head]
	l.head = (l.head + 1) % len(l.buf)
	l.n--
	return v, true
}

// halves is a queue of two slices: senders fill one, and receivers exchange it for the
// other when that is used up.
type halves struct {
	bug      string
	in, out  sync.Mutex
	cond     *sync.Cond
	new, old []int
}

func newHalves(bug string) *halves {
	h := &halves{bug: bug}
	h.cond = sync.NewCond(&h.in)
	return h
}

func (h *halves) Put(v int) {
	h.in.Lock()
	h.new = append(h.new, v)
	h.in.Unlock()
	h.cond.Signal()
}

func (h *halves) Get() int {
	h.out.Lock()
	defer h.out.Unlock()
	if len(h.old) == 0 {
		h.in.Lock()
		for len(h.new) == 0 {
			h.cond.Wait()
		}
		if h.bug == "keeps the slice" {
			h.old, h.new = h.new, h.new[:0]
		} else {
			h.old, h.new = h.new, nil
		}
		h.in.Unlock()
	}
	v := h.old[0]
	h.old = h.old[1:]
	return v
}
