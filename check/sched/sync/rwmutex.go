package sync

import (
	"sync"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

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
