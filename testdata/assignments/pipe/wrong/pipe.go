package pipe

import (
	"errors"
	"io"
	"sync"
)

var (
	ErrClosed = errors.New("the pipe is closed for writing")
	ErrBroken = errors.New("broken pipe")
)

// Pipe is a monitor around the bytes that are inside.
type Pipe struct {
	mu             sync.Mutex
	changed        *sync.Cond
	inside         []byte
	size           int
	closed, broken bool
}

// New makes a pipe with room for so many bytes.
func New(size int) *Pipe {
	p := &Pipe{size: size}
	p.changed = sync.NewCond(&p.mu)
	return p
}

// Write waits until all of b is inside, by parts as there is room.
func (p *Pipe) Write(b []byte) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n < len(b) {
		for len(p.inside) == p.size && !p.closed && !p.broken {
			p.changed.Wait()
		}
		switch {
		case p.broken:
			return n, ErrBroken
		case p.closed:
			return n, ErrClosed
		}
		part := b[n:min(len(b), n+p.size-len(p.inside))]
		p.inside = append(p.inside, part...)
		n += len(part)
		p.changed.Broadcast()
	}
	return n, nil
}

// Read waits while nothing is inside.
func (p *Pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.inside) == 0 && !p.closed {
		p.changed.Wait()
	}
	if len(p.inside) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.inside)
	p.inside = p.inside[n:]
	p.changed.Broadcast()
	return n, nil
}

// CloseWrite has readers come to the end of file.
func (p *Pipe) CloseWrite() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.changed.Broadcast()
}

// CloseRead breaks the pipe for writers.
func (p *Pipe) CloseRead() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = true
	p.changed.Broadcast()
}
