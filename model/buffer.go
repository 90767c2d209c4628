package model

import "fmt"

// BufferConfig says what a buffer promises. The zero value is a rendezvous.
type BufferConfig struct {
	// Capacity is how many items the buffer holds: 0 for a rendezvous, [NoLimit]
	// for an unbounded buffer.
	Capacity int
	Order    Order
	// Refusals is when [TrySend] may answer [Full], and [TryRecv] [Empty].
	Refusals Refusals
	// Deadlines is when [SendContext] and [RecvContext] may answer [Deadline].
	Deadlines Refusals
	// IdempotentClose makes a second [Close] succeed. By default it gets [Closed].
	IdempotentClose bool
	// Loss is what becomes of an item for which there is no room.
	Loss Loss
	// IgnoreSends makes a send after [Close] succeed, and drops its item. By default
	// it gets [Closed].
	IgnoreSends bool
}

// Validate says what is wrong with the configuration, if anything.
func (c BufferConfig) Validate() error {
	r := c.rules()
	return r.check()
}

func (c BufferConfig) rules() rules {
	return rules{c.Capacity, c.Order, c.Refusals, c.Deadlines, c.IdempotentClose, c.Loss, c.IgnoreSends}
}

// Buffer specifies a buffer between producers and consumers, with every mode of
// synchronisation, at one of the three levels of buffering.
//
// With capacity 0 the operations that move an item have only joint outcomes.
// After [Close] a send gets [Closed], and so does a receive once the items that
// were accepted before are gone.
type Buffer struct {
	rules rules
	name  string
}

var _ Spec = (*Buffer)(nil)

// NewBuffer returns the specification. It panics if the configuration is not
// valid; [BufferConfig.Validate] tells beforehand.
func NewBuffer(c BufferConfig) *Buffer {
	b := &Buffer{rules: c.rules()}
	must("buffer", b.rules.check())
	switch c.Capacity {
	case 0:
		b.name = "rendezvous"
	case NoLimit:
		b.name = "unbounded buffer"
	default:
		b.name = fmt.Sprintf("bounded buffer of capacity %d", c.Capacity)
	}
	b.name += b.rules.extras()
	return b
}

// Bounded is the strict first-in-first-out buffer of the given capacity, which
// is 1 or more.
func Bounded(capacity int) *Buffer {
	if capacity < 1 {
		must("bounded buffer", fmt.Errorf("a capacity of %d: want 1 or more", capacity))
	}
	return NewBuffer(BufferConfig{Capacity: capacity})
}

// Unbounded is the strict first-in-first-out buffer without a limit.
func Unbounded() *Buffer { return NewBuffer(BufferConfig{Capacity: NoLimit}) }

// Rendezvous is the buffer that holds nothing: a send and a receive take effect
// together.
func Rendezvous() *Buffer { return NewBuffer(BufferConfig{}) }

// Circular is the textbook circular queue over an array of the given size, 2 or
// more. One slot stays free to tell full from empty, so it holds size-1 items.
func Circular(size int) *Buffer {
	if size < 2 {
		must("circular queue", fmt.Errorf("a size of %d: want 2 or more, since one slot stays free", size))
	}
	b := Bounded(size - 1)
	b.name = fmt.Sprintf("circular queue of size %d", size)
	return b
}

// Config is what the buffer promises.
func (b *Buffer) Config() BufferConfig {
	r := b.rules
	return BufferConfig{r.capacity, r.order, r.refusals, r.deadlines, r.closeOK, r.loss, r.ignores}
}

// Name implements [Spec].
func (b *Buffer) Name() string { return b.name }

// Capacity is how many items the buffer holds, [NoLimit] if there is no limit.
func (b *Buffer) Capacity() int { return b.rules.capacity }

// Order is the order in which items leave.
func (b *Buffer) Order() Order { return b.rules.order }

// Init implements [Spec].
func (b *Buffer) Init() State { return &bufferState{b: b} }

// Step implements [Spec].
func (b *Buffer) Step(s State, op Op) []Outcome {
	q := s.(*bufferState).q
	out := b.rules.transfer(s, q, op, func(q queue) State { return &bufferState{b, q} })
	return b.rules.refuse(s, op, out)
}

// Joint implements [Spec].
func (b *Buffer) Joint(s State, x, y Op) []JointOutcome {
	if s.(*bufferState).q.closed || !b.rules.meet(x, y) {
		return nil
	}
	return met(s, x, y, AnyPeer)
}

// Decode implements [Spec].
func (b *Buffer) Decode(key string) (State, error) {
	k := keyReader{key: key}
	s := &bufferState{b, b.rules.readQueue(&k)}
	if err := k.end(b); err != nil {
		return nil, err
	}
	return s, nil
}

type bufferState struct {
	b *Buffer
	q queue
}

func (s *bufferState) Key() string {
	var buf [64]byte
	return string(s.b.rules.appendQueue(buf[:0], s.q))
}

func (s *bufferState) String() string { return s.b.rules.words(s.q) }

// Len is how many items are in the buffer.
func (s *bufferState) Len() int { return len(s.q.items) }

// Holds reports whether a value is in the buffer.
func (s *bufferState) Holds(v int64) bool { return s.q.holds(v) }
