// Package bytepipe is a pipe between goroutines: a stream of bytes through a ring
// under one mutex, with two condition variables, and the rules of POSIX pipes.
//
// A write of at most as many bytes as the pipe writes at once goes in whole, with
// nothing in between; a longer one goes in as room appears, and others may come in
// between. A read gets what is there.
//
// Progress: blocking; the forms that do not wait take the mutex too. Writes that
// wait have no order among each other: a long one may be overtaken by short ones.
// Refusals and deadlines: strict. Memory: an array of the capacity, allocated at
// once. Whoever waits is woken by every change on the other side, since one write
// may be enough for several reads, and one read for several writes.
package bytepipe

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// Pipe is a pipe with both its ends. Make it with [New].
type Pipe struct {
	mu       sync.Mutex
	changed  [2]sync.Cond // room for writes, bytes for reads
	ring     []byte
	head, n  int
	atomic   int
	noWriter bool
	noReader bool
}

var _ impl.Stream = (*Pipe)(nil)

const room, bytes = 0, 1

// New returns a pipe for as many bytes as the capacity, which writes up to so many
// at once. It panics unless 0 <= atomic <= capacity and the capacity is 1 or more.
func New(capacity, atomic int) *Pipe {
	if capacity < 1 || atomic < 0 || atomic > capacity {
		panic(fmt.Sprintf("bytepipe: capacity %d, %d bytes at once: expected 1 or more, and no more at once", capacity, atomic))
	}
	p := &Pipe{ring: make([]byte, capacity), atomic: atomic}
	p.changed[room].L, p.changed[bytes].L = &p.mu, &p.mu
	return p
}

// Write implements [impl.Stream].
func (p *Pipe) Write(b []byte) (int, error) { return p.write(b, forever) }

// WriteContext implements [impl.Stream]. Room goes before a context that is done.
func (p *Pipe) WriteContext(ctx context.Context, b []byte) (n int, err error) {
	p.waiting(ctx, room, func(wait func() error) { n, err = p.write(b, wait) })
	return n, err
}

// TryWrite implements [impl.Stream].
func (p *Pipe) TryWrite(b []byte) (int, error) { return p.write(b, refuse(impl.ErrFull)) }

// Read implements [impl.Stream].
func (p *Pipe) Read(b []byte) (int, error) { return p.read(b, forever) }

// ReadContext implements [impl.Stream]. Bytes go before a context that is done.
func (p *Pipe) ReadContext(ctx context.Context, b []byte) (n int, err error) {
	p.waiting(ctx, bytes, func(wait func() error) { n, err = p.read(b, wait) })
	return n, err
}

// TryRead implements [impl.Stream].
func (p *Pipe) TryRead(b []byte) (int, error) { return p.read(b, refuse(impl.ErrEmpty)) }

// forever is no reason to stop waiting.
func forever() error { return nil }

// refuse is a reason not to wait at all.
func refuse(err error) func() error { return func() error { return err } }

// waiting performs an operation whose waiting ends with the context.
func (p *Pipe) waiting(ctx context.Context, side int, op func(wait func() error)) {
	stop := context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.changed[side].Broadcast()
	})
	defer stop()
	op(ctx.Err)
}

// write waits as long as there is no reason against it.
func (p *Pipe) write(b []byte, against func() error) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	least := 1
	if len(b) <= p.atomic {
		least = len(b)
	}
	for {
		if p.noWriter || p.noReader {
			return n, impl.ErrClosed
		}
		if free := len(p.ring) - p.n; free >= least {
			n += p.put(b[n:min(len(b), n+free)])
		}
		if n == len(b) {
			return n, nil
		}
		if err := against(); err != nil {
			if n > 0 && err == impl.ErrFull {
				err = nil // as much as there is room for
			}
			return n, err
		}
		p.changed[room].Wait()
	}
}

// put appends bytes, for which there is room. The mutex is held.
func (p *Pipe) put(b []byte) int {
	at := (p.head + p.n) % len(p.ring)
	copy(p.ring, b[copy(p.ring[at:], b):])
	p.n += len(b)
	if len(b) > 0 {
		p.changed[bytes].Broadcast()
	}
	return len(b)
}

func (p *Pipe) read(b []byte, against func() error) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.noReader:
			return 0, impl.ErrClosed
		case p.n > 0 || len(b) == 0:
			return p.take(b), nil
		case p.noWriter:
			return 0, io.EOF
		}
		if err := against(); err != nil {
			return 0, err
		}
		p.changed[bytes].Wait()
	}
}

// take removes the oldest bytes, as many as fit. The mutex is held.
func (p *Pipe) take(b []byte) int {
	n := min(len(b), p.n)
	copy(b[copy(b[:n], p.ring[p.head:]):n], p.ring)
	p.head = (p.head + n) % len(p.ring)
	p.n -= n
	if n > 0 {
		p.changed[room].Broadcast()
	}
	return n
}

// Close implements [impl.Stream].
func (p *Pipe) Close() error { return p.end(&p.noWriter) }

// CloseRead implements [impl.Stream].
func (p *Pipe) CloseRead() error { return p.end(&p.noReader) }

func (p *Pipe) end(which *bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if *which {
		return impl.ErrClosed
	}
	*which = true
	if p.noReader {
		p.n = 0
	}
	p.changed[room].Broadcast()
	p.changed[bytes].Broadcast()
	return nil
}

// Len implements [impl.Sizer].
func (p *Pipe) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

// Cap implements [impl.Sizer].
func (p *Pipe) Cap() int { return len(p.ring) }
