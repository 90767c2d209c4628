package memnet

import (
	"math"
	"os"
	"syscall"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Packets is a socket for datagrams. Those that are sent to it arrive, in the order in
// which they were sent, and wait.
type Packets struct {
	Place Place

	queue   exec.Stream
	fd      exec.Descriptor
	waiting []packet
	peer    *Place // the only one whose datagrams arrive
	end     ending
	expiry  expiry
}

type packet struct {
	from  Place
	bytes []byte
}

// ListenPackets returns a socket at a place, or syscall.EADDRINUSE. If peer is not nil,
// what others send does not arrive.
//
//go:norace
func ListenPackets(at Place, peer *Place) (*Packets, error) {
	known.changed()
	defer known.done()
	if err := known.assign(&at); err != nil {
		return nil, err
	}
	c := &Packets{Place: at, peer: peer}
	c.queue.Size = math.MaxInt32
	known.packets = append(known.packets[:len(known.packets):len(known.packets)], c)
	return c, nil
}

// Send sends a datagram. Where nobody is, nobody gets it. It returns [ErrClosed]. The race
// detector takes writes and reads for synchronisation, and not what names the other end,
// sendto and recvfrom: orders says which it is.
//
//go:norace
func (c *Packets) Send(to Place, p []byte, orders bool) error {
	if !c.queue.Wait(prim.OpStreamWriteDeadline) {
		return ErrClosed
	}
	c.fd.Use()
	here := c.end
	c.queue.Change(prim.ShutWriters, prim.ShutKeep)
	if here != open {
		return ErrClosed
	}
	known.look()
	d := known.findPackets(to)
	known.done()
	if d == nil || !d.queue.Wait(prim.OpStreamWrite) {
		return nil
	}
	from := c.Place
	if from.any() {
		from.Host = to.Host
	}
	if d.end != open || d.peer != nil && !d.peer.is(&from) {
		d.queue.Done(0, false)
		return nil
	}
	d.waiting = append(d.waiting[:len(d.waiting):len(d.waiting)], packet{from, appendBytes(nil, p)})
	if orders {
		d.queue.Merge()
	}
	d.queue.Done(1, false)
	return nil
}

// Receive waits for a datagram, and says where it comes from. What does not fit is
// lost. It returns [ErrClosed] and os.ErrDeadlineExceeded. Orders is as for [Packets.Send].
//
//go:norace
func (c *Packets) Receive(p []byte, orders bool) (n int, from Place, err error) {
	if !c.queue.Wait(prim.OpStreamRead) {
		return 0, Place{}, ErrClosed
	}
	c.fd.Use()
	switch {
	case c.end != open:
		err = ErrClosed
	case c.queue.Shut&prim.ShutReaders != 0:
		err = os.ErrDeadlineExceeded
	default:
		d := c.waiting[0]
		c.waiting = c.waiting[1:]
		n = copyBytes(p, d.bytes)
		if orders {
			c.queue.Acquire()
		}
		c.queue.Done(-1, false)
		return n, d.from.copied(), nil
	}
	c.queue.Done(0, false)
	return 0, Place{}, err
}

// Close closes the socket. It returns [ErrClosed] if that was done before.
//
//go:norace
func (c *Packets) Close() error {
	known.changed()
	for i, o := range known.packets {
		if o == c {
			known.packets = append(known.packets[:i:i], known.packets[i+1:]...)
			break
		}
	}
	known.done()
	if !c.queue.Wait(prim.OpStreamShut) {
		return ErrClosed
	}
	c.fd.Use()
	if c.end != open {
		c.queue.Change(prim.ShutBoth, prim.ShutKeep)
		return ErrClosed
	}
	c.end = closed
	deadline := c.expiry.last
	c.queue.Change(prim.ShutBoth, prim.ShutSet)
	deadline.stop()
	return nil
}

// SetReadDeadline lets Receive wait until t, and no longer; the zero time: forever.
//
//go:norace
func (c *Packets) SetReadDeadline(t time.Time) error {
	return setDeadline(&c.queue, &c.fd, &c.expiry, &c.end, prim.ShutReaders, prim.OpStreamReadDeadline, t)
}

// is compares places. (What the compiler makes of == tells the race detector that it reads.)
//
//go:norace
func (p *Place) is(q *Place) bool { return p.Kind == q.Kind && p.Host == q.Host && p.Port == q.Port }

// copied is the place in memory of the goroutine that asks: what does not order sender and
// receiver does not hand over what the sender has written its address to, either.
//
//go:norace
func (p Place) copied() Place {
	p.Host = string([]byte(p.Host))
	return p
}

// assign gives a place a port, if it asks for any. It returns syscall.EADDRINUSE if
// the place is taken.
//
//go:norace
func (r *registry) assign(at *Place) error {
	if at.Port == 0 && (at.Kind == "tcp" || at.Kind == "udp") {
		for tries := 0; tries == 0 || r.taken(*at) && tries < manyPorts; tries++ {
			at.Port = firstPort + r.ports%manyPorts
			r.ports++
		}
	}
	if r.taken(*at) {
		return syscall.EADDRINUSE
	}
	return nil
}

//go:norace
func (r *registry) findPackets(at Place) *Packets {
	for _, c := range r.packets {
		if c.Place.meets(at) {
			return c
		}
	}
	return nil
}
