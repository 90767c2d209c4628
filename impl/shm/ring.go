//go:build linux

package shm

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
)

// Ring is a process's access to a ring. Its goroutines may share it, as far as the
// ring's flags allow. No operation may run during or after [Ring.Detach].
type Ring struct {
	g     geometry
	mem   []byte
	file  *os.File
	futex futex
	slot  int // its index in the table of members
	role  Role
	tag   uint32 // the value of the locks that it holds
	// The index that the other side moves, as it was read last. It only grows, so
	// it is read again only when the ring seems full, or empty.
	_        [64]byte
	seenHead atomic.Uint64
	_        [64]byte
	seenTail atomic.Uint64
	_        [64]byte
	// guarded: other processes can truncate the file; an access is then a SIGBUS.
	guarded bool
	once    sync.Once
}

// File is the file that holds the ring. [Ring.Detach] closes it.
func (r *Ring) File() *os.File { return r.file }

// Cap is the number of messages that the ring can hold.
func (r *Ring) Cap() int { return int(r.g.capacity) }

// Size is the number of bytes that a message can have.
func (r *Ring) Size() int { return int(r.g.size) }

// Len is the number of messages that the ring holds, a snapshot while operations are
// under way. It is 0 for a ring whose file was truncated.
func (r *Ring) Len() int {
	n := 0
	_ = r.protect(func() error {
		head := word64(r.mem, atHead).Load()
		n = int(min(word64(r.mem, atTail).Load()&^closedBit-head, r.g.capacity))
		return nil
	})
	return n
}

// Detach leaves the ring, unmaps it and closes its file. The others go on: they do
// not count this process as dead, and wait for another to take its role. A second
// Detach returns [impl.ErrClosed].
func (r *Ring) Detach() error {
	err := impl.ErrClosed
	r.once.Do(func() {
		err = r.protect(func() error {
			r.leave()
			return nil
		})
		err = errors.Join(err, unix.Munmap(r.mem), r.file.Close())
	})
	return err
}

// Close ends sending, for all processes: later and waiting sends return
// [impl.ErrClosed], and so do receives once the messages that were accepted before
// are gone. A second Close returns impl.ErrClosed, and one after [Ring.Destroy]
// [impl.ErrDestroyed]. Any process may close the ring. It does not wait.
func (r *Ring) Close() error {
	return r.protect(func() error {
		if r.destroyed() {
			return impl.ErrDestroyed
		}
		if word64(r.mem, atTail).Or(closedBit)&closedBit != 0 {
			return impl.ErrClosed
		}
		r.signalAll()
		return nil
	})
}

// Destroy ends the ring for all processes: every later or waiting operation returns
// [impl.ErrDestroyed], and the messages in the ring are dropped. It removes the
// ring's file, if that has a name. A second Destroy returns impl.ErrDestroyed.
func (r *Ring) Destroy() error {
	return r.protect(func() error {
		if word32(r.mem, atDestroyed).Swap(1) != 0 {
			return impl.ErrDestroyed
		}
		r.signalAll()
		if filepath.IsAbs(r.file.Name()) {
			return os.Remove(r.file.Name())
		}
		return nil
	})
}

func (r *Ring) destroyed() bool { return word32(r.mem, atDestroyed).Load() != 0 }

// protect runs the body and returns ErrBroken instead of a SIGBUS, which is what an
// access to a truncated file gets.
func (r *Ring) protect(body func() error) (err error) {
	if !r.guarded {
		return body()
	}
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		if e := recover(); e != nil {
			if _, ok := e.(interface{ Addr() uintptr }); !ok {
				panic(e)
			}
			err = ErrBroken
		}
	}()
	return body()
}

// Send copies the message into the ring, and waits while the ring is full. It
// returns [impl.ErrSize] if the message is longer than [Ring.Size],
// [impl.ErrClosed], [impl.ErrDestroyed], [ErrPeerDied] if it would wait and all
// consumers have died, or [ErrBroken]. Without an error the message was accepted,
// with one it was not.
func (r *Ring) Send(m []byte) error { return r.SendContext(context.Background(), m) }

// TrySend is [Ring.Send] that returns [impl.ErrFull] where that would wait. With
// several producers it may wait for one of them to finish its own copy.
func (r *Ring) TrySend(m []byte) error {
	if uint64(len(m)) > uint64(r.g.size) {
		return impl.ErrSize
	}
	if !r.guarded {
		return r.put(m)
	}
	return r.protect(func() error { return r.put(m) })
}

// SendContext is [Ring.Send] that waits at most until the context is done, and
// then returns its error; nothing was sent. It may notice that as late as [Nap]
// after. Room in the ring goes before a context that is done.
func (r *Ring) SendContext(ctx context.Context, m []byte) error {
	err := r.TrySend(m)
	if err != impl.ErrFull {
		return err
	}
	return r.protect(func() error {
		return r.wait(ctx, atRoom, Consumer, impl.ErrFull, func() error { return r.put(m) })
	})
}

// Recv receives the oldest message into the buffer and returns its length. It waits
// while the ring is empty. It returns [impl.ErrSize] if the buffer is too short, and
// the message stays; [impl.ErrClosed], [impl.ErrDestroyed], [ErrPeerDied] if it
// would wait and all producers have died, or [ErrBroken].
func (r *Ring) Recv(buf []byte) (int, error) { return r.RecvContext(context.Background(), buf) }

// TryRecv is [Ring.Recv] that returns [impl.ErrEmpty] where that would wait. With
// several consumers it may wait for one of them to finish its own copy.
func (r *Ring) TryRecv(buf []byte) (n int, err error) {
	if !r.guarded {
		return r.take(buf)
	}
	err = r.protect(func() (err error) {
		n, err = r.take(buf)
		return err
	})
	return n, err
}

// RecvContext is [Ring.Recv] that waits at most until the context is done, and
// then returns its error; nothing was received. It may notice that as late as [Nap]
// after. A message in the ring goes before a context that is done.
func (r *Ring) RecvContext(ctx context.Context, buf []byte) (n int, err error) {
	if n, err = r.TryRecv(buf); err != impl.ErrEmpty {
		return n, err
	}
	err = r.protect(func() error {
		return r.wait(ctx, atItems, Producer, impl.ErrEmpty, func() (err error) {
			n, err = r.take(buf)
			return err
		})
	})
	return n, err
}

// wait repeats an operation until it is no longer refused. In between it sleeps
// until the word at the offset changes. It returns ErrPeerDied when none of the
// peers is left to change it, and the context's error when that is done.
//
// The order of its steps, and of those of [Ring.put], [Ring.take] and [Ring.signal],
// is that of the model shm-ring in model/algo, whose variants show what each is for.
func (r *Ring) wait(ctx context.Context, at int, peers Role, refused error, try func() error) error {
	for i := range Spins {
		if i%16 == 15 {
			runtime.Gosched()
		}
		pause(i)
		if err := try(); err != refused {
			return err
		}
	}
	word, sleepers := word32(r.mem, at), word32(r.mem, at+waiters)
	for {
		sleepers.Add(1)
		seen := word.Load()
		err := try()
		if err == refused {
			// Not before a try: the wake that ended the last sleep may be the only
			// one for what came.
			if e := ctx.Err(); e != nil {
				err = e
			} else {
				r.futex.wait(word, seen, Nap)
			}
		}
		sleepers.Add(^uint32(0))
		if err != refused {
			return err
		}
		if word.Load() != seen {
			continue
		}
		if r.peersDied(peers) {
			// The peer may have moved the index before it died.
			if err := try(); err != refused {
				return err
			}
			return ErrPeerDied
		}
	}
}

// pause lets some time pass between two tries, at first little, then half a
// microsecond, so that they do not keep taking the other side's cache lines.
func pause(i int) {
	for range min(64<<min(i, 4), 1000) {
		spin.Load()
	}
}

var spin atomic.Uint32

// put accepts the message, if there is room.
func (r *Ring) put(m []byte) error {
	if r.g.flags&SingleProducer == 0 {
		if err := r.lock(atSending); err != nil {
			return err
		}
		defer r.unlock(atSending)
	}
	if r.destroyed() {
		return impl.ErrDestroyed
	}
	tail := word64(r.mem, atTail).Load()
	if tail&closedBit != 0 {
		return impl.ErrClosed
	}
	seen := r.seenHead.Load()
	if tail-seen >= r.g.capacity {
		seen = word64(r.mem, atHead).Load()
		r.seenHead.Store(seen)
	}
	switch held := tail - seen; {
	case held == r.g.capacity:
		return impl.ErrFull
	case held > r.g.capacity:
		return ErrBroken
	}
	at := r.g.offset(tail)
	binary.NativeEndian.PutUint32(r.mem[at:], uint32(len(m)))
	copy(r.mem[at+8:at+8+int(r.g.size)], m)
	return r.accept(tail)
}

// accept moves the tail, unless the ring has been closed since that was read.
func (r *Ring) accept(tail uint64) error {
	if !word64(r.mem, atTail).CompareAndSwap(tail, tail+1) {
		if word64(r.mem, atTail).Load()&closedBit != 0 {
			return impl.ErrClosed
		}
		return ErrBroken
	}
	r.signal(atItems)
	return nil
}

// take takes the oldest message, if there is one.
func (r *Ring) take(buf []byte) (int, error) {
	if r.g.flags&SingleConsumer == 0 {
		if err := r.lock(atTaking); err != nil {
			return 0, err
		}
		defer r.unlock(atTaking)
	}
	if r.destroyed() {
		return 0, impl.ErrDestroyed
	}
	head := word64(r.mem, atHead).Load()
	seen := r.seenTail.Load()
	if seen-head-1 >= r.g.capacity { // all that was seen is taken
		tail := word64(r.mem, atTail).Load()
		seen = tail &^ closedBit
		r.seenTail.Store(seen)
		switch {
		case seen == head && tail&closedBit != 0:
			return 0, impl.ErrClosed
		case seen == head:
			return 0, impl.ErrEmpty
		}
	}
	if seen-head > r.g.capacity {
		return 0, ErrBroken
	}
	at := r.g.offset(head)
	n := binary.NativeEndian.Uint32(r.mem[at:])
	switch {
	case n > r.g.size:
		return 0, ErrBroken
	case int(n) > len(buf):
		return 0, impl.ErrSize
	}
	copy(buf, r.mem[at+8:at+8+int(n)])
	word64(r.mem, atHead).Store(head + 1) // taken
	r.signal(atRoom)
	return int(n), nil
}

// signal wakes one of those who sleep on the word, after the index has moved.
func (r *Ring) signal(at int) {
	if word32(r.mem, at+waiters).Load() > 0 {
		word := word32(r.mem, at)
		word.Add(1)
		r.futex.wake(word, 1)
	}
}

// signalAll wakes all who sleep, on both sides, after the ring was closed.
func (r *Ring) signalAll() {
	for _, at := range []int{atItems, atRoom} {
		word32(r.mem, at).Add(1)
		r.futex.wake(word32(r.mem, at), 1<<30)
	}
}
