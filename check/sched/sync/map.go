package sync

import (
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Map is a sync.Map. In a controlled run it is one object: operations on
// different keys that write count as dependent. Range goes through the keys in
// the order in which they were first stored.
type Map struct {
	real sync.Map
	h    exec.Handle
	keys []any
}

//go:norace
func (m *Map) load(g *exec.G) { g.Load(g.Exec().Object(&m.h)) }

//go:norace
func (m *Map) write(g *exec.G) { g.RMW(g.Exec().Object(&m.h)) }

// added notes a key that may be new.
//
//go:norace
func (m *Map) added(key any) {
	for _, k := range m.keys {
		if k == key {
			return
		}
	}
	m.keys = append(m.keys, key)
}

// Load returns the value of the key.
//
//go:norace
func (m *Map) Load(key any) (value any, ok bool) {
	if g := exec.Current(); g != nil {
		m.load(g)
	}
	return m.real.Load(key)
}

// Store sets it.
//
//go:norace
func (m *Map) Store(key, value any) { m.Swap(key, value) }

// Swap sets it and returns what it was.
//
//go:norace
func (m *Map) Swap(key, value any) (previous any, loaded bool) {
	if g := exec.Current(); g != nil {
		m.write(g)
		m.added(key)
	}
	return m.real.Swap(key, value)
}

// LoadOrStore sets it if there is none.
//
//go:norace
func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	g := exec.Current()
	if g != nil {
		m.write(g)
		m.added(key)
	}
	actual, loaded = m.real.LoadOrStore(key, value)
	if g != nil && loaded {
		g.Unchanged()
	}
	return actual, loaded
}

// LoadAndDelete deletes it and returns what it was.
//
//go:norace
func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	g := exec.Current()
	if g != nil {
		m.write(g)
	}
	value, loaded = m.real.LoadAndDelete(key)
	if g != nil && !loaded {
		g.Unchanged()
	}
	return value, loaded
}

// Delete deletes it.
//
//go:norace
func (m *Map) Delete(key any) { m.LoadAndDelete(key) }

// CompareAndSwap sets it if it is old.
//
//go:norace
func (m *Map) CompareAndSwap(key, old, new any) bool {
	g := exec.Current()
	if g != nil {
		m.write(g)
	}
	ok := m.real.CompareAndSwap(key, old, new)
	if g != nil && !ok {
		g.Unchanged()
	}
	return ok
}

// CompareAndDelete deletes it if it is old.
//
//go:norace
func (m *Map) CompareAndDelete(key, old any) bool {
	g := exec.Current()
	if g != nil {
		m.write(g)
	}
	ok := m.real.CompareAndDelete(key, old)
	if g != nil && !ok {
		g.Unchanged()
	}
	return ok
}

// Range calls f for every key until it returns false.
//
//go:norace
func (m *Map) Range(f func(key, value any) bool) {
	g := exec.Current()
	if g == nil {
		m.real.Range(f)
		return
	}
	for i := 0; ; i++ {
		g.Look(g.Exec().Object(&m.h))
		if i >= len(m.keys) {
			return
		}
		if v, ok := m.real.Load(m.keys[i]); ok && !f(m.keys[i], v) {
			return
		}
	}
}

// Clear deletes everything.
//
//go:norace
func (m *Map) Clear() {
	if g := exec.Current(); g != nil {
		m.write(g)
	}
	m.real.Clear()
}
