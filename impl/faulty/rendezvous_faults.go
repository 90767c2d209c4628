package faulty

import (
	"errors"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/chanbuf"
	"github.com/ipccheck/ipccheck/impl/rendezvous"
)

// buffersOne is a rendezvous by a channel.
type buffersOne struct{ *chanbuf.Buffer[int] }

func newBuffersOne() *buffersOne {
	return &buffersOne{chanbuf.New[int](1)} // wrong: must have no buffer
}

func (b *buffersOne) Cap() int { return 0 }
func (b *buffersOne) Len() int { return 0 }

// refusedAndSent tries a refused send again later.
type refusedAndSent struct{ *rendezvous.Hand[int] }

func (b *refusedAndSent) TrySend(v int) error {
	err := b.Hand.TrySend(v)
	if errors.Is(err, impl.ErrFull) {
		go func() { _ = b.Send(v) }() // wrong: it has been refused
	}
	return err
}
