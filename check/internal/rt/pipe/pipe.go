// Package pipe stands in for io.Pipe and net.Pipe: pipes in memory, controlled in
// a controlled run, and pipes all the same outside of one.
package pipe

import (
	"io"
	"net"
	"os"
	"time"

	"github.com/ipccheck/ipccheck/check/sched/sync"
	vtime "github.com/ipccheck/ipccheck/check/sched/time"
)

// pipe hands what one side writes to the other, without a buffer: a write returns
// when all of it has been read.
type pipe struct {
	writing sync.Mutex // one write at a time
	mu      sync.Mutex
	changed *sync.Cond

	data       []byte // of the write under way, what is left
	pending    bool   // a write is under way
	readErr    error  // the reading side was closed with it
	writeErr   error  // the writing side was closed with it
	readUntil  deadline
	writeUntil deadline
}

func newPipe() *pipe {
	p := &pipe{}
	p.changed = sync.NewCond(&p.mu)
	return p
}

// deadline is until when an operation may wait.
type deadline struct {
	timer *vtime.Timer
	over  bool
}

func (p *pipe) set(d *deadline, t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	left := vtime.Until(t)
	d.over = !t.IsZero() && left <= 0
	if d.over {
		p.changed.Broadcast()
	}
	if t.IsZero() || d.over {
		return
	}
	var timer *vtime.Timer
	timer = vtime.AfterFunc(left, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if d.timer == timer {
			d.over = true
			p.changed.Broadcast()
		}
	})
	d.timer = timer
}

func (p *pipe) read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.readErr != nil:
			return 0, io.ErrClosedPipe
		case p.writeErr != nil: // a write under way, too, ends with it
			return 0, p.writeErr
		case p.readUntil.over:
			return 0, os.ErrDeadlineExceeded
		case p.pending:
			n := copy(b, p.data)
			p.data = p.data[n:]
			if len(p.data) == 0 {
				p.pending = false
				p.changed.Broadcast()
			}
			return n, nil
		}
		p.changed.Wait()
	}
}

func (p *pipe) write(b []byte) (int, error) {
	p.writing.Lock()
	defer p.writing.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.cannotWrite(); err != nil {
		return 0, err
	}
	p.data, p.pending = b, true
	p.changed.Broadcast()
	for p.pending {
		if err := p.cannotWrite(); err != nil {
			n := len(b) - len(p.data)
			p.data, p.pending = nil, false
			return n, err
		}
		p.changed.Wait()
	}
	return len(b), nil
}

// cannotWrite says why nothing can be written any more.
func (p *pipe) cannotWrite() error {
	switch {
	case p.writeErr != nil:
		return io.ErrClosedPipe
	case p.readErr != nil:
		return p.readErr
	case p.writeUntil.over:
		return os.ErrDeadlineExceeded
	}
	return nil
}

// end closes a side, once.
func (p *pipe) end(side *error, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if *side == nil {
		*side = err
	}
	p.changed.Broadcast()
}

// PipeReader is an io.PipeReader.
type PipeReader struct{ p *pipe }

// PipeWriter is an io.PipeWriter.
type PipeWriter struct{ p *pipe }

// Pipe is io.Pipe.
func Pipe() (*PipeReader, *PipeWriter) {
	p := newPipe()
	return &PipeReader{p}, &PipeWriter{p}
}

// Read reads what is written, and waits for it.
func (r *PipeReader) Read(b []byte) (int, error) { return r.p.read(b) }

// Close closes the reading side.
func (r *PipeReader) Close() error { return r.CloseWithError(nil) }

// CloseWithError closes the reading side; writes answer with err.
func (r *PipeReader) CloseWithError(err error) error {
	if err == nil {
		err = io.ErrClosedPipe
	}
	r.p.end(&r.p.readErr, err)
	return nil
}

// Write writes, and waits until all of it has been read.
func (w *PipeWriter) Write(b []byte) (int, error) { return w.p.write(b) }

// Close closes the writing side; reads answer with io.EOF.
func (w *PipeWriter) Close() error { return w.CloseWithError(nil) }

// CloseWithError closes the writing side; reads answer with err.
func (w *PipeWriter) CloseWithError(err error) error {
	if err == nil {
		err = io.EOF
	}
	w.p.end(&w.p.writeErr, err)
	return nil
}

// conn is an end of a connection in memory.
type conn struct{ in, out *pipe }

// NetPipe is net.Pipe.
func NetPipe() (net.Conn, net.Conn) {
	a, b := newPipe(), newPipe()
	return &conn{a, b}, &conn{b, a}
}

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.in.read(b)
	return n, opError("read", err)
}

func (c *conn) Write(b []byte) (int, error) {
	n, err := c.out.write(b)
	return n, opError("write", err)
}

func opError(op string, err error) error {
	if err != nil && err != io.EOF && err != io.ErrClosedPipe {
		err = &net.OpError{Op: op, Net: "pipe", Err: err}
	}
	return err
}

func (c *conn) Close() error {
	c.in.end(&c.in.readErr, io.ErrClosedPipe)
	c.out.end(&c.out.writeErr, io.EOF)
	return nil
}

type address struct{}

func (address) Network() string { return "pipe" }
func (address) String() string  { return "pipe" }

func (c *conn) LocalAddr() net.Addr  { return address{} }
func (c *conn) RemoteAddr() net.Addr { return address{} }

// closed reports whether one of the ends was closed, with the error of net.Pipe.
func (c *conn) closed() error {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	if c.in.readErr != nil || c.in.writeErr != nil {
		return io.ErrClosedPipe
	}
	return nil
}

func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	if err := c.closed(); err != nil {
		return err
	}
	c.in.set(&c.in.readUntil, t)
	return nil
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	if err := c.closed(); err != nil {
		return err
	}
	c.out.set(&c.out.writeUntil, t)
	return nil
}
