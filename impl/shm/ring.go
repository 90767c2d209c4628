//go:build linux

package shm

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
)

// Ring is a process's hold on a ring. Its goroutines may share it, as far as the
// ring's flags allow. No operation may run while or after it is detached.
type Ring struct {
	g     geometry
	mem   []byte
	file  *os.File
	place int
	role  Role
	tag   uint32 // what its locks hold
	// What it saw last of the index that the other side moves. That only grows,
	// so it is looked at again only when the ring seems full, or empty.
	_        [64]byte
	seenHead atomic.Uint64
	_        [64]byte
	seenTail atomic.Uint64
	_        [64]byte
	// guarded: the file can be truncated by others, which is a fault of memory.
	guarded bool
	once    sync.Once
}

// Create makes a ring of messages of at most size bytes in a memory file, and
// attaches to it. Its [Ring.File] is for the processes that are to share it; they
// call [Attach]. The memory is taken at once, and goes when the last one lets go of
// it.
func Create(capacity, size int, flags Flags, role Role) (*Ring, error) {
	g, err := newGeometry(capacity, size, flags)
	if err != nil {
		return nil, err
	}
	fd, err := unix.MemfdCreate("ipccheck-ring", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, fmt.Errorf("shm: memfd_create: %w", err)
	}
	f := os.NewFile(uintptr(fd), "ipccheck-ring")
	err = unix.Fchmod(fd, 0o600)
	if err == nil {
		err = reserve(fd, int64(g.total))
	}
	if err == nil {
		_, err = unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("shm: memory of %d bytes: %w", g.total, err)
	}
	return open(f, g, true, false, role)
}

// CreateIn makes a ring in a file of the directory, /dev/shm by default, with a
// name that nobody can guess, and attaches to it. Others attach by the file's name
// ([Ring.File]). Whoever no longer needs the name removes the file; [Sweep] removes
// those that were left behind.
func CreateIn(dir string, capacity, size int, flags Flags, role Role) (*Ring, error) {
	g, err := newGeometry(capacity, size, flags)
	if err != nil {
		return nil, err
	}
	if dir == "" {
		dir = "/dev/shm"
	}
	var tag [16]byte
	_, _ = rand.Read(tag[:]) // it never fails
	name := filepath.Join(dir, prefix+hex.EncodeToString(tag[:]))
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("shm: %w", err)
	}
	if err := reserve(int(f.Fd()), int64(g.total)); err != nil {
		f.Close()
		os.Remove(name)
		return nil, fmt.Errorf("shm: room for %d bytes in %s: %w", g.total, dir, err)
	}
	r, err := open(f, g, true, true, role)
	if err != nil {
		os.Remove(name)
	}
	return r, err
}

const prefix = "ipccheck-ring-"

// reserve gives the file its size, and takes the room for it now: where there is
// none it is an error here, and no fault of memory later.
func reserve(fd int, size int64) error {
	var machine unix.Sysinfo_t
	if err := unix.Sysinfo(&machine); err != nil {
		return err
	}
	if all := (machine.Totalram + machine.Totalswap) * uint64(machine.Unit); uint64(size) > all {
		return fmt.Errorf("%w: the machine has %d", unix.ENOMEM, all)
	}
	// A signal undoes what the call has done, so it is done in pieces.
	const piece = 16 << 20
	for at := int64(0); at < size; {
		n := min(piece, size-at)
		switch err := unix.Fallocate(fd, 0, at, n); err {
		case nil:
			at += n
		case unix.EINTR:
		default:
			return err
		}
	}
	return nil
}

// Attach joins the ring in the file, which it owns from then on.
func Attach(f *os.File, role Role) (*Ring, error) {
	g, err := inspect(int(f.Fd()))
	if err != nil {
		f.Close()
		return nil, err
	}
	seals, err := unix.FcntlInt(f.Fd(), unix.F_GET_SEALS, 0)
	sealed := err == nil && seals&unix.F_SEAL_SHRINK != 0
	return open(f, g, false, !sealed, role)
}

// AttachTo joins the ring in the file with the name.
func AttachTo(name string, role Role) (*Ring, error) {
	f, err := os.OpenFile(name, os.O_RDWR|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("shm: %w", err)
	}
	return Attach(f, role)
}

func open(f *os.File, g geometry, format, guarded bool, role Role) (*Ring, error) {
	if role == 0 || role&^(Producer|Consumer) != 0 {
		f.Close()
		return nil, fmt.Errorf("shm: role %d: want Producer, Consumer or both", role)
	}
	mem, err := unix.Mmap(int(f.Fd()), 0, g.total, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("shm: mmap: %w", err)
	}
	r := &Ring{g: g, mem: mem, file: f, place: -1, guarded: guarded}
	if format {
		g.format(mem)
	}
	err = r.protect(func() error { return r.join(role) })
	if err != nil {
		_ = unix.Munmap(mem)
		f.Close()
		return nil, err
	}
	return r, nil
}

// File is the file that holds the ring.
func (r *Ring) File() *os.File { return r.file }

// Cap is the number of messages it holds, Size how long one may be.
func (r *Ring) Cap() int  { return int(r.g.capacity) }
func (r *Ring) Size() int { return int(r.g.size) }

// Len is the number of messages it holds now.
func (r *Ring) Len() int {
	n := 0
	_ = r.protect(func() error {
		head := word64(r.mem, atHead).Load()
		n = int(min(word64(r.mem, atTail).Load()-head, r.g.capacity))
		return nil
	})
	return n
}

// Detach ends the process's part in the ring. Others go on.
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

// Close ends sending, for all processes: sends get [impl.ErrClosed], and so do
// receives when what was accepted is gone. A second Close returns impl.ErrClosed.
func (r *Ring) Close() error {
	return r.protect(func() error {
		// Under the lock no send is half through.
		if r.g.flags&SingleProducer == 0 {
			if err := r.lock(atSending); err != nil {
				return err
			}
			defer r.unlock(atSending)
		}
		if !word32(r.mem, atClosed).CompareAndSwap(0, closed) {
			return ended(word32(r.mem, atClosed).Load())
		}
		for _, at := range []int{atItems, atRoom} {
			word32(r.mem, at).Add(1)
			wake(word32(r.mem, at), 1<<30)
		}
		return nil
	})
}

// Destroy ends the ring for all processes: every operation, also one that waits,
// gets [impl.ErrDestroyed], and what it holds is dropped. Its file, if it has a
// name, is removed.
func (r *Ring) Destroy() error {
	return r.protect(func() error {
		if word32(r.mem, atClosed).Swap(destroyed) == destroyed {
			return impl.ErrDestroyed
		}
		for _, at := range []int{atItems, atRoom} {
			word32(r.mem, at).Add(1)
			wake(word32(r.mem, at), 1<<30)
		}
		if filepath.IsAbs(r.file.Name()) {
			return os.Remove(r.file.Name())
		}
		return nil
	})
}

// What atClosed says.
const (
	closed    = 1
	destroyed = 2
)

// ended is the error of an operation after the ring was closed or destroyed.
func ended(state uint32) error {
	if state == destroyed {
		return impl.ErrDestroyed
	}
	return impl.ErrClosed
}

// protect turns a fault of memory that others have truncated into an error.
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

// Send sends the message, and waits while the ring is full. It returns
// impl.ErrClosed, impl.ErrSize if the message is too long, or [ErrPeerDied].
func (r *Ring) Send(m []byte) error { return r.SendContext(context.Background(), m) }

// TrySend sends the message, or returns impl.ErrFull.
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
// then returns its error; nothing was sent.
func (r *Ring) SendContext(ctx context.Context, m []byte) error {
	err := r.TrySend(m)
	if err != impl.ErrFull {
		return err
	}
	return r.protect(func() error {
		return r.wait(ctx, atRoom, Consumer, impl.ErrFull, func() error { return r.put(m) })
	})
}

// Recv receives a message into the buffer and returns its length. It waits while
// the ring is empty. If the buffer is too short it returns impl.ErrSize, and the
// message stays.
func (r *Ring) Recv(buf []byte) (int, error) { return r.RecvContext(context.Background(), buf) }

// TryRecv receives a message, or returns impl.ErrEmpty.
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
// then returns its error; nothing was received.
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

// wait repeats an operation until it answers something else than refused. Between
// it sleeps until the word changes.
func (r *Ring) wait(ctx context.Context, at int, peers Role, refused error, try func() error) error {
	word, sleepers := word32(r.mem, at), word32(r.mem, at+waiters)
	done := ctx.Done()
	for i := 0; ; i++ {
		if i < Spins {
			if i%16 == 15 {
				runtime.Gosched()
			}
			pause(i)
			if err := try(); err != refused {
				return err
			}
			continue
		}
		select {
		case <-done:
			return ctx.Err()
		default:
		}
		sleepers.Add(1)
		seen := word.Load()
		err := try()
		if err == refused {
			sleep(word, seen, Nap)
		}
		sleepers.Add(^uint32(0))
		if err != refused {
			return err
		}
		if word.Load() != seen {
			continue
		}
		if r.deserted(peers) {
			if err := try(); err != refused {
				return err // what came before it died
			}
			return ErrPeerDied
		}
	}
}

// pause lets some time pass, so that looking does not take the other side's cache
// lines away from it all the time: at first little, then half a microsecond.
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
	if state := word32(r.mem, atClosed).Load(); state != 0 {
		return ended(state)
	}
	tail := word64(r.mem, atTail).Load()
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
	at := r.g.slot(tail)
	binary.NativeEndian.PutUint32(r.mem[at:], uint32(len(m)))
	copy(r.mem[at+8:at+8+int(r.g.size)], m)
	word64(r.mem, atTail).Store(tail + 1) // accepted
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
	state := word32(r.mem, atClosed).Load()
	if state == destroyed {
		return 0, impl.ErrDestroyed
	}
	head := word64(r.mem, atHead).Load()
	seen := r.seenTail.Load()
	if seen-head-1 >= r.g.capacity { // nothing that was seen is left
		state := word32(r.mem, atClosed).Load()
		seen = word64(r.mem, atTail).Load()
		r.seenTail.Store(seen)
		switch {
		case seen == head && state != 0:
			return 0, ended(state)
		case seen == head:
			return 0, impl.ErrEmpty
		}
	}
	switch held := seen - head; {
	case held > r.g.capacity:
		return 0, ErrBroken
	}
	at := r.g.slot(head)
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

// signal tells those who wait on the word that something has changed.
func (r *Ring) signal(at int) {
	if word32(r.mem, at+waiters).Load() > 0 {
		word := word32(r.mem, at)
		word.Add(1)
		wake(word, 1)
	}
}

// Sweep removes the rings in the directory, /dev/shm by default, that belong to
// the user and that no living process is attached to, and returns their names. A
// ring whose creator has not attached yet is not among them.
func Sweep(dir string) ([]string, error) {
	if dir == "" {
		dir = "/dev/shm"
	}
	names, err := filepath.Glob(filepath.Join(dir, prefix+"*"))
	if err != nil {
		return nil, fmt.Errorf("shm: %w", err)
	}
	var removed []string
	for _, name := range names {
		r, err := AttachTo(name, Consumer)
		if err != nil {
			continue
		}
		used := r.others(Producer | Consumer)
		used = used || word32(r.mem, atDied).Load() == 0
		_ = r.Detach()
		if !used && os.Remove(name) == nil {
			removed = append(removed, name)
		}
	}
	return removed, nil
}
