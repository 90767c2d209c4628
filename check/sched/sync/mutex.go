package sync

import (
	"sync"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

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
