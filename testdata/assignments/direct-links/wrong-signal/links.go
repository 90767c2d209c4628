package links

import (
	"errors"
	"sync"
)

var (
	ErrExists = errors.New("the two have a link")
	ErrNoLink = errors.New("the two have no link")
	ErrClosed = errors.New("the link is closed")
)

// Links are the links of all pairs: a way for each direction.
type Links struct {
	mu       sync.Mutex
	capacity int
	ways     map[ends]*way
}

// ends are those of a direction.
type ends struct{ from, to string }

// way is one direction of a link.
type way struct {
	mu       sync.Mutex
	changed  *sync.Cond
	queue    []int
	capacity int
	closed   bool
}

// New makes links with room for so many messages in each direction.
func New(capacity int) *Links {
	return &Links{capacity: capacity, ways: map[ends]*way{}}
}

func newWay(capacity int) *way {
	w := &way{capacity: capacity}
	w.changed = sync.NewCond(&w.mu)
	return w
}

// Open makes the link between two processes.
func (l *Links) Open(a, b string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ways[ends{a, b}] != nil {
		return ErrExists
	}
	l.ways[ends{a, b}], l.ways[ends{b, a}] = newWay(l.capacity), newWay(l.capacity)
	return nil
}

func (l *Links) way(from, to string) (*way, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.ways[ends{from, to}]
	if w == nil {
		return nil, ErrNoLink
	}
	return w, nil
}

// Send waits while that direction is full.
func (l *Links) Send(from, to string, v int) error {
	w, err := l.way(from, to)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.queue) == w.capacity && !w.closed {
		w.changed.Wait()
	}
	if w.closed {
		return ErrClosed
	}
	w.queue = append(w.queue, v)
	w.changed.Signal()
	return nil
}

// Receive waits while there is nothing from the other one.
func (l *Links) Receive(me, from string) (int, error) {
	w, err := l.way(from, me)
	if err != nil {
		return 0, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.queue) == 0 && !w.closed {
		w.changed.Wait()
	}
	if len(w.queue) == 0 {
		return 0, ErrClosed
	}
	v := w.queue[0]
	w.queue = w.queue[1:]
	w.changed.Signal()
	return v, nil
}

// Close ends sending in both directions.
func (l *Links) Close(a, b string) error {
	for _, e := range []ends{{a, b}, {b, a}} {
		w, err := l.way(e.from, e.to)
		if err != nil {
			return err
		}
		w.close()
	}
	return nil
}

// close lets everybody who waits go on.
func (w *way) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.changed.Broadcast()
}
