// Package students has bounded buffers as students hand them in: one that is right and
// some that are wrong, in ways that a run by chance may or may not show.
package students

import (
	"errors"
	"sync"
)

var errClosed = errors.New("closed")

// buffer is right. The others differ in one place.
type buffer struct {
	mu       sync.Mutex
	notFull  *sync.Cond
	notEmpty *sync.Cond
	items    []int
	cap      int
	closed   bool
}

func newBuffer(n int) *buffer {
	b := &buffer{cap: n}
	b.notFull, b.notEmpty = sync.NewCond(&b.mu), sync.NewCond(&b.mu)
	return b
}

func (b *buffer) Send(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == b.cap && !b.closed {
		b.notFull.Wait()
	}
	if b.closed {
		return errClosed
	}
	b.items = append(b.items, v)
	b.notEmpty.Signal()
	return nil
}

func (b *buffer) Recv() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 && !b.closed {
		b.notEmpty.Wait()
	}
	if len(b.items) == 0 {
		return 0, errClosed
	}
	v := b.items[0]
	b.items = b.items[1:]
	b.notFull.Signal()
	return v, nil
}

func (b *buffer) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return errClosed
	}
	b.closed = true
	b.notFull.Broadcast()
	b.notEmpty.Broadcast()
	return nil
}

func (b *buffer) Len() int { b.mu.Lock(); defer b.mu.Unlock(); return len(b.items) }

// wakesFirst signals only when the first item comes.
type wakesFirst struct{ *buffer }

func (b wakesFirst) Send(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == b.cap && !b.closed {
		b.notFull.Wait()
	}
	if b.closed {
		return errClosed
	}
	if b.items = append(b.items, v); len(b.items) == 1 {
		b.notEmpty.Signal()
	}
	return nil
}

// twoSteps reads an item in one critical section, and takes it out in another.
type twoSteps struct{ *buffer }

func (b twoSteps) Recv() (int, error) {
	b.mu.Lock()
	for len(b.items) == 0 && !b.closed {
		b.notEmpty.Wait()
	}
	if len(b.items) == 0 {
		b.mu.Unlock()
		return 0, errClosed
	}
	v := b.items[0]
	b.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.items) > 0 {
		b.items = b.items[1:]
	}
	b.notFull.Signal()
	return v, nil
}

// closesForOne wakes one of those who wait when it is closed.
type closesForOne struct{ *buffer }

func (b closesForOne) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return errClosed
	}
	b.closed = true
	b.notFull.Signal()
	b.notEmpty.Signal()
	return nil
}

// lateSender waits for room in a loop that does not look whether it is closed, as long as
// there is room in the end.
type lateSender struct{ *buffer }

func (b lateSender) Send(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return errClosed
	}
	for len(b.items) == b.cap {
		if b.closed {
			return errClosed
		}
		b.notFull.Wait()
	}
	b.items = append(b.items, v)
	b.notEmpty.Signal()
	return nil
}

// racy has semaphores for its slots, and nothing for its indices.
type racy struct {
	slots, used chan struct{}
	buf         []int
	in, out     int
}

func newRacy(n int) *racy {
	return &racy{slots: make(chan struct{}, n), used: make(chan struct{}, n), buf: make([]int, n)}
}

func (r *racy) put(v int) {
	r.slots <- struct{}{}
	r.buf[r.in%len(r.buf)] = v
	r.in++
	r.used <- struct{}{}
}

func (r *racy) get() int {
	<-r.used
	v := r.buf[r.out%len(r.buf)]
	r.out++
	<-r.slots
	return v
}

// pump is an unbounded queue: a goroutine holds the items.
type pump struct{ in, out chan int }

func newPump() *pump {
	p := &pump{make(chan int), make(chan int)}
	go p.run()
	return p
}

func (p *pump) run() {
	var items []int
	for {
		if len(items) == 0 {
			items = append(items, <-p.in)
			continue
		}
		select {
		case v := <-p.in:
			items = append(items, v)
		case p.out <- items[0]:
			items = items[1:]
		}
	}
}
