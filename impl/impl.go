// Package impl holds the small interfaces behind which the implementations of
// communication objects stand; its subpackages are the implementations.
package impl

import (
	"context"
	"errors"
)

// NoLimit is the capacity of an unbounded object.
const NoLimit = -1

// AnyPeer stands for any sender in a receive that names none.
const AnyPeer = -1

// Answers of an operation that did not send or receive. They are returned as
// they are, never wrapped. A deadline form returns the error of its context.
var (
	ErrFull      = errors.New("impl: full")
	ErrEmpty     = errors.New("impl: empty")
	ErrClosed    = errors.New("impl: closed")
	ErrDestroyed = errors.New("impl: no such mailbox")
	ErrExists    = errors.New("impl: mailbox exists")
	ErrSize      = errors.New("impl: message has the wrong size")
	ErrPeer      = errors.New("impl: link joins other processes")
)

// Sender sends and waits while it cannot.
type Sender[T any] interface{ Send(v T) error }

// Receiver receives and waits while it cannot.
type Receiver[T any] interface{ Recv() (T, error) }

// TrySender sends, or returns [ErrFull] instead of waiting.
type TrySender[T any] interface{ TrySend(v T) error }

// TryReceiver receives, or returns [ErrEmpty] instead of waiting.
type TryReceiver[T any] interface{ TryRecv() (T, error) }

// ContextSender sends and waits at most until the context is done; then it
// returns the context's error, and nothing was sent.
type ContextSender[T any] interface {
	SendContext(ctx context.Context, v T) error
}

// ContextReceiver receives and waits at most until the context is done; then it
// returns the context's error, and nothing was received.
type ContextReceiver[T any] interface {
	RecvContext(ctx context.Context) (T, error)
}

// Closer ends sending. Later and waiting sends return [ErrClosed]; receives
// deliver what is left, then return [ErrClosed]. A second Close returns
// [ErrClosed].
type Closer interface{ Close() error }

// Sizer tells how many items are held and how many may be. With operations under
// way Len is a snapshot.
type Sizer interface {
	Len() int
	Cap() int
}

// Buffer is a buffer with every synchronisation mode.
type Buffer[T any] interface {
	Sender[T]
	Receiver[T]
	TrySender[T]
	TryReceiver[T]
	ContextSender[T]
	ContextReceiver[T]
	Closer
	Sizer
}

// Mailboxes are named buffers, shared by any number of processes. Every name
// stands for at most one box at a time.
//
// What stands in the way of an operation on a box is answered in this order:
// [ErrDestroyed], [ErrPeer], [ErrSize], [ErrClosed].
type Mailboxes[T any] interface {
	// Create makes an empty box, or returns [ErrExists].
	Create(name string) error
	// Open gives the process access to the box that now has the name, or
	// returns [ErrDestroyed]. Destroying the box ends the access, even if
	// another box gets the name.
	Open(proc int, name string) (Buffer[T], error)
	// Destroy ends the box and drops what it holds; those who wait on it get
	// [ErrDestroyed], and so does everyone later.
	Destroy(name string) error
}

// Endpoint is a process's end of direct message passing. Peers are named by
// their numbers; a receive from [AnyPeer] takes from anyone, where the
// addressing is asymmetric, and returns [errors.ErrUnsupported] where it is
// symmetric. A receive tells who sent.
type Endpoint[T any] interface {
	Send(to int, v T) error
	Recv(from int) (v T, sender int, err error)
	TrySend(to int, v T) error
	TryRecv(from int) (v T, sender int, err error)
	SendContext(ctx context.Context, to int, v T) error
	RecvContext(ctx context.Context, from int) (v T, sender int, err error)
}

// Messages is one end of an object that carries messages between processes. A
// message that is too long for it gets [ErrSize], and so does one that is too
// long for the buffer of its receiver, where the object can tell. What Close ends
// the object says.
type Messages interface {
	Send(m []byte) error
	TrySend(m []byte) error
	SendContext(ctx context.Context, m []byte) error
	Recv(buf []byte) (int, error)
	TryRecv(buf []byte) (int, error)
	RecvContext(ctx context.Context, buf []byte) (int, error)
	Close() error
}

// Stream is a pipe with both its ends: what is written at one comes out at the
// other, as bytes without boundaries. Each write of up to a length that the pipe
// states goes in whole, or not at all; a longer one may go in by and by, mixed
// with others.
type Stream interface {
	// Write waits until all is in, or returns how much is and [ErrClosed].
	Write(b []byte) (int, error)
	// TryWrite writes what there is room for, or returns [ErrFull].
	TryWrite(b []byte) (int, error)
	// WriteContext waits at most until the context is done. Then it returns how
	// much is in, and the context's error.
	WriteContext(ctx context.Context, b []byte) (int, error)
	// Read waits until there is a byte, and gets what is there. It returns
	// [io.EOF] when all has been read and Close was called.
	Read(b []byte) (int, error)
	// TryRead reads, or returns [ErrEmpty].
	TryRead(b []byte) (int, error)
	// ReadContext waits at most until the context is done.
	ReadContext(ctx context.Context, b []byte) (int, error)
	// Close ends writing. A second Close returns [ErrClosed].
	Close() error
	// CloseRead ends reading: later and waiting writes and reads return
	// [ErrClosed]. A second CloseRead does too.
	CloseRead() error
}
