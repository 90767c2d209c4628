package model

// Alone is a specification that may say that its operations never take effect
// together: Joint has no outcomes in any state. An engine that knows orders of single
// operations can decide such a one; of a specification which does not say it, joint
// outcomes are to be expected.
type Alone interface {
	Spec
	Alone() bool
}

// Alone implements [Alone].
func (b *Buffer) Alone() bool { return b.rules.capacity != 0 }

// Alone implements [Alone].
func (m *Mailbox) Alone() bool { return m.rules.capacity != 0 }

// Alone implements [Alone].
func (d *Direct) Alone() bool { return d.rules.capacity != 0 }

// Alone implements [Alone].
func (s *Stream) Alone() bool { return true }
