package memnet

import (
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
)

// Place is where a listener can be found: on a host and a port, or under a path.
type Place struct {
	Kind string // of its sockets: tcp, udp, unix, unixpacket
	Host string // AnyIPv4 or AnyIP: all of this machine
	Port int    // 0: one that is free
}

// Hosts of a listener that can be found on all of this machine.
const (
	AnyIPv4 = "0.0.0.0"
	AnyIP   = "::"
)

// registry knows the listeners of an execution.
type registry struct {
	changes   atomic.Int64 // to look for a listener is to read it
	listeners []*Listener
	packets   []*Packets
	ports     int // that were given
}

var (
	known registry
	// outside is locked outside of executions, where there is no other order.
	outside sync.Mutex
)

func init() { image.Vars("ipccheck/rt/memnet", image.Names{"addresses that are listened at"}, &known) }

// firstPort is the first port that is given to a listener which asks for any, and
// firstClient the first of those that dial; see [Listener.dialed].
const (
	firstPort   = 40001
	manyPorts   = 10_000
	firstClient = firstPort + manyPorts
	lastPort    = 65535
)

// Listener accepts connections.
type Listener struct {
	Place Place

	queue   exec.Stream
	fd      exec.Descriptor
	waiting []*Dialed
	end     ending
	expiry  expiry
	dialed  int
}

// Dialed is an end of a connection that was dialed.
type Dialed struct {
	*Conn
	Host string // that was dialed
	Port int    // of the end that has dialed
}

// backlog is how many connections may wait to be accepted.
const backlog = 4096

// look is called before the registry is looked at, changed before it is changed, and
// done after that. The race detector does not take them for synchronisation.
//
//go:norace
func (r *registry) look() { r.begin(func() { r.changes.Load() }) }

//go:norace
func (r *registry) changed() { r.begin(func() { r.changes.Add(1) }) }

//go:norace
func (r *registry) begin(operation func()) {
	exec.Hide()
	defer exec.Show()
	if operation(); exec.Current() == nil {
		outside.Lock()
	}
}

//go:norace
func (r *registry) done() {
	if exec.Current() == nil {
		outside.Unlock()
	}
}

// Listen returns a listener at a place, or syscall.EADDRINUSE.
//
//go:norace
func Listen(at Place) (*Listener, error) {
	known.changed()
	defer known.done()
	if err := known.assign(&at); err != nil {
		return nil, err
	}
	l := &Listener{Place: at}
	l.queue.Size = backlog
	known.listeners = append(known.listeners[:len(known.listeners):len(known.listeners)], l)
	return l, nil
}

//go:norace
func (r *registry) taken(at Place) bool {
	for _, l := range r.listeners {
		if l.Place.clashes(at) {
			return true
		}
	}
	for _, c := range r.packets {
		if c.Place.clashes(at) {
			return true
		}
	}
	return false
}

//go:norace
func (p Place) any() bool { return p.Host == AnyIP || p.Host == AnyIPv4 }

// clashes reports whether there cannot be sockets at both places.
//
//go:norace
func (p Place) clashes(at Place) bool {
	return p.Kind == at.Kind && p.Port == at.Port && (p.Host == at.Host || p.any() || at.any())
}

// meets reports whether who looks for a place finds what is here.
//
//go:norace
func (p Place) meets(at Place) bool {
	return p.Kind == at.Kind && p.Port == at.Port && (p.Host == at.Host || p.Host == AnyIP || p.Host == AnyIPv4 && at.Host != "::1")
}

// find returns the listener that is reached at a place, nil if there is none.
//
//go:norace
func (r *registry) find(at Place) *Listener {
	for _, l := range r.listeners {
		if l.Place.meets(at) {
			return l
		}
	}
	return nil
}

// Dial connects to the listener at a place. It returns syscall.ECONNREFUSED or, for a
// path in the file system, syscall.ENOENT.
//
//go:norace
func Dial(to Place) (Dialed, error) {
	refused := syscall.ECONNREFUSED
	if to.Kind != "tcp" && !strings.HasPrefix(to.Host, "@") {
		refused = syscall.ENOENT
	}
	known.look()
	l := known.find(to)
	known.done()
	if l == nil || !l.queue.Wait(prim.OpConnect) {
		return Dialed{}, refused
	}
	if l.end != open {
		l.queue.Done(0, false)
		return Dialed{}, refused
	}
	a, b := pair(to.Kind)
	// Ports that differ for connections to different listeners would make all those
	// who dial depend on each other.
	port := firstClient + l.dialed%(lastPort-firstClient)
	l.dialed++
	l.waiting = append(l.waiting[:len(l.waiting):len(l.waiting)], &Dialed{b, to.Host, port})
	l.queue.Done(1, false)
	return Dialed{a, to.Host, port}, nil
}

// Accept waits for a connection. It returns [ErrClosed] and os.ErrDeadlineExceeded.
//
//go:norace
func (l *Listener) Accept() (*Dialed, error) {
	if !l.queue.Wait(prim.OpAccept) {
		return nil, ErrClosed
	}
	l.fd.Use()
	switch {
	case l.end != open:
		l.queue.Done(0, false)
		return nil, ErrClosed
	case l.queue.Shut&prim.ShutReaders != 0:
		l.queue.Done(0, false)
		return nil, os.ErrDeadlineExceeded
	}
	d := l.waiting[0]
	l.waiting = l.waiting[1:]
	l.queue.Done(-1, false)
	return d, nil
}

// Close closes the listener; connections that have not been accepted are reset. It
// returns [ErrClosed] if that was done before.
//
//go:norace
func (l *Listener) Close() error {
	known.changed()
	for i, o := range known.listeners {
		if o == l {
			known.listeners = append(known.listeners[:i:i], known.listeners[i+1:]...)
			break
		}
	}
	known.done()
	if !l.queue.Wait(prim.OpListenerShut) {
		return ErrClosed
	}
	l.fd.Use()
	if l.end != open {
		l.queue.Change(prim.ShutBoth, prim.ShutKeep)
		return ErrClosed
	}
	l.end = closed
	left := l.waiting
	deadline := l.expiry.last
	l.queue.Change(prim.ShutBoth, prim.ShutSet)
	deadline.stop()
	for _, d := range left {
		d.abort = true
		_ = d.Close()
	}
	return nil
}

// SetDeadline lets Accept wait until t, and no longer; the zero time: forever.
//
//go:norace
func (l *Listener) SetDeadline(t time.Time) error {
	return setDeadline(&l.queue, &l.fd, &l.expiry, &l.end, prim.ShutReaders, prim.OpListenerDeadline, t)
}

// Here reports whether sockets of the loopback interface are in memory: executions
// are to come, or under way.
func Here() bool { return image.Early() }
