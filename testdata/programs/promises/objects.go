// Package promises has objects that promise less than most, each by a knob, and the same
// with a fault that breaks what they promise.
package promises

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

var (
	ErrClosed = errors.New("closed")
	ErrFull   = errors.New("full")
	ErrEmpty  = errors.New("empty")
)

// queue is a bounded queue with a mutex and two condition variables, and knobs.
type queue struct {
	mu       sync.Mutex
	notEmpty *sync.Cond
	notFull  *sync.Cond
	items    []int
	capacity int
	closed   bool

	late   func(v int) error                   // what a send after close does
	full   func(q *queue, v int) (error, bool) // what a send on a full one does; false: waits
	length func(q *queue) int
	double bool // a second Close panics
}

func newQueue(n int) *queue {
	q := &queue{capacity: n}
	q.notEmpty = sync.NewCond(&q.mu)
	q.notFull = sync.NewCond(&q.mu)
	return q
}

func (q *queue) Send(v int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == q.capacity && !q.closed {
		if q.full != nil {
			if err, done := q.full(q, v); done {
				return err
			}
		}
		q.notFull.Wait()
	}
	if q.closed {
		if q.late != nil {
			return q.late(v)
		}
		return ErrClosed
	}
	q.items = append(q.items, v)
	q.notEmpty.Signal()
	return nil
}

func (q *queue) TrySend(v int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		if q.late != nil {
			return q.late(v)
		}
		return ErrClosed
	}
	if len(q.items) == q.capacity {
		if q.full != nil {
			if err, done := q.full(q, v); done {
				return err
			}
		}
		return ErrFull
	}
	q.items = append(q.items, v)
	q.notEmpty.Signal()
	return nil
}

func (q *queue) Recv() (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.notEmpty.Wait()
	}
	if len(q.items) == 0 {
		return 0, ErrClosed
	}
	v := q.items[0]
	q.items = q.items[1:]
	q.notFull.Signal()
	return v, nil
}

func (q *queue) TryRecv() (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		if q.closed {
			return 0, ErrClosed
		}
		return 0, ErrEmpty
	}
	v := q.items[0]
	q.items = q.items[1:]
	q.notFull.Signal()
	return v, nil
}

func (q *queue) Close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		if q.double {
			panic("close of closed queue")
		}
		return ErrClosed
	}
	q.closed = true
	q.notEmpty.Broadcast()
	q.notFull.Broadcast()
	return nil
}

func (q *queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.length != nil {
		return q.length(q)
	}
	return len(q.items)
}

func (q *queue) Cap() int { return q.capacity }

// Pump is the goroutine of an unbounded channel.
func Pump(in <-chan int, out chan<- int, fault string) {
	var items []int
	defer close(out)
	for {
		var send chan<- int
		var next int
		if len(items) > 0 {
			send, next = out, items[0]
		}
		select {
		case v, ok := <-in:
			if !ok {
				if fault == "lose" {
					return
				}
				for _, v := range items {
					out <- v
				}
				return
			}
			if fault == "swap" && len(items) > 1 {
				items = append([]int{items[0], v}, items[1:]...)
				continue
			}
			items = append(items, v)
		case send <- next:
			items = items[1:]
			if fault == "double" && len(items) == 2 {
				items = append(items, next)
			}
		}
	}
}

// sem is the textbook's buffer of channel semaphores with operations that do not wait.
type sem struct {
	slots, full, mutex chan struct{}
	q                  []int
	lie                bool
}

func newSem(n int) *sem {
	s := &sem{slots: make(chan struct{}, n), full: make(chan struct{}, n), mutex: make(chan struct{}, 1)}
	return s
}

func (s *sem) Offer(v int) bool {
	select {
	case s.slots <- struct{}{}:
	default:
		return false
	}
	s.mutex <- struct{}{}
	s.q = append(s.q, v)
	<-s.mutex
	s.full <- struct{}{}
	return true
}

func (s *sem) Poll() (int, bool) {
	select {
	case <-s.full:
	default:
		return 0, false
	}
	s.mutex <- struct{}{}
	if s.lie && len(s.q) == cap(s.slots) && cap(s.slots) > 1 {
		<-s.mutex
		s.full <- struct{}{}
		return 0, false
	}
	v := s.q[0]
	s.q = s.q[1:]
	<-s.mutex
	<-s.slots
	return v, true
}

// lock is a buffer whose try operations refuse while anybody is inside.
type lock struct {
	mu sync.Mutex
	q  []int
	n  int
}

func (l *lock) Offer(v int) bool {
	if !l.mu.TryLock() {
		return false
	}
	defer l.mu.Unlock()
	if len(l.q) == l.n {
		return false
	}
	l.q = append(l.q, v)
	return true
}

func (l *lock) Poll() (int, bool) {
	if !l.mu.TryLock() {
		return 0, false
	}
	defer l.mu.Unlock()
	if len(l.q) == 0 {
		return 0, false
	}
	v := l.q[0]
	l.q = l.q[1:]
	return v, true
}

// janitor is a queue with a goroutine that outlives Close.
type janitor struct {
	*queue
	stop, done chan struct{}
}

func newJanitor(n int) *janitor {
	j := &janitor{queue: newQueue(n), stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(j.done)
		tick := time.NewTicker(time.Hour)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-j.stop:
				return
			}
		}
	}()
	return j
}

// Timeout is an error of its own.
type Timeout struct{ After time.Duration }

func (t *Timeout) Error() string { return fmt.Sprintf("gave up after %v", t.After) }

// pipe is a stream with a buffer.
type pipe struct {
	mu      sync.Mutex
	changed *sync.Cond
	buf     []byte
	cap     int
	wclosed bool
	rclosed bool
	writing bool

	forget   bool // a write that is interrupted answers 0
	all      bool // … or all
	short    bool // reads get one byte
	skip     bool // short reads lose a byte
	zero     bool // a read answers 0, nil at the end of a chunk
	half     bool // CloseRead only ends what the reader sends
	halfDrop bool // … but throws away what is there
	late     bool // writes after Close go in
}

func newPipe(n int) *pipe {
	p := &pipe{cap: n}
	p.changed = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.writing && !p.wclosed && !p.rclosed {
		p.changed.Wait()
	}
	p.writing = true
	defer func() { p.writing = false; p.changed.Broadcast() }()
	n := 0
	for n < len(b) {
		if (p.wclosed && !p.late) || p.rclosed {
			if p.forget {
				return 0, io.ErrClosedPipe
			}
			if p.all {
				return len(b), io.ErrClosedPipe
			}
			return n, io.ErrClosedPipe
		}
		if room := p.cap - len(p.buf); room > 0 {
			k := min(room, len(b)-n)
			p.buf = append(p.buf, b[n:n+k]...)
			n += k
			p.changed.Broadcast()
			continue
		}
		p.changed.Wait()
	}
	return n, nil
}

func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.buf) == 0 && !p.wclosed && !p.rclosed {
		p.changed.Wait()
	}
	if p.rclosed {
		return 0, io.ErrClosedPipe
	}
	if len(p.buf) == 0 {
		return 0, io.EOF
	}
	if p.zero && len(p.buf) == 3 {
		p.buf = append([]byte{}, p.buf...)
		p.zero = false
		return 0, nil
	}
	k := min(len(b), len(p.buf))
	if p.short {
		k = 1
	}
	copy(b, p.buf[:k])
	p.buf = p.buf[k:]
	if p.skip && len(p.buf) > 1 {
		p.buf = p.buf[1:]
	}
	p.changed.Broadcast()
	return k, nil
}

func (p *pipe) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wclosed = true
	p.changed.Broadcast()
	return nil
}

func (p *pipe) CloseRead() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.half {
		if p.halfDrop {
			p.buf = nil
		}
		return nil
	}
	p.rclosed = true
	p.changed.Broadcast()
	return nil
}
