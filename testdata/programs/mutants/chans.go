package mutants

import (
	"context"
	"sync"
)

// box is a mailbox with a channel for its end.
type box struct {
	bug  string
	c    chan int
	done chan struct{}
	mu   sync.RWMutex
	off  bool
}

func newBox(n int, bug string) *box {
	return &box{bug: bug, c: make(chan int, n), done: make(chan struct{})}
}

func (b *box) TrySend(v int) error {
	if b.bug != "looks for the end without a lock" {
		b.mu.RLock()
		defer b.mu.RUnlock()
	}
	select {
	case <-b.done:
		return errClosed
	default:
	}
	select {
	case b.c <- v:
		return nil
	default:
		return errFull
	}
}

func (b *box) Recv() (int, error) {
	select {
	case v := <-b.c:
		return v, nil
	case <-b.done:
		if b.bug == "the end comes before the rest" {
			return 0, errClosed
		}
		select {
		case v := <-b.c:
			return v, nil
		default:
			return 0, errClosed
		}
	}
}

func (b *box) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.off {
		return errClosed
	}
	b.off = true
	close(b.done)
	return nil
}

// meeting is a rendezvous of a message and its acknowledgement.
type meeting struct {
	bug  string
	mu   sync.Mutex
	data chan int
	ack  chan struct{}
}

func newMeeting(bug string) *meeting {
	return &meeting{bug: bug, data: make(chan int, 1), ack: make(chan struct{})}
}

func (m *meeting) Send(v int) {
	if m.bug != "takes the acknowledgement of another" {
		m.mu.Lock()
		defer m.mu.Unlock()
	}
	m.data <- v
	<-m.ack
}

func (m *meeting) Recv() int {
	v := <-m.data
	m.ack <- struct{}{}
	return v
}

// pump returns the ends of an unbounded queue: a goroutine moves items from one to the
// other.
func pump(bug string) (chan<- int, <-chan int) {
	in, out := make(chan int), make(chan int)
	go func() {
		defer close(out)
		var buf []int
		for in != nil || len(buf) > 0 {
			var to chan int
			var first int
			if len(buf) > 0 {
				to, first = out, buf[0]
			}
			select {
			case v, ok := <-in:
				if !ok && bug == "the rest is dropped" {
					return
				}
				if !ok {
					in = nil
					continue
				}
				buf = append(buf, v)
			case to <- first:
				if bug == "the last comes to the front" {
					buf[0] = buf[len(buf)-1]
					buf = buf[:len(buf)-1]
				} else {
					buf = buf[1:]
				}
			}
		}
	}()
	return in, out
}

// tokens is the textbook buffer of two semaphores.
type tokens struct {
	bug         string
	room, items chan struct{}
	mu          sync.Mutex
	l           []int
}

func newTokens(n int, bug string) *tokens {
	return &tokens{bug: bug, room: make(chan struct{}, n), items: make(chan struct{}, n)}
}

func (q *tokens) SendContext(ctx context.Context, v int) error {
	select {
	case q.room <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if ctx.Err() != nil {
		if q.bug != "who gives up keeps his token" {
			<-q.room
		}
		return ctx.Err()
	}
	q.mu.Lock()
	q.l = append(q.l, v)
	q.mu.Unlock()
	q.items <- struct{}{}
	return nil
}

func (q *tokens) Recv() (int, error) {
	<-q.items
	q.mu.Lock()
	v := q.l[0]
	q.l = q.l[1:]
	q.mu.Unlock()
	<-q.room
	return v, nil
}

// actor is a queue whose state belongs to one goroutine.
type actor struct {
	push       chan int
	pop        chan chan int
	stop, done chan struct{}
}

func newActor(n int, bug string) *actor {
	a := &actor{push: make(chan int), pop: make(chan chan int), stop: make(chan struct{}), done: make(chan struct{})}
	go a.run(n, bug)
	return a
}

func (a *actor) run(n int, bug string) {
	defer close(a.done)
	var l []int
	var waiting []chan int
	for {
		push := a.push
		if len(l) == n {
			push = nil
		}
		select {
		case v := <-push:
			if len(waiting) == 0 {
				l = append(l, v)
				continue
			}
			waiting[0] <- v
			if bug == "answers two" && len(waiting) > 1 {
				waiting[1] <- v
				waiting = waiting[1:]
			}
			waiting = waiting[1:]
		case r := <-a.pop:
			if len(l) == 0 {
				waiting = append(waiting, r)
				continue
			}
			r <- l[0]
			l = l[1:]
		case <-a.stop:
			if bug == "does not end" {
				go func() { <-a.push }()
			}
			return
		}
	}
}

func (a *actor) put(v int) { a.push <- v }
func (a *actor) get() int  { r := make(chan int, 1); a.pop <- r; return <-r }
func (a *actor) end()      { close(a.stop); <-a.done }
