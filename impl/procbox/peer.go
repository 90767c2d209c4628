//go:build linux

package procbox

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ipccheck/ipccheck/impl"
)

// Peer is a process that exchanges messages with others by their numbers. A link joins
// two processes; its first use makes it, and each direction is a box. One goroutine
// uses a Peer.
type Peer struct {
	s    *System
	me   int
	open map[string]*Box
}

// Peer returns the process with the number. For [Peer.SendAny] the system's messages
// must have room for 4 bytes more.
func (s *System) Peer(me int) *Peer { return &Peer{s, me, map[string]*Box{}} }

func (p *Peer) box(name string) (*Box, error) {
	if b, ok := p.open[name]; ok {
		return b, nil
	}
	if err := p.s.Create(name); err != nil && err != impl.ErrExists {
		return nil, err
	}
	b, err := p.s.Open(name)
	if err == nil {
		p.open[name] = b
	}
	return b, err
}

func link(from, to int) string { return fmt.Sprintf("link-%d-%d", from, to) }

func inbox(to int) string { return fmt.Sprintf("inbox-%d", to) }

// Send sends the message to the other process, which receives it by [Peer.Recv] from
// this one (symmetric addressing). It waits while the link is full, at most until the
// context is done, and returns [impl.ErrPeer] if the process names itself.
func (p *Peer) Send(ctx context.Context, to int, m []byte) error {
	if to == p.me {
		return impl.ErrPeer
	}
	b, err := p.box(link(p.me, to))
	if err != nil {
		return err
	}
	return b.SendContext(ctx, m)
}

// Recv receives a message that the other process sent by [Peer.Send], into the buffer,
// and returns its length. It waits while there is none, at most until the context is
// done, and returns [impl.ErrPeer] if the process names itself.
func (p *Peer) Recv(ctx context.Context, from int, buf []byte) (int, error) {
	if from == p.me {
		return 0, impl.ErrPeer
	}
	b, err := p.box(link(from, p.me))
	if err != nil {
		return 0, err
	}
	return b.RecvContext(ctx, buf)
}

// sender stands before a message that is sent to whoever receives from anyone.
const sender = 4

// SendAny sends the message to the other process, which receives it by [Peer.RecvAny]
// (asymmetric addressing). It waits and fails as [Peer.Send].
func (p *Peer) SendAny(ctx context.Context, to int, m []byte) error {
	if to == p.me {
		return impl.ErrPeer
	}
	b, err := p.box(inbox(to))
	if err != nil {
		return err
	}
	return b.SendContext(ctx, append(binary.LittleEndian.AppendUint32(nil, uint32(p.me)), m...))
}

// RecvAny receives a message that any process sent by [Peer.SendAny], and returns its
// length and the number of its sender. It waits as [Peer.Recv]. If the buffer is too
// short it returns [impl.ErrSize], and the message is lost.
func (p *Peer) RecvAny(ctx context.Context, buf []byte) (n, from int, err error) {
	b, err := p.box(inbox(p.me))
	if err != nil {
		return 0, 0, err
	}
	whole := make([]byte, b.Size())
	if n, err = b.RecvContext(ctx, whole); err != nil {
		return 0, 0, err
	}
	if n < sender || n-sender > len(buf) {
		return 0, 0, impl.ErrSize
	}
	copy(buf, whole[sender:n])
	return n - sender, int(binary.LittleEndian.Uint32(whole)), nil
}

// Close closes this process's boxes. The links stay.
func (p *Peer) Close() error {
	var errs []error
	for name, b := range p.open {
		errs = append(errs, b.Close())
		delete(p.open, name)
	}
	return errors.Join(errs...)
}
