package rendezvous

import "github.com/ipccheck/ipccheck/impl/chanbuf"

// NewChannel returns a rendezvous by an unbuffered channel: a [chanbuf.Buffer]
// of capacity 0.
func NewChannel[T any]() *chanbuf.Buffer[T] { return chanbuf.New[T](0) }
