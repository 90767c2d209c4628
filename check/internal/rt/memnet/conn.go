// Package memnet is a network in memory: what the sockets of rewritten programs are
// on the loopback interface. Addresses are the caller's; a listener is known by the
// kind of its sockets, its host and its port.
//
// What the ends of a connection see is what those of a connection over the loopback
// interface of Linux see: a write returns when the bytes are on their way, up to a
// bound; a read returns whatever has come; an end that is closed while there is
// something that it has not read resets the connection.
package memnet

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	vtime "github.com/ipccheck/ipccheck/check/sched/time"
)

// ErrClosed is the answer of an end or a listener that was closed here.
var ErrClosed = errors.New("use of closed network connection")

// How many bytes a connection takes each way before a write waits, as far as Linux
// has a number for that.
const (
	tcpRoom  = 4_000_000
	unixRoom = 208 << 10
)

// half is one way of a connection.
type half struct {
	stream exec.Stream
	bytes  []byte
	// packets: a read gets what one write has sent.
	packets []int

	sent     ending // how the end that sends has ended this way
	received ending // how the end that receives has
	broken   bool   // something was sent to an end that is closed
	expiry   [2]expiry
	ends     [2]exec.Descriptor // for those who read, and for those who write
}

type ending uint8

const (
	open    ending = iota
	shut           // for this way alone
	closed         // the whole end
	aborted        // the whole end, while something had not been read
)

// expiry is a deadline: of those who read, or of those who write.
type expiry struct{ last *setting }

// setting is a deadline that was set and lies ahead, or did.
type setting struct {
	timer  *vtime.Timer
	passed bool
}

// Conn is one end of a connection.
type Conn struct {
	in, out *half
	packets bool // it keeps what one write sends apart from what others send
	strict  bool // what is sent to an end that is closed is refused at once
	abort   bool // to close it is to reset the connection
}

// pair returns the ends of a connection between sockets of a kind.
//
//go:norace
func pair(kind string) (a, b *Conn) {
	x, y := &half{}, &half{}
	x.stream.Size = unixRoom
	if kind == "tcp" {
		x.stream.Size = tcpRoom
	}
	y.stream.Size = x.stream.Size
	a = &Conn{in: x, out: y, packets: kind == "unixpacket", strict: kind != "tcp"}
	b = &Conn{in: y, out: x, packets: a.packets, strict: a.strict}
	return a, b
}

// Read waits until there is something to be read. It returns [ErrClosed],
// os.ErrDeadlineExceeded, syscall.ECONNRESET and io.EOF.
//
//go:norace
func (c *Conn) Read(p []byte) (int, error) {
	h := c.in
	if !h.stream.Wait(prim.OpStreamRead) {
		return 0, ErrClosed
	}
	h.ends[reading].Use()
	n := 0
	var err error
	switch {
	case h.received >= closed:
		err = ErrClosed
	case h.stream.Shut&prim.ShutReaders != 0:
		err = os.ErrDeadlineExceeded
	case len(h.bytes) > 0 && h.received == open:
		n = copyBytes(p, h.bytes)
		gone := n
		if c.packets {
			gone = h.packets[0]
			n = min(n, gone)
			h.packets = h.packets[1:]
		}
		h.bytes = h.bytes[gone:]
		c.knows()
		h.stream.Done(int32(-gone), false)
		return n, nil
	case h.sent == aborted:
		h.sent = closed
		err = syscall.ECONNRESET
	default:
		c.knows()
		err = io.EOF
	}
	h.stream.Done(0, false)
	return 0, err
}

// knows tells the race detector that a read has succeeded: who reads knows what those did
// who had written to the connection, the other way, too.
//
//go:norace
func (c *Conn) knows() {
	c.in.stream.Acquire()
	if c.out != nil {
		c.out.stream.Acquire()
	}
}

// Write waits until there is room. It returns [ErrClosed], os.ErrDeadlineExceeded,
// syscall.EPIPE and syscall.ECONNRESET, and how much was sent before.
//
//go:norace
func (c *Conn) Write(p []byte) (n int, err error) {
	h := c.out
	for first := true; first || n < len(p); first = false {
		if !h.stream.Wait(prim.OpStreamWrite) {
			return n, ErrClosed
		}
		h.ends[writing].Use()
		if err := c.refusal(); err != nil {
			h.stream.Done(0, false)
			return n, err
		}
		h.stream.Merge()
		some := len(p) - n
		if h.received != open {
			h.broken = h.received >= closed
			h.stream.Done(0, false)
			return len(p), nil // nobody gets it
		}
		if !c.packets {
			some = min(some, int(h.stream.Size)-len(h.bytes))
		}
		h.bytes = appendBytes(h.bytes, p[n:n+some])
		if c.packets {
			h.packets = append(h.packets, some)
		}
		n += some
		h.stream.Done(int32(some), n < len(p))
	}
	return n, nil
}

// refusal is why a write can do nothing.
//
//go:norace
func (c *Conn) refusal() error {
	h := c.out
	switch {
	case h.sent >= closed:
		return ErrClosed
	case h.stream.Shut&prim.ShutWriters != 0:
		return os.ErrDeadlineExceeded
	case h.sent == shut, h.broken, h.received >= closed && c.strict:
		return syscall.EPIPE
	case h.received == aborted:
		h.broken = true
		return syscall.ECONNRESET
	}
	return nil
}

// copyBytes and appendBytes are copy and append, which the race detector sees wherever
// they are. It is told what is read and written of the caller's bytes, and not of
// those that are on their way.
//
//go:norace
func copyBytes(to, from []byte) int {
	n := min(len(to), len(from))
	i := 0
	for ; i+64 <= n; i += 64 {
		*(*[64]byte)(to[i:]) = *(*[64]byte)(from[i:])
	}
	for ; i < n; i++ {
		to[i] = from[i]
	}
	return n
}

//go:norace
func appendBytes(to, from []byte) []byte {
	if len(to)+len(from) > cap(to) {
		more := make([]byte, len(to), 2*(len(to)+len(from)))
		copyBytes(more, to)
		to = more
	}
	n := len(to)
	to = to[:n+len(from)]
	copyBytes(to[n:], from)
	return to
}

// Close closes the end: what it has sent can still be read, unless the connection
// is reset. It returns [ErrClosed] if that was done before.
//
//go:norace
func (c *Conn) Close() error {
	if !c.in.stream.WaitBoth(prim.OpStreamShut, &c.out.stream) {
		return ErrClosed
	}
	c.in.ends[reading].Use()
	c.out.ends[writing].Use()
	if c.in.received >= closed {
		c.in.stream.Close(&c.out.stream, prim.ShutKeep)
		return ErrClosed
	}
	how := closed
	if len(c.in.bytes) > 0 && c.in.received == open || c.abort {
		how = aborted
	}
	c.in.received, c.out.sent = how, how
	deadlines := [2]*setting{c.in.expiry[reading].last, c.out.expiry[writing].last}
	c.in.stream.Close(&c.out.stream, prim.ShutSet)
	for _, d := range deadlines {
		d.stop()
	}
	return nil
}

// CloseRead has the end read nothing any more: it finds the end of file.
//
//go:norace
func (c *Conn) CloseRead() error { return c.in.shut(&c.in.received, reading) }

// CloseWrite has the other end find the end of file behind what was sent.
//
//go:norace
func (c *Conn) CloseWrite() error { return c.out.shut(&c.out.sent, writing) }

//go:norace
func (h *half) shut(end *ending, side int) error {
	if !h.stream.Wait(prim.OpStreamShut) {
		return ErrClosed
	}
	h.ends[side].Use()
	var err error
	switch *end {
	case open:
		*end = shut
	case closed, aborted:
		err = ErrClosed
	}
	h.stream.Change(prim.ShutBoth, prim.ShutSet)
	return err
}

// Linger says whether closing the end resets the connection.
//
//go:norace
func (c *Conn) Linger(seconds int) { c.abort = seconds == 0 }

// The ends of a half.
const (
	reading = iota
	writing
)

// SetReadDeadline lets reads wait until t, and no longer; the zero time: forever.
//
//go:norace
func (c *Conn) SetReadDeadline(t time.Time) error {
	return setDeadline(&c.in.stream, &c.in.ends[reading], &c.in.expiry[reading], &c.in.received, prim.ShutReaders, prim.OpStreamReadDeadline, t)
}

// SetWriteDeadline lets writes wait until t, and no longer; the zero time: forever.
//
//go:norace
func (c *Conn) SetWriteDeadline(t time.Time) error {
	return setDeadline(&c.out.stream, &c.out.ends[writing], &c.out.expiry[writing], &c.out.sent, prim.ShutWriters, prim.OpStreamWriteDeadline, t)
}

//go:norace
func setDeadline(s *exec.Stream, d *exec.Descriptor, e *expiry, end *ending, who prim.Shut, k prim.Kind, t time.Time) error {
	var now *setting
	past := false
	if !t.IsZero() {
		left := vtime.Until(t)
		if past = left <= 0; !past {
			// The timer is there before others can see it.
			now = &setting{}
			now.timer = vtime.AfterFunc(left, func() { e.pass(s, now, who, k) })
		}
	}
	if !s.Wait(k) {
		return ErrClosed
	}
	d.Use()
	if *end >= closed {
		s.Change(who, prim.ShutKeep)
		now.stop()
		return ErrClosed
	}
	old := e.last
	e.last = now
	if past || now != nil && now.passed {
		s.Change(who, prim.ShutSet)
	} else {
		s.Change(who, prim.ShutClear)
	}
	old.stop()
	return nil
}

// pass lets a deadline pass.
//
//go:norace
func (e *expiry) pass(s *exec.Stream, d *setting, who prim.Shut, k prim.Kind) {
	if !s.Wait(k) {
		return
	}
	d.passed = true
	if e.last == d {
		s.Change(who, prim.ShutSet)
	} else {
		s.Change(who, prim.ShutKeep)
	}
}

// stop has the deadline never pass.
//
//go:norace
func (d *setting) stop() {
	if d != nil {
		d.timer.Stop()
	}
}
