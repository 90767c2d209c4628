package faulty

import (
	"context"
	"io"
	"sync"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/bytepipe"
)

// newPipe is a pipe in which every write that fits goes in at once.
func newPipe(n int) *bytepipe.Pipe { return bytepipe.New(n, n) }

// mixedWrites writes byte by byte.
type mixedWrites struct{ *bytepipe.Pipe }

func (p *mixedWrites) Write(b []byte) (int, error) {
	for i := range b {
		if _, err := p.Pipe.Write(b[i : i+1]); err != nil { // wrong: another write may come in between
			return i, err
		}
	}
	return len(b), nil
}

// shortWrite takes a part of a long write for the whole.
type shortWrite struct{ *bytepipe.Pipe }

func (p *shortWrite) TryWrite(b []byte) (int, error) {
	if _, err := p.Pipe.TryWrite(b); err != nil {
		return 0, err
	}
	return len(b), nil // wrong: it may have been less
}

// earlyEnd says that the file ends as soon as the pipe is closed.
type earlyEnd struct {
	*bytepipe.Pipe
	mu     sync.Mutex
	closed bool
}

func (p *earlyEnd) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	return p.Pipe.Close()
}

func (p *earlyEnd) TryRead(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed { // wrong: there may be bytes
		return 0, io.EOF
	}
	return p.Pipe.TryRead(b)
}

// deadlineMiscounts forgets what a write has sent when its deadline passes.
type deadlineMiscounts struct{ *bytepipe.Pipe }

func (p *deadlineMiscounts) WriteContext(ctx context.Context, b []byte) (int, error) {
	n, err := p.Pipe.WriteContext(ctx, b)
	if err != nil && err == ctx.Err() {
		return 0, err // wrong: n bytes are in
	}
	return n, err
}

// unseenEnd does not tell writers that nobody reads any more.
type unseenEnd struct{ *bytepipe.Pipe }

func (p *unseenEnd) CloseRead() error { return nil } // wrong

// careless is a pipe of its own kind, with the wakeups of the variants that embed
// it.
type careless struct {
	mu       sync.Mutex
	changed  sync.Cond
	held     []byte
	capacity int
	closed   bool
}

func newCareless(n int) *careless {
	p := &careless{capacity: n}
	p.changed.L = &p.mu
	return p
}

// read reads, and then wakes whom it wakes, knowing how many bytes there were.
func (p *careless) read(b []byte, wake func(was int)) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.held) == 0 && !p.closed {
		p.changed.Wait()
	}
	if len(p.held) == 0 {
		return 0, io.EOF
	}
	was, n := len(p.held), copy(b, p.held)
	p.held = append([]byte(nil), p.held[n:]...)
	wake(was)
	return n, nil
}

func (p *careless) write(b []byte, wake func()) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for n < len(b) {
		free := p.capacity - len(p.held)
		switch {
		case p.closed:
			return n, impl.ErrClosed
		case free >= len(b) || len(b) > p.capacity && free > 0:
			k := min(free, len(b)-n)
			p.held = append(p.held, b[n:n+k]...)
			n += k
			wake()
		default:
			p.changed.Wait()
		}
	}
	return n, nil
}

func (p *careless) end(wake func()) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return impl.ErrClosed
	}
	p.closed = true
	wake()
	return nil
}

// oneWoken wakes one process where a write may be enough for several readers.
type oneWoken struct{ *careless }

func (p *oneWoken) Read(b []byte) (int, error) {
	return p.read(b, func(was int) {
		if was == p.capacity { // writers wait only then
			p.changed.Broadcast()
		}
	})
}
func (p *oneWoken) Write(b []byte) (int, error) { return p.write(b, p.changed.Signal) } // wrong
func (p *oneWoken) Close() error                { return p.end(p.changed.Broadcast) }

// silentClose does not wake those who wait for bytes.
type silentClose struct{ *careless }

func (p *silentClose) Read(b []byte) (int, error) {
	return p.read(b, func(int) { p.changed.Broadcast() })
}
func (p *silentClose) Write(b []byte) (int, error) { return p.write(b, p.changed.Broadcast) }
func (p *silentClose) Close() error                { return p.end(func() {}) } // wrong
