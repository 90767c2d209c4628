package mutants

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// spsc is a ring for one producer and one consumer.
type spsc struct {
	bug        string
	buf        []int
	head, tail atomic.Uint64
}

func (r *spsc) Offer(v int) bool {
	t := r.tail.Load()
	if t-r.head.Load() == uint64(len(r.buf)) {
		return false
	}
	r.buf[t%uint64(len(r.buf))] = v
	r.tail.Store(t + 1)
	return true
}

func (r *spsc) Poll() (int, bool) {
	h := r.head.Load()
	if h == r.tail.Load() {
		return 0, false
	}
	if r.bug == "releases a slot before it is read" {
		r.head.Store(h + 1)
		return r.buf[h%uint64(len(r.buf))], true
	}
	v := r.buf[h%uint64(len(r.buf))]
	r.head.Store(h + 1)
	return v, true
}

// narrow counts in eight bits: right if its size divides 256.
type narrow struct {
	mu         sync.Mutex
	buf        []int
	head, tail uint8
}

func (s *narrow) Offer(v int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if int(s.tail-s.head) == len(s.buf) {
		return false
	}
	s.buf[int(s.tail)%len(s.buf)] = v
	s.tail++
	return true
}

func (s *narrow) Poll() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tail == s.head {
		return 0, false
	}
	v := s.buf[int(s.head)%len(s.buf)]
	s.head++
	return v, true
}

// masked is a ring whose indices are masked, below a lock: the size is rounded up.
type masked struct {
	mu         sync.Mutex
	buf        []int
	mask       uint32
	head, tail uint32
}

func newMasked(n int, bug string) *masked {
	size := 1
	for size < n {
		size *= 2
	}
	m := &masked{buf: make([]int, size), mask: uint32(size - 1)}
	if bug == "the mask of a size not rounded up" {
		m.mask = uint32(n - 1)
	}
	return m
}

func (m *masked) Offer(v int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tail-m.head == uint32(len(m.buf)) {
		return false
	}
	m.buf[m.tail&m.mask] = v
	m.tail++
	return true
}

func (m *masked) Poll() (int, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tail == m.head {
		return 0, false
	}
	v := m.buf[m.head&m.mask]
	m.head++
	return v, true
}

// spin is a queue below a spin lock.
type spin struct {
	bug  string
	lock atomic.Bool
	l    []int
	max  int
}

func (s *spin) acquire() {
	for !s.lock.CompareAndSwap(false, true) {
		runtime.Gosched()
	}
}

func (s *spin) Put(v int) {
	for {
		s.acquire()
		if len(s.l) < s.max {
			s.l = append(s.l, v)
			s.lock.Store(false)
			return
		}
		s.lock.Store(false)
		runtime.Gosched()
	}
}

func (s *spin) Get() int {
	for {
		for s.bug == "looks without the lock" && len(s.l) == 0 {
			runtime.Gosched()
		}
		s.acquire()
		if len(s.l) > 0 {
			v := s.l[0]
			s.l = s.l[1:]
			s.lock.Store(false)
			return v
		}
		s.lock.Store(false)
		runtime.Gosched()
	}
}

type node struct {
	v    int
	next atomic.Pointer[node]
}

// linked is Michael and Scott's queue without locks.
type linked struct {
	bug        string
	head, tail atomic.Pointer[node]
}

func newLinked(bug string) *linked {
	q, n := &linked{bug: bug}, &node{}
	q.head.Store(n)
	q.tail.Store(n)
	return q
}

func (q *linked) Offer(v int) bool {
	n := &node{v: v}
	for {
		t := q.tail.Load()
		if q.bug == "the tail moves before the link" {
			if q.tail.CompareAndSwap(t, n) {
				t.next.Store(n)
				return true
			}
			continue
		}
		if next := t.next.Load(); next != nil {
			q.tail.CompareAndSwap(t, next)
			continue
		}
		if q.bug == "links without comparing" {
			t.next.Store(n)
			q.tail.CompareAndSwap(t, n)
			return true
		}
		if t.next.CompareAndSwap(nil, n) {
			q.tail.CompareAndSwap(t, n)
			return true
		}
	}
}

func (q *linked) Poll() (int, bool) {
	for {
		h, t := q.head.Load(), q.tail.Load()
		next := h.next.Load()
		if next == nil {
			return 0, false
		}
		if h == t {
			q.tail.CompareAndSwap(t, next)
		}
		if q.bug == "the head is stored" {
			q.head.Store(next)
			return next.v, true
		}
		if q.head.CompareAndSwap(h, next) {
			return next.v, true
		}
	}
}

// ends is Michael and Scott's queue with a lock at each end.
type ends struct {
	bug        string
	in, out    sync.Mutex
	head, tail *plainNode
}

type plainNode struct {
	v    int
	next atomic.Pointer[plainNode]
	bare *plainNode // the link of the mutant
}

func newEnds(bug string) *ends {
	n := &plainNode{}
	return &ends{bug: bug, head: n, tail: n}
}

func (q *ends) Offer(v int) bool {
	n := &plainNode{v: v}
	q.in.Lock()
	defer q.in.Unlock()
	if q.bug == "a link that is not atomic" {
		q.tail.bare = n
	}
	q.tail.next.Store(n)
	q.tail = n
	return true
}

func (q *ends) Poll() (int, bool) {
	q.out.Lock()
	defer q.out.Unlock()
	next := q.head.next.Load()
	if q.bug == "a link that is not atomic" {
		next = q.head.bare
	}
	if next == nil {
		return 0, false
	}
	q.head = next
	return next.v, true
}

// stacks is a queue of two stacks: who receives turns the first into the second.
type stacks struct {
	bug string
	in  atomic.Pointer[cell]
	mu  sync.Mutex
	out *cell
}

type cell struct {
	v    int
	next *cell
}

func (s *stacks) Offer(v int) bool {
	for {
		old := s.in.Load()
		if s.bug == "pushes without comparing" {
			s.in.Store(&cell{v, old})
			return true
		}
		if s.in.CompareAndSwap(old, &cell{v, old}) {
			return true
		}
	}
}

func (s *stacks) Poll() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out == nil && s.bug == "is not turned" {
		s.out = s.in.Swap(nil)
	}
	if s.out == nil {
		for c := s.in.Swap(nil); c != nil; {
			next := c.next
			c.next, s.out = s.out, c
			c = next
		}
	}
	if s.out == nil {
		return 0, false
	}
	v := s.out.v
	s.out = s.out.next
	return v, true
}

// shards are three lists, each below a lock: items leave in any order.
type shards struct {
	bug  string
	turn atomic.Uint32
	mu   [3]sync.Mutex
	l    [3][]int
}

func (s *shards) Offer(v int) bool {
	i := s.turn.Add(1) % 3
	s.mu[i].Lock()
	defer s.mu[i].Unlock()
	s.l[i] = append(s.l[i], v)
	return true
}

func (s *shards) Poll() (int, bool) {
	n := 3
	if s.bug == "does not look everywhere" {
		n = 2
	}
	for i := range n {
		s.mu[i].Lock()
		if len(s.l[i]) > 0 {
			v := s.l[i][0]
			if s.bug == "takes out in two steps" {
				s.mu[i].Unlock()
				s.mu[i].Lock()
			}
			s.l[i] = s.l[i][min(1, len(s.l[i])):]
			s.mu[i].Unlock()
			return v, true
		}
		s.mu[i].Unlock()
	}
	return 0, false
}
