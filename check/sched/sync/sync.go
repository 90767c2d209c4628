// Package sync stands in for the standard library's: the same names, under the
// scheduler in an exploration, and the real thing outside of one. A value must not be
// used both inside and outside.
//
//ipccheck:standsfor sync
package sync

import (
	"sync"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
)

// Locker is the standard library's.
type Locker = sync.Locker

// Mutex is a sync.Mutex.
type Mutex struct{ real sync.Mutex }

// Lock locks it.
//
//go:norace
func (m *Mutex) Lock() {
	if g := exec.Current(); g != nil {
		g.Lock(m.handle())
		return
	}
	if !m.real.TryLock() {
		image.Wait()
		m.real.Lock()
	}
}

// TryLock locks it if nobody has it, and reports whether it did.
//
//go:norace
func (m *Mutex) TryLock() bool {
	if g := exec.Current(); g != nil {
		return g.TryLock(m.handle())
	}
	return m.real.TryLock()
}

// Unlock unlocks it.
//
//go:norace
func (m *Mutex) Unlock() {
	if g := exec.Current(); g != nil {
		g.Unlock(m.handle(), "sync: unlock of unlocked mutex")
		return
	}
	m.real.Unlock()
}

//go:norace
func (m *Mutex) handle() *exec.Handle { return (*exec.Handle)(unsafe.Pointer(m)) }

// RWMutex is a sync.RWMutex.
type RWMutex struct{ real sync.RWMutex }

// Lock locks it for writing.
//
//go:norace
func (m *RWMutex) Lock() {
	if g := exec.Current(); g != nil {
		g.WLock(m.handle())
		return
	}
	if !m.real.TryLock() {
		image.Wait()
		m.real.Lock()
	}
}

// TryLock locks it for writing if nobody has it, and reports whether it did.
//
//go:norace
func (m *RWMutex) TryLock() bool {
	if g := exec.Current(); g != nil {
		return g.TryWLock(m.handle())
	}
	return m.real.TryLock()
}

// Unlock ends writing.
//
//go:norace
func (m *RWMutex) Unlock() {
	if g := exec.Current(); g != nil {
		g.WUnlock(m.handle(), "sync: Unlock of unlocked RWMutex")
		return
	}
	m.real.Unlock()
}

// RLock locks it for reading.
//
//go:norace
func (m *RWMutex) RLock() {
	if g := exec.Current(); g != nil {
		g.RLock(m.handle())
		return
	}
	if !m.real.TryRLock() {
		image.Wait()
		m.real.RLock()
	}
}

// TryRLock locks it for reading if no writer has it, and reports whether it did.
//
//go:norace
func (m *RWMutex) TryRLock() bool {
	if g := exec.Current(); g != nil {
		return g.TryRLock(m.handle())
	}
	return m.real.TryRLock()
}

// RUnlock ends reading.
//
//go:norace
func (m *RWMutex) RUnlock() {
	if g := exec.Current(); g != nil {
		g.RUnlock(m.handle(), "sync: RUnlock of unlocked RWMutex")
		return
	}
	m.real.RUnlock()
}

// RLocker locks and unlocks for reading.
//
//go:norace
func (m *RWMutex) RLocker() Locker { return (*rlocker)(m) }

//go:norace
func (m *RWMutex) handle() *exec.Handle { return (*exec.Handle)(unsafe.Pointer(m)) }

type rlocker RWMutex

//go:norace
func (r *rlocker) Lock() { (*RWMutex)(r).RLock() }

//go:norace
func (r *rlocker) Unlock() { (*RWMutex)(r).RUnlock() }

// Cond is a sync.Cond.
type Cond struct {
	// L is held while observing or changing the condition.
	L Locker

	real sync.Cond
	self *Cond
	h    exec.Handle
}

// NewCond returns a Cond with the lock.
//
//go:norace
func NewCond(l Locker) *Cond { return &Cond{L: l} }

// check panics if the Cond was copied after its first use.
//
//go:norace
func (c *Cond) check() {
	if c.self == nil {
		c.self = c
	}
	if c.self != c {
		panic("sync.Cond is copied")
	}
}

// Wait unlocks L, waits to be woken, and locks L.
//
//go:norace
func (c *Cond) Wait() {
	g := exec.Current()
	if g == nil {
		c.real.L = c.L
		image.Wait()
		c.real.Wait()
		return
	}
	c.check()
	switch l := c.L.(type) {
	case *Mutex:
		g.CondWait(&c.h, l.handle(), false, "sync: unlock of unlocked mutex")
	case *RWMutex:
		g.CondWait(&c.h, l.handle(), true, "sync: Unlock of unlocked RWMutex")
	default:
		g.CondJoin(&c.h)
		l.Unlock()
		g.CondSleep(&c.h)
		l.Lock()
	}
}

// Signal wakes one goroutine that waits, if there is any.
//
//go:norace
func (c *Cond) Signal() {
	if g := exec.Current(); g != nil {
		c.check()
		g.Signal(&c.h)
		return
	}
	c.real.Signal()
}

// Broadcast wakes all goroutines that wait.
//
//go:norace
func (c *Cond) Broadcast() {
	if g := exec.Current(); g != nil {
		c.check()
		g.Broadcast(&c.h)
		return
	}
	c.real.Broadcast()
}

// WaitGroup is a sync.WaitGroup.
type WaitGroup struct{ real sync.WaitGroup }

//go:norace
func (w *WaitGroup) handle() *exec.Handle { return (*exec.Handle)(unsafe.Pointer(w)) }

// Add adds to the counter.
//
//go:norace
func (w *WaitGroup) Add(delta int) {
	if g := exec.Current(); g != nil {
		g.WGAdd(w.handle(), delta)
		return
	}
	w.real.Add(delta)
}

// Done takes one off the counter.
//
//go:norace
func (w *WaitGroup) Done() { w.Add(-1) }

// Wait waits until the counter is zero.
//
//go:norace
func (w *WaitGroup) Wait() {
	if g := exec.Current(); g != nil {
		g.WGWait(w.handle())
		return
	}
	image.Wait()
	w.real.Wait()
}

// Go calls f in a goroutine that the counter counts.
func (w *WaitGroup) Go(f func()) {
	g := exec.Current()
	if g == nil {
		w.real.Go(f)
		return
	}
	w.Add(1)
	g.Go(func() {
		defer w.Done()
		f()
	})
}

// Once is a sync.Once.
type Once struct {
	real sync.Once
	done atomic.Uint32
	mu   Mutex
}

// Do calls f if nobody has yet, and returns when it has returned.
//
//go:norace
func (o *Once) Do(f func()) {
	if exec.Current() == nil {
		o.real.Do(f)
		o.done.Store(1)
		return
	}
	if o.done.Load() != 0 {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done.Load() == 0 {
		defer o.done.Store(1)
		f()
	}
}

// OnceFunc returns a function that calls f only once.
//
//go:norace
func OnceFunc(f func()) func() {
	get := OnceValue(func() struct{} { f(); return struct{}{} })
	return func() { get() }
}

// OnceValue returns a function that calls f only once and returns its value.
//
//go:norace
func OnceValue[T any](f func() T) func() T {
	get := OnceValues(func() (T, struct{}) { return f(), struct{}{} })
	return func() T { v, _ := get(); return v }
}

// OnceValues returns a function that calls f only once and returns its values.
// If f panics, so does every call.
//
//go:norace
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var once Once
	var a T1
	var b T2
	var p any
	valid := false
	return func() (T1, T2) {
		once.Do(func() {
			defer func() {
				if !valid {
					p = recover()
					panic(p)
				}
			}()
			a, b = f()
			f = nil
			valid = true
		})
		if !valid {
			panic(p)
		}
		return a, b
	}
}

// Pool is a sync.Pool. In a controlled run it gives back what was put last, and
// loses nothing.
type Pool struct {
	// New makes a value when there is none.
	New func() any

	real  sync.Pool
	h     exec.Handle
	items []any
}

// Get takes a value out.
//
//go:norace
func (p *Pool) Get() any {
	g := exec.Current()
	if g == nil {
		if v := p.real.Get(); v != nil {
			return v
		}
	} else {
		g.RMW(g.Exec().Object(&p.h), 0)
		p.h.Acquire()
		if n := len(p.items); n > 0 {
			v := p.items[n-1]
			p.items = p.items[:n-1]
			return v
		}
	}
	if p.New != nil {
		return p.New()
	}
	return nil
}

// Put puts a value in.
//
//go:norace
func (p *Pool) Put(v any) {
	g := exec.Current()
	switch {
	case v == nil:
	case g == nil:
		p.real.Put(v)
	default:
		g.RMW(g.Exec().Object(&p.h), 0)
		p.h.Merge()
		p.items = append(p.items, v)
	}
}
