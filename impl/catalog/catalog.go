// Package catalog lists the implementations of package impl's folders with what
// each promises, so that tests can go through all of them.
//
// It is for the tests of this project and no stable interface.
package catalog

import (
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/bytepipe"
	"github.com/ipccheck/ipccheck/impl/chanbuf"
	"github.com/ipccheck/ipccheck/impl/condring"
	"github.com/ipccheck/ipccheck/impl/mailbox"
	"github.com/ipccheck/ipccheck/impl/mpmc"
	"github.com/ipccheck/ipccheck/impl/msqueue"
	"github.com/ipccheck/ipccheck/impl/rendezvous"
	"github.com/ipccheck/ipccheck/impl/semring"
	"github.com/ipccheck/ipccheck/impl/spsc"
	"github.com/ipccheck/ipccheck/impl/twolock"
	"github.com/ipccheck/ipccheck/model"
)

// Entry is one implementation of a buffer and its promises.
type Entry struct {
	Name string
	// Promise is what an object built with capacity n promises.
	Promise func(n int) model.BufferConfig
	// MaxProducers and MaxConsumers are how many goroutines may send and
	// receive at the same time; 0 means any number.
	MaxProducers, MaxConsumers int
	// New makes an object; the capacity asked for is 1 or more.
	New func(capacity int) impl.Buffer[int]
}

// Stream is one implementation of a stream of bytes.
type Stream struct {
	Name string
	// New makes a stream that writes up to so many bytes at once, at most the
	// capacity.
	New func(capacity, atomic int) impl.Stream
}

// Streams lists the streams of bytes.
func Streams() []Stream {
	return []Stream{{"bytepipe", func(capacity, atomic int) impl.Stream { return bytepipe.New(capacity, atomic) }}}
}

// What the entries promise.
func bounded(n int) model.BufferConfig { return model.BufferConfig{Capacity: n} }
func weak(n int) model.BufferConfig {
	return model.BufferConfig{Capacity: n, Refusals: model.Weak, Deadlines: model.Weak}
}
func unbounded(int) model.BufferConfig { return model.BufferConfig{Capacity: model.NoLimit} }
func meeting(int) model.BufferConfig   { return model.BufferConfig{} }

// Buffers lists the bounded and the unbounded buffers.
func Buffers() []Entry {
	one := func(name string, promise func(int) model.BufferConfig, build func(n int) impl.Buffer[int]) Entry {
		return Entry{Name: name, Promise: promise, New: build}
	}
	single := one("spsc", bounded, func(n int) impl.Buffer[int] { return spsc.New[int](n) })
	single.MaxProducers, single.MaxConsumers = 1, 1
	return []Entry{
		one("chanbuf", bounded, func(n int) impl.Buffer[int] { return chanbuf.New[int](n) }),
		one("condring", bounded, func(n int) impl.Buffer[int] { return condring.New[int](n) }),
		one("semring", bounded, func(n int) impl.Buffer[int] { return semring.New[int](n) }),
		single,
		one("mpmc", weak, func(n int) impl.Buffer[int] { return mpmc.New[int](n) }),
		one("msqueue", unbounded, func(int) impl.Buffer[int] { return msqueue.New[int]() }),
		one("twolock", unbounded, func(int) impl.Buffer[int] { return twolock.New[int]() }),
		one("mailbox", bounded, func(n int) impl.Buffer[int] { return box(n) }),
		one("mailbox-unbounded", unbounded, func(int) impl.Buffer[int] { return box(impl.NoLimit) }),
	}
}

// Rendezvous lists the rendezvous. They ignore the capacity asked for.
func Rendezvous() []Entry {
	one := func(name string, build func() impl.Buffer[int]) Entry {
		return Entry{Name: name, Promise: meeting, New: func(int) impl.Buffer[int] { return build() }}
	}
	return []Entry{
		one("rendezvous-channel", func() impl.Buffer[int] { return rendezvous.NewChannel[int]() }),
		one("rendezvous-hand", func() impl.Buffer[int] { return rendezvous.NewHand[int]() }),
		one("mailbox-rendezvous", func() impl.Buffer[int] { return box(0) }),
	}
}

// box is the only box of a system of mailboxes.
func box(capacity int) impl.Buffer[int] {
	boxes := mailbox.NewBoxes(capacity, mailbox.Sizes[int]{})
	if err := boxes.Create("box"); err != nil {
		panic(err)
	}
	b, err := boxes.Open(0, "box")
	if err != nil {
		panic(err)
	}
	return b
}
