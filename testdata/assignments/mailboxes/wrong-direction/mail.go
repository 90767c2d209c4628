package mail

import (
	"errors"
	"sync"
)

var (
	ErrNoBox  = errors.New("no such mailbox")
	ErrExists = errors.New("mailbox exists")
	ErrEmpty  = errors.New("mailbox is empty")
	ErrClosed = errors.New("mailbox is closed")
)

type queue struct {
	mu     sync.Mutex
	c      *sync.Cond
	items  []int
	max    int
	closed bool
}

func newQueue(max int) *queue {
	q := &queue{max: max}
	q.c = sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(v int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed && len(q.items) == q.max {
		q.c.Wait()
	}
	if q.closed {
		return ErrClosed
	}
	q.items = append(q.items, v)
	q.c.Broadcast()
	return nil
}

func (q *queue) take(wait bool) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		if q.closed {
			return 0, ErrClosed
		}
		if !wait {
			return 0, ErrEmpty
		}
		q.c.Wait()
	}
	v := q.items[0]
	q.items = q.items[1:]
	q.c.Broadcast()
	return v, nil
}

func (q *queue) close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	q.closed = true
	q.c.Broadcast()
	return nil
}

type Post struct {
	mu    sync.Mutex
	max   int
	boxes map[string]*queue
	links map[[2]string]*queue
}

func New(capacity int) *Post {
	return &Post{max: capacity, boxes: map[string]*queue{}, links: map[[2]string]*queue{}}
}

func (p *Post) Create(box string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.boxes[box] != nil {
		return ErrExists
	}
	p.boxes[box] = newQueue(p.max)
	return nil
}

func (p *Post) box(name string) (*queue, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if q := p.boxes[name]; q != nil {
		return q, nil
	}
	return nil, ErrNoBox
}

func (p *Post) link(a, b string) *queue {
	if a > b { // one link a pair
		a, b = b, a
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	k := [2]string{a, b}
	if p.links[k] == nil {
		p.links[k] = newQueue(p.max)
	}
	return p.links[k]
}

func (p *Post) Send(box string, v int) error {
	q, err := p.box(box)
	if err != nil {
		return err
	}
	return q.put(v)
}

func (p *Post) Recv(box string) (int, error) {
	q, err := p.box(box)
	if err != nil {
		return 0, err
	}
	return q.take(true)
}

func (p *Post) TryRecv(box string) (int, error) {
	q, err := p.box(box)
	if err != nil {
		return 0, err
	}
	return q.take(false)
}

func (p *Post) Close(box string) error {
	q, err := p.box(box)
	if err != nil {
		return err
	}
	return q.close()
}

func (p *Post) SendTo(from, to string, v int) error { return p.link(from, to).put(v) }

func (p *Post) RecvFrom(me, from string) (int, error) { return p.link(me, from).take(true) }
