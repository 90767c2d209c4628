package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// MailboxConfig says what a set of mailboxes promises.
type MailboxConfig struct {
	// Capacity is how many messages each box holds: 0 for a rendezvous,
	// [NoLimit] for no limit.
	Capacity        int
	Order           Order
	Refusals        Refusals // as in [BufferConfig]
	Deadlines       Refusals
	IdempotentClose bool
	Loss            Loss
	IgnoreSends     bool
	Sizes           Sizes
	// Boxes are the numbers of the boxes that exist from the start.
	Boxes []int
	// Rights says who may use a box. A box that is not listed is for everyone.
	Rights map[int]Rights
}

// Rights are the processes that may use a mailbox, by number. Nil: everyone. A
// box with one sender and another receiver runs one way.
type Rights struct {
	Senders, Receivers []int
}

// Validate says what is wrong with the configuration, if anything.
func (c MailboxConfig) Validate() error {
	r := c.rules()
	if err := r.check(); err != nil {
		return err
	}
	return c.Sizes.check()
}

func (c MailboxConfig) rules() rules {
	return rules{c.Capacity, c.Order, c.Refusals, c.Deadlines, c.IdempotentClose, c.Loss, c.IgnoreSends}
}

// Mailbox specifies indirect message passing: numbered mailboxes (or ports),
// which are created, shared by any processes and destroyed. Two processes may
// share several.
//
// What stands in the way of an operation is answered in this order: [Destroyed]
// (the box does not exist, or no longer), [WrongPeer] (no right to it),
// [WrongSize], [Closed]. In each case nothing changes. Destroying a box drops
// what it holds, and those who wait on it get [Destroyed]; its number may be
// used again for a new box.
type Mailbox struct {
	rules  rules
	sizes  Sizes
	boxes  []box
	rights map[int]Rights
	name   string
}

var _ Spec = (*Mailbox)(nil)

// NewMailbox returns the specification. It panics if the configuration is not
// valid; [MailboxConfig.Validate] tells beforehand.
func NewMailbox(c MailboxConfig) *Mailbox {
	must("mailbox", c.Validate())
	m := &Mailbox{rules: c.rules(), sizes: c.Sizes, rights: map[int]Rights{}}
	for n, r := range c.Rights {
		m.rights[n] = Rights{slices.Clone(r.Senders), slices.Clone(r.Receivers)}
	}
	numbers := slices.Clone(c.Boxes)
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		m.boxes = append(m.boxes, box{number: n})
	}
	m.name = "mailboxes " + m.rules.level() + named(m.sizes) + m.rules.extras()
	return m
}

// level is the capacity in words.
func (r *rules) level() string {
	switch r.capacity {
	case 0:
		return "without buffering"
	case NoLimit:
		return "without limit"
	}
	return fmt.Sprintf("of capacity %d", r.capacity)
}

// named is the rule about sizes as part of a name.
func named(z Sizes) string {
	if s := z.String(); s != "" {
		return ", " + s
	}
	return ""
}

// Name implements [Spec].
func (m *Mailbox) Name() string { return m.name }

// Init implements [Spec].
func (m *Mailbox) Init() State { return &mailboxState{m, m.boxes} }

func (m *Mailbox) address(op Op) string {
	if op.Kind.Sends() {
		return fmt.Sprintf("to box %d", op.Box)
	}
	if op.Kind.Receives() {
		return fmt.Sprintf("from box %d", op.Box)
	}
	return fmt.Sprintf("box %d", op.Box)
}

// Step implements [Spec].
func (m *Mailbox) Step(s State, op Op) []Outcome {
	st := s.(*mailboxState)
	return m.rules.refuse(s, op, m.step(st, op))
}

func (m *Mailbox) step(s *mailboxState, op Op) []Outcome {
	at, exists := s.find(op.Box)
	switch {
	case op.Kind > Destroy:
		return answer(s, Unsupported)
	case op.Kind == Create && exists:
		return answer(s, Exists)
	case op.Kind == Create:
		return []Outcome{{&mailboxState{m, slices.Insert(slices.Clone(s.boxes), at, box{number: op.Box})}, done}}
	}
	if st := m.objection(s, op); st != OK {
		return answer(s, st)
	}
	if op.Kind == Destroy {
		return []Outcome{{&mailboxState{m, slices.Delete(slices.Clone(s.boxes), at, at+1)}, done}}
	}
	return m.rules.transfer(s, s.boxes[at].q, op, func(q queue) State {
		boxes := slices.Clone(s.boxes)
		boxes[at].q = q
		return &mailboxState{m, boxes}
	})
}

// objection is what stands in the way of an operation on an existing box,
// [OK] if nothing does.
func (m *Mailbox) objection(s *mailboxState, op Op) Status {
	if _, exists := s.find(op.Box); !exists {
		return Destroyed
	}
	r := m.rights[op.Box]
	switch {
	case op.Kind.Sends() && r.Senders != nil && !slices.Contains(r.Senders, op.Proc),
		op.Kind.Receives() && r.Receivers != nil && !slices.Contains(r.Receivers, op.Proc):
		return WrongPeer
	case op.Kind.Sends() && !m.sizes.allow(op.Size):
		return WrongSize
	}
	return OK
}

// Joint implements [Spec].
func (m *Mailbox) Joint(s State, x, y Op) []JointOutcome {
	st := s.(*mailboxState)
	if !m.rules.meet(x, y) || x.Box != y.Box || m.objection(st, x) != OK || m.objection(st, y) != OK {
		return nil
	}
	if at, _ := st.find(x.Box); st.boxes[at].q.closed {
		return nil
	}
	return met(s, x, y, AnyPeer)
}

// Decode implements [Spec].
func (m *Mailbox) Decode(key string) (State, error) {
	k := keyReader{key: key}
	s := &mailboxState{m: m}
	for range k.count(0) {
		b := box{number: int(k.varint())}
		if i := len(s.boxes); i > 0 && s.boxes[i-1].number >= b.number {
			k.fail("boxes out of order")
		}
		b.q = m.rules.readQueue(&k)
		s.boxes = append(s.boxes, b)
	}
	if err := k.end(m); err != nil {
		return nil, err
	}
	return s, nil
}

// mailboxState is the boxes that exist, by number.
type mailboxState struct {
	m     *Mailbox
	boxes []box
}

type box struct {
	number int
	q      queue
}

// find returns the index of the box, or where it would be.
func (s *mailboxState) find(number int) (int, bool) {
	return slices.BinarySearchFunc(s.boxes, number, func(b box, n int) int { return cmp.Compare(b.number, n) })
}

func (s *mailboxState) Key() string {
	var buf [64]byte
	b := appendCount(buf[:0], len(s.boxes))
	for _, x := range s.boxes {
		b = appendInt(b, x.number)
		b = s.m.rules.appendQueue(b, x.q)
	}
	return string(b)
}

func (s *mailboxState) String() string {
	if len(s.boxes) == 0 {
		return "no boxes"
	}
	words := make([]string, len(s.boxes))
	for i, b := range s.boxes {
		words[i] = fmt.Sprintf("box %d %s", b.number, s.m.rules.words(b.q))
	}
	return strings.Join(words, ", ")
}

// Holds reports whether a value is in one of the boxes.
func (s *mailboxState) Holds(v int64) bool {
	return slices.ContainsFunc(s.boxes, func(b box) bool { return b.q.holds(v) })
}
