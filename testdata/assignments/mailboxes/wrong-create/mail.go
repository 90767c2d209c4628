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

// Post has mailboxes by name and a link for each pair of processes.
type Post struct {
	mu       sync.Mutex
	capacity int
	boxes    map[string]*box
	links    map[[2]string]*box
}

func New(capacity int) *Post {
	return &Post{capacity: capacity, boxes: map[string]*box{}, links: map[[2]string]*box{}}
}

// Create makes a mailbox.
func (p *Post) Create(name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.boxes[name]
	p.boxes[name] = newBox(p.capacity)
	if before != nil {
		return ErrExists
	}
	return nil
}

func (p *Post) find(name string) (*box, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b, ok := p.boxes[name]
	if !ok {
		return nil, ErrNoBox
	}
	return b, nil
}

// Close ends sending; what is inside can still be received.
func (p *Post) Close(name string) error {
	b, err := p.find(name)
	if err != nil {
		return err
	}
	return b.close()
}

// Send waits while the mailbox is full.
func (p *Post) Send(name string, v int) error {
	b, err := p.find(name)
	if err != nil {
		return err
	}
	return b.put(v)
}

// Recv waits while the mailbox is empty.
func (p *Post) Recv(name string) (int, error) {
	b, err := p.find(name)
	if err != nil {
		return 0, err
	}
	return b.get()
}

// TryRecv does not wait.
func (p *Post) TryRecv(name string) (int, error) {
	b, err := p.find(name)
	if err != nil {
		return 0, err
	}
	return b.tryGet()
}

// link is set up by its first use, by either end.
func (p *Post) link(from, to string) *box {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := [2]string{from, to}
	b := p.links[k]
	if b == nil {
		b = newBox(p.capacity)
		p.links[k] = b
	}
	return b
}

// SendTo sends directly: only to can receive it, naming from.
func (p *Post) SendTo(from, to string, v int) error { return p.link(from, to).put(v) }

// RecvFrom receives directly from the named sender.
func (p *Post) RecvFrom(me, from string) (int, error) { return p.link(from, me).get() }

type box struct {
	mu         sync.Mutex
	room, mail *sync.Cond
	queue      []int
	capacity   int
	closed     bool
}

func newBox(capacity int) *box {
	b := &box{capacity: capacity}
	b.room, b.mail = sync.NewCond(&b.mu), sync.NewCond(&b.mu)
	return b
}

func (b *box) put(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.closed && len(b.queue) == b.capacity {
		b.room.Wait()
	}
	if b.closed {
		return ErrClosed
	}
	b.queue = append(b.queue, v)
	b.mail.Signal()
	return nil
}

func (b *box) get() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.closed && len(b.queue) == 0 {
		b.mail.Wait()
	}
	if len(b.queue) == 0 {
		return 0, ErrClosed
	}
	return b.first(), nil
}

func (b *box) tryGet() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case len(b.queue) > 0:
		return b.first(), nil
	case b.closed:
		return 0, ErrClosed
	}
	return 0, ErrEmpty
}

func (b *box) first() int {
	v := b.queue[0]
	b.queue = b.queue[1:]
	b.room.Signal()
	return v
}

func (b *box) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return ErrClosed
	}
	b.closed = true
	b.room.Broadcast()
	b.mail.Broadcast()
	return nil
}
