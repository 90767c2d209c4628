// Package mailbox is message passing between processes: direct, where sender and
// receiver name each other ([Net]), and indirect, through named mailboxes
// ([Boxes]).
//
// The three levels of buffering are one parameter: 0 for none, so that sender and
// receiver meet; n; [impl.NoLimit]. Messages may have any size, at most a size,
// or exactly a size ([Sizes]).
//
// A message is a Go value and is not copied any deeper: who sends a slice or a
// pointer gives away what is behind it.
package mailbox

import (
	"fmt"

	"github.com/ipccheck/ipccheck/impl"
)

// Sizes says which messages are taken. The zero value: any. The others are
// refused with [impl.ErrSize], and nothing changes.
type Sizes[T any] struct {
	Of    func(T) int // the size of a message, in bytes; nil: sizes do not matter
	Bytes int
	Fixed bool // exactly Bytes; else at most Bytes
}

// FixedBytes takes messages of exactly n bytes.
func FixedBytes(n int) Sizes[[]byte] {
	return Sizes[[]byte]{Of: func(m []byte) int { return len(m) }, Bytes: n, Fixed: true}
}

// MaxBytes takes messages of at most n bytes.
func MaxBytes(n int) Sizes[[]byte] {
	return Sizes[[]byte]{Of: func(m []byte) int { return len(m) }, Bytes: n}
}

func (s Sizes[T]) allow(m T) bool {
	if s.Of == nil {
		return true
	}
	n := s.Of(m)
	return n == s.Bytes || n < s.Bytes && !s.Fixed
}

func checkCapacity(capacity int) {
	if capacity < impl.NoLimit {
		panic(fmt.Sprintf("mailbox: capacity %d, expected 0 for a rendezvous, more for a bounded buffer, or %d for no limit", capacity, impl.NoLimit))
	}
}
