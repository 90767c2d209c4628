//go:build linux

// Package osfault holds transports between processes with one fault each, of the
// kind that is made over system calls and shared memory. Each says by which code a
// check must catch it.
//
// It is for the tests of this project and no stable interface.
package osfault

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"

	"github.com/ipccheck/ipccheck/model"
)

// Variant is a faulty transport.
type Variant struct {
	Name string
	Code model.Code
	Text string
	Size int // of its messages, in bytes
	// Open makes it: what producers and what consumers get.
	Open func(size int) (sending, taking []*os.File, err error)
	// Join is the side of a process.
	Join func(size int, files []*os.File, write bool) (impl.Messages, error)
}

// All lists the variants.
func All() []Variant {
	return []Variant{
		{"interleaved-writes", model.InventedItem, "messages are longer than PIPE_BUF, and several processes write them", 6 * 4096, openPipe, joinPipe(nil)},
		{"short-read", model.InventedItem, "what one read returns is taken for a message", 64, openPipe, joinPipe(func(p *plainPipe) { p.short, p.parts = true, true })},
		{"leaked-descriptor", model.BrokenBoundary, "the receivers keep the writing end open, so the end never comes", 64, leakPipe, joinPipe(nil)},
		{"posted-before-written", model.InventedItem, "the item is announced before it is written", 512, openRing, joinRing(func(r *plainRing) { r.early = true })},
		{"missing-wake", model.LostWakeup, "a receiver sleeps on a futex that nobody wakes", 64, openRing, joinRing(func(r *plainRing) { r.silent = true })},
		{"two-producers-no-lock", model.LostItem, "two producers move the same index without a lock", 64, openRing, joinRing(func(r *plainRing) { r.slow = true })},
	}
}

// plainPipe is a blocking pipe, read and written as if it knew messages.
type plainPipe struct {
	f            *os.File
	size         int
	short, parts bool
}

func openPipe(int) (sending, taking []*os.File, err error) {
	r, w, err := os.Pipe()
	return []*os.File{w}, []*os.File{r}, err
}

func leakPipe(int) (sending, taking []*os.File, err error) {
	r, w, err := os.Pipe()
	return []*os.File{w}, []*os.File{r, w}, err
}

func joinPipe(fault func(*plainPipe)) func(int, []*os.File, bool) (impl.Messages, error) {
	return func(size int, files []*os.File, _ bool) (impl.Messages, error) {
		p := &plainPipe{f: files[0], size: size}
		if fault != nil {
			fault(p)
		}
		return p, nil
	}
}

func (p *plainPipe) Send(m []byte) error {
	if !p.parts {
		_, err := p.f.Write(m)
		return err
	}
	if _, err := p.f.Write(m[:8]); err != nil {
		return err
	}
	runtime.Gosched()
	_, err := p.f.Write(m[8:])
	return err
}

func (p *plainPipe) TrySend(m []byte) error                        { return p.Send(m) }
func (p *plainPipe) SendContext(_ context.Context, m []byte) error { return p.Send(m) }
func (p *plainPipe) Recv(buf []byte) (int, error)                  { return p.RecvContext(context.Background(), buf) }
func (p *plainPipe) TryRecv([]byte) (int, error)                   { return 0, impl.ErrEmpty }

func (p *plainPipe) RecvContext(_ context.Context, buf []byte) (int, error) {
	var n int
	var err error
	if p.short {
		n, err = p.f.Read(buf[:p.size])
	} else {
		n, err = io.ReadFull(p.f, buf[:p.size])
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = impl.ErrClosed
	}
	return n, err
}

func (p *plainPipe) Close() error { return p.f.Close() }

// plainRing is a circular queue in shared memory for one producer and one
// consumer.
type plainRing struct {
	mem                 []byte
	size                int
	early, silent, slow bool
}

const (
	capacity = 4
	atHead   = 0
	atTail   = 64
	atItems  = 128
	atSlots  = 4096
)

func openRing(size int) (sending, taking []*os.File, err error) {
	fd, err := unix.MemfdCreate("faulty-ring", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, nil, fmt.Errorf("osfault: %w", err)
	}
	f := os.NewFile(uintptr(fd), "faulty-ring")
	if err := f.Truncate(atSlots + capacity*int64(size)); err != nil {
		return nil, nil, fmt.Errorf("osfault: %w", err)
	}
	return []*os.File{f}, []*os.File{f}, nil
}

func joinRing(fault func(*plainRing)) func(int, []*os.File, bool) (impl.Messages, error) {
	return func(size int, files []*os.File, _ bool) (impl.Messages, error) {
		mem, err := unix.Mmap(int(files[0].Fd()), 0, atSlots+capacity*size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		if err != nil {
			return nil, fmt.Errorf("osfault: %w", err)
		}
		r := &plainRing{mem: mem, size: size}
		if fault != nil {
			fault(r)
		}
		return r, nil
	}
}

func (r *plainRing) index(at int) *atomic.Uint64 { return (*atomic.Uint64)(unsafe.Pointer(&r.mem[at])) }
func (r *plainRing) items() *atomic.Uint32       { return (*atomic.Uint32)(unsafe.Pointer(&r.mem[atItems])) }

func (r *plainRing) slot(i uint64) []byte {
	at := atSlots + int(i%capacity)*r.size
	return r.mem[at : at+r.size]
}

func (r *plainRing) Send(m []byte) error {
	for r.TrySend(m) == impl.ErrFull {
		time.Sleep(10 * time.Microsecond)
	}
	return nil
}

func (r *plainRing) TrySend(m []byte) error {
	tail := r.index(atTail).Load()
	if tail-r.index(atHead).Load() >= capacity {
		return impl.ErrFull
	}
	if r.early {
		r.index(atTail).Store(tail + 1)
		r.items().Add(1)
		r.futex(1, 1<<30, nil)
		time.Sleep(200 * time.Microsecond) // long enough for a receiver to be faster
	}
	copy(r.slot(tail), m)
	if r.slow {
		time.Sleep(10 * time.Microsecond) // long enough for another producer to see the same index
	}
	r.index(atTail).Store(tail + 1)
	if !r.silent {
		r.items().Add(1)
		r.futex(1, 1<<30, nil)
	}
	return nil
}

func (r *plainRing) futex(op, value uintptr, timeout *unix.Timespec) {
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(r.items())), op, value, uintptr(unsafe.Pointer(timeout)), 0, 0)
}

func (r *plainRing) TryRecv(buf []byte) (int, error) {
	head := r.index(atHead).Load()
	if head == r.index(atTail).Load() {
		return 0, impl.ErrEmpty
	}
	copy(buf, r.slot(head))
	r.index(atHead).Store(head + 1)
	return r.size, nil
}

func (r *plainRing) Recv(buf []byte) (int, error) { return r.RecvContext(context.Background(), buf) }

func (r *plainRing) SendContext(_ context.Context, m []byte) error { return r.Send(m) }

func (r *plainRing) RecvContext(ctx context.Context, buf []byte) (int, error) {
	for {
		seen := r.items().Load()
		n, err := r.TryRecv(buf)
		if err != impl.ErrEmpty {
			return n, err
		}
		if r.silent { // sleeps until it is woken, as it should; nobody does
			r.futex(0, uintptr(seen), nil)
			continue
		}
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		nap := unix.NsecToTimespec(int64(time.Millisecond))
		r.futex(0, uintptr(seen), &nap)
	}
}

func (r *plainRing) Close() error { return unix.Munmap(r.mem) }
