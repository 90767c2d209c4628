package mailbox

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/condring"
	"github.com/ipccheck/ipccheck/impl/rendezvous"
	"github.com/ipccheck/ipccheck/impl/twolock"
)

// Boxes are the named mailboxes (or ports) of a system, for any number of
// processes and goroutines. Make them with [NewBoxes].
//
// A box is a buffer of its own: a rendezvous by hand, a ring with condition
// variables, or a two-lock queue, depending on the capacity. Progress, order,
// refusals and memory are those of these packages: blocking; first in, first out;
// strict. Modes: all of [impl.Buffer]. Closing a box ends sending to it, and what
// it holds can still be received; destroying it drops what it holds.
type Boxes[T any] struct {
	capacity int
	sizes    Sizes[T]

	mu    sync.RWMutex
	named map[string]*box[T]
}

// box is a mailbox. An operation looks at destroyed before it touches the buffer;
// one that is past that when the box is destroyed counts as before it.
type box[T any] struct {
	buffer    impl.Buffer[T]
	rights    Rights
	destroyed atomic.Bool // set under the mutex of the boxes
}

// Rights are the processes that may use a box, by number. Nil: everyone. A box
// with one sender and another receiver runs one way.
type Rights struct{ Senders, Receivers []int }

var _ impl.Mailboxes[int] = (*Boxes[int])(nil)

// NewBoxes returns a system without boxes. Its boxes will have the capacity, and
// take messages of the sizes. It panics if the capacity is below
// [impl.NoLimit].
func NewBoxes[T any](capacity int, sizes Sizes[T]) *Boxes[T] {
	checkCapacity(capacity)
	return &Boxes[T]{capacity: capacity, sizes: sizes, named: map[string]*box[T]{}}
}

// Create implements [impl.Mailboxes]. Everyone may use the box.
func (b *Boxes[T]) Create(name string) error { return b.CreateFor(name, Rights{}) }

// CreateFor makes an empty box for the processes that have rights to it. Others
// get [impl.ErrPeer]. It returns [impl.ErrExists] if the name is taken.
func (b *Boxes[T]) CreateFor(name string, rights Rights) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.named[name] != nil {
		return impl.ErrExists
	}
	b.named[name] = &box[T]{
		buffer: newBuffer[T](b.capacity),
		rights: Rights{slices.Clone(rights.Senders), slices.Clone(rights.Receivers)},
	}
	return nil
}

func newBuffer[T any](capacity int) impl.Buffer[T] {
	switch capacity {
	case 0:
		return rendezvous.NewHand[T]()
	case impl.NoLimit:
		return twolock.New[T]()
	}
	return condring.New[T](capacity)
}

// Open implements [impl.Mailboxes].
func (b *Boxes[T]) Open(proc int, name string) (impl.Buffer[T], error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	x := b.named[name]
	if x == nil {
		return nil, impl.ErrDestroyed
	}
	return &access[T]{
		box:     x,
		sizes:   b.sizes,
		maySend: x.rights.Senders == nil || slices.Contains(x.rights.Senders, proc),
		mayRecv: x.rights.Receivers == nil || slices.Contains(x.rights.Receivers, proc),
	}, nil
}

// Destroy implements [impl.Mailboxes]. It takes time proportional to what the
// box holds.
func (b *Boxes[T]) Destroy(name string) error {
	b.mu.Lock()
	x := b.named[name]
	if x == nil {
		b.mu.Unlock()
		return impl.ErrDestroyed
	}
	x.destroyed.Store(true)
	delete(b.named, name)
	b.mu.Unlock()

	_ = x.buffer.Close() // it may be closed already
	for {
		if _, err := x.buffer.TryRecv(); err != nil {
			return nil
		}
	}
}

// access is a box as one process may use it.
type access[T any] struct {
	box              *box[T]
	sizes            Sizes[T]
	maySend, mayRecv bool
}

// toSend is what stands in the way of any send of the message.
func (a *access[T]) toSend(v T) error {
	switch {
	case a.box.destroyed.Load():
		return impl.ErrDestroyed
	case !a.maySend:
		return impl.ErrPeer
	case !a.sizes.allow(v):
		return impl.ErrSize
	}
	return nil
}

// toRecv is what stands in the way of any receive.
func (a *access[T]) toRecv() error {
	switch {
	case a.box.destroyed.Load():
		return impl.ErrDestroyed
	case !a.mayRecv:
		return impl.ErrPeer
	}
	return nil
}

// answer tells a buffer that was closed from a box that was destroyed.
func (a *access[T]) answer(err error) error {
	if errors.Is(err, impl.ErrClosed) && a.box.destroyed.Load() {
		return impl.ErrDestroyed
	}
	return err
}

func (a *access[T]) Send(v T) error {
	if err := a.toSend(v); err != nil {
		return err
	}
	return a.answer(a.box.buffer.Send(v))
}

func (a *access[T]) TrySend(v T) error {
	if err := a.toSend(v); err != nil {
		return err
	}
	return a.answer(a.box.buffer.TrySend(v))
}

func (a *access[T]) SendContext(ctx context.Context, v T) error {
	if err := a.toSend(v); err != nil {
		return err
	}
	return a.answer(a.box.buffer.SendContext(ctx, v))
}

func (a *access[T]) Recv() (T, error) {
	if err := a.toRecv(); err != nil {
		var zero T
		return zero, err
	}
	v, err := a.box.buffer.Recv()
	return v, a.answer(err)
}

func (a *access[T]) TryRecv() (T, error) {
	if err := a.toRecv(); err != nil {
		var zero T
		return zero, err
	}
	v, err := a.box.buffer.TryRecv()
	return v, a.answer(err)
}

func (a *access[T]) RecvContext(ctx context.Context) (T, error) {
	if err := a.toRecv(); err != nil {
		var zero T
		return zero, err
	}
	v, err := a.box.buffer.RecvContext(ctx)
	return v, a.answer(err)
}

func (a *access[T]) Close() error {
	if a.box.destroyed.Load() {
		return impl.ErrDestroyed
	}
	return a.answer(a.box.buffer.Close())
}

func (a *access[T]) Len() int { return a.box.buffer.Len() }
func (a *access[T]) Cap() int { return a.box.buffer.Cap() }
