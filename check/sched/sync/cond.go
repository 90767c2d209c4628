package sync

import (
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

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
