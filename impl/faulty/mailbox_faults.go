package faulty

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/condring"
	"github.com/ipccheck/ipccheck/impl/mailbox"
)

// oversizeAccepted does not look at the size of a message.
func newOversizeAccepted(n int) impl.Mailboxes[[]byte] {
	return mailbox.NewBoxes(n, mailbox.Sizes[[]byte]{}) // wrong: must be MaxBytes(MessageSize)
}

// oversizeCut cuts a message off at the size.
type oversizeCut struct{ *mailbox.Boxes[[]byte] }

func (b *oversizeCut) Open(proc int, name string) (impl.Buffer[[]byte], error) {
	box, err := b.Boxes.Open(proc, name)
	if err != nil {
		return nil, err
	}
	return &cutting{box}, nil
}

type cutting struct{ impl.Buffer[[]byte] }

func (c *cutting) Send(m []byte) error    { return c.Buffer.Send(cut(m)) }
func (c *cutting) TrySend(m []byte) error { return c.Buffer.TrySend(cut(m)) }

func cut(m []byte) []byte { return m[:min(len(m), MessageSize)] } // wrong: must be refused

// unnamed is a system of mailboxes without sizes that forgets boxes when they are
// destroyed, and does nothing else about it.
type unnamed struct {
	capacity int
	mu       sync.Mutex
	named    map[string]*condring.Buffer[[]byte]
}

func newUnnamed(n int) *unnamed {
	return &unnamed{capacity: n, named: map[string]*condring.Buffer[[]byte]{}}
}

func (b *unnamed) Create(name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.named[name] != nil {
		return impl.ErrExists
	}
	b.named[name] = condring.New[[]byte](b.capacity)
	return nil
}

func (b *unnamed) Open(_ int, name string) (impl.Buffer[[]byte], error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	box := b.named[name]
	if box == nil {
		return nil, impl.ErrDestroyed
	}
	return box, nil
}

func (b *unnamed) Destroy(name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.named[name] == nil {
		return impl.ErrDestroyed
	}
	delete(b.named, name) // wrong: those who wait on the box wait forever
	return nil
}

// destroyCloses lets those who wait think that the box was closed.
type destroyCloses struct{ *unnamed }

func (b *destroyCloses) Destroy(name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	box := b.named[name]
	if box == nil {
		return impl.ErrDestroyed
	}
	delete(b.named, name)
	return box.Close() // wrong: the answer to those who wait must be ErrDestroyed, and messages are still delivered
}
