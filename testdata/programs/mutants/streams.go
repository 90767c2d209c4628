package mutants

import (
	"io"
	"slices"
	"sync"

	"github.com/ipccheck/ipccheck/check"
)

// pipe is a bounded pipe, into which short writes go in at once.
type pipe struct {
	bug        string
	wr, mu     sync.Mutex
	cond       *sync.Cond
	buf        []byte
	r, n       int
	closed, rd bool
}

// whole is how long a write may be that goes in at once.
const whole = 4

func newPipe(n int, bug string) *pipe {
	p := &pipe{bug: bug, buf: make([]byte, n)}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) Write(b []byte) (int, error) {
	p.wr.Lock()
	defer p.wr.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	done := 0
	for done < len(b) {
		need := 1
		if len(b) <= whole && p.bug != "short writes go in by and by" {
			need = len(b)
		}
		for len(p.buf)-p.n < need && !p.closed && !p.rd {
			p.cond.Wait()
		}
		if p.closed || p.rd {
			return done, io.ErrClosedPipe
		}
		for room := len(p.buf) - p.n; room > 0 && done < len(b); room-- {
			p.buf[(p.r+p.n)%len(p.buf)] = b[done]
			p.n++
			done++
		}
		p.cond.Broadcast()
		if p.bug == "the rest of a write is dropped" {
			return len(b), nil
		}
	}
	return done, nil
}

func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.n == 0 && !p.closed && !p.rd {
		p.cond.Wait()
	}
	if p.rd {
		return 0, io.ErrClosedPipe
	}
	if p.n == 0 {
		return 0, io.EOF
	}
	first := p.buf[p.r:min(p.r+p.n, len(p.buf))]
	k := copy(b, first)
	if k == len(first) && p.n > k {
		if p.bug == "what wraps around is dropped" {
			p.n = k
		} else {
			k += copy(b[k:], p.buf[:p.n-k])
		}
	}
	p.r = (p.r + k) % len(p.buf)
	p.n -= k
	p.cond.Broadcast()
	return k, nil
}

func (p *pipe) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return io.ErrClosedPipe
	}
	p.closed = true
	p.cond.Broadcast()
	return nil
}

// reader is the other end of a pipe.
type reader struct{ p *pipe }

func (r reader) Read(b []byte) (int, error) { return r.p.Read(b) }

func (r reader) CloseRead() error {
	r.p.mu.Lock()
	defer r.p.mu.Unlock()
	if r.p.rd {
		return io.ErrClosedPipe
	}
	r.p.rd = true
	if r.p.bug != "the reader leaves silently" {
		r.p.cond.Broadcast()
	}
	return nil
}

// chunks is a pipe without limit: a list of what was written.
type chunks struct {
	bug    string
	mu     sync.Mutex
	cond   *sync.Cond
	l      [][]byte
	closed bool
}

func newChunks(bug string) *chunks {
	c := &chunks{bug: bug}
	c.cond = sync.NewCond(&c.mu)
	return c
}

func (c *chunks) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return 0, io.ErrClosedPipe
	}
	if c.bug != "keeps the writer's bytes" {
		b = slices.Clone(b)
	}
	c.l = append(c.l, b)
	c.cond.Broadcast()
	return len(b), nil
}

func (c *chunks) Read(b []byte) (n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.l) == 0 && !c.closed {
		c.cond.Wait()
	}
	if len(c.l) == 0 {
		return 0, io.EOF
	}
	for len(c.l) > 0 && n < len(b) {
		k := copy(b[n:], c.l[0])
		n += k
		if c.l[0] = c.l[0][k:]; len(c.l[0]) == 0 {
			c.l = c.l[1:]
		}
	}
	return n, nil
}

func (c *chunks) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.cond.Broadcast()
	return nil
}

// boxes are numbered mailboxes.
type boxes struct {
	bug string
	max int
	mu  sync.Mutex
	m   map[int]*letters
}

type letters struct {
	mu   sync.Mutex
	cond *sync.Cond
	l    [][]byte
	gone bool
}

func newBoxes(n int, bug string) *boxes { return &boxes{bug: bug, max: n, m: map[int]*letters{}} }

func (b *boxes) create(i int) check.Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.m[i]
	if old != nil && !old.gone {
		return check.Exists
	}
	if old != nil && b.bug == "a new box has the old letters" {
		old.gone = false
		return check.OK
	}
	x := &letters{}
	x.cond = sync.NewCond(&x.mu)
	b.m[i] = x
	return check.OK
}

func (b *boxes) destroy(i int) check.Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.m[i]
	if x == nil || x.gone {
		return check.Destroyed
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.gone = true
	if b.bug != "who waits is not told" {
		x.cond.Broadcast()
	}
	return check.OK
}

func (b *boxes) open(i int) (check.Ops[[]byte], check.Status) {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.m[i]
	if x == nil || x.gone {
		return check.Ops[[]byte]{}, check.Destroyed
	}
	return check.Ops[[]byte]{Send: func(v []byte) check.Status { return x.send(v, b) }, Recv: x.recv}, check.OK
}

func (x *letters) send(v []byte, b *boxes) check.Status {
	x.mu.Lock()
	defer x.mu.Unlock()
	for len(x.l) >= b.max && !x.gone {
		x.cond.Wait()
	}
	if x.gone {
		return check.Destroyed
	}
	x.l = append(x.l, v)
	x.cond.Broadcast()
	return check.OK
}

func (x *letters) recv() ([]byte, check.Status) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for len(x.l) == 0 && !x.gone {
		x.cond.Wait()
	}
	if x.gone {
		return nil, check.Destroyed
	}
	v := x.l[0]
	x.l = x.l[1:]
	x.cond.Broadcast()
	return v, check.OK
}
