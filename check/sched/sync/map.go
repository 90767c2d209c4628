package sync

import (
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/world"
)

// Map is a sync.Map. In a controlled run it is one object: operations on
// different keys that write count as dependent. Range goes through the keys in
// the order in which they were first stored; those that are stored while it does it may
// come to or not.
type Map struct {
	real sync.Map
	h    exec.Handle
	keys []any
}

// object is the number of the map, for an operation on it. The first one makes what it is of: for the
// race detector that would order it before the others.
//
//go:norace
func (m *Map) object(g *exec.G) int32 {
	exec.Hide()
	m.real.Load(nil)
	exec.Show()
	return g.Exec().Object(&m.h)
}

// cell is that of a key: see [prim.Condition].
//
//go:norace
func cell(g *exec.G, key any) int32 { return int32(g.Exec().Number(key)) + 1 }

// absent is in the cell of a key that the map has not.
const absent = 0

// number is what is in the cell of a key that has the value.
//
//go:norace
func number(g *exec.G, value any) uint64 { return g.Exec().Number(value) + 1 }

// write announces a write to a key.
//
//go:norace
func (m *Map) write(g *exec.G, key any) {
	g.RMW(m.object(g), cell(g, key))
	m.found(g, key)
}

// writeIf announces a write to a key if it has a value; or has not, with unless.
//
//go:norace
func (m *Map) writeIf(g *exec.G, key any, unless bool, value uint64) {
	g.UpdateIf(m.object(g), prim.Condition{Cell: cell(g, key), Unless: unless, Value: value})
	m.found(g, key)
}

// found says what the update under way finds.
//
//go:norace
func (m *Map) found(g *exec.G, key any) {
	value := uint64(absent)
	exec.OwnAtomics(true)
	defer exec.OwnAtomics(false)
	if v, ok := m.real.Load(key); ok {
		value = number(g, v)
	}
	g.Found(value)
}

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
		g.Load(m.object(g))
	}
	exec.OwnAtomics(true)
	defer exec.OwnAtomics(false)
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
		m.write(g, key)
		m.added(key)
	}
	exec.OwnAtomics(true)
	defer exec.OwnAtomics(false)
	return m.real.Swap(key, value)
}

// LoadOrStore sets it if there is none.
//
//go:norace
func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	if g := exec.Current(); g != nil {
		m.writeIf(g, key, false, absent)
		m.added(key)
	}
	exec.OwnAtomics(true)
	defer exec.OwnAtomics(false)
	return m.real.LoadOrStore(key, value)
}

// LoadAndDelete deletes it and returns what it was.
//
//go:norace
func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	if g := exec.Current(); g != nil {
		m.writeIf(g, key, true, absent)
	}
	exec.OwnAtomics(true)
	defer exec.OwnAtomics(false)
	return m.real.LoadAndDelete(key)
}

// Delete deletes it.
//
//go:norace
func (m *Map) Delete(key any) { m.LoadAndDelete(key) }

// CompareAndSwap sets it if it is old.
//
//go:norace
func (m *Map) CompareAndSwap(key, old, new any) bool {
	if g := exec.Current(); g != nil {
		m.writeIf(g, key, false, number(g, old))
	}
	exec.OwnAtomics(true)
	defer exec.OwnAtomics(false)
	return m.real.CompareAndSwap(key, old, new)
}

// CompareAndDelete deletes it if it is old.
//
//go:norace
func (m *Map) CompareAndDelete(key, old any) bool {
	if g := exec.Current(); g != nil {
		m.writeIf(g, key, false, number(g, old))
	}
	exec.OwnAtomics(true)
	defer exec.OwnAtomics(false)
	return m.real.CompareAndDelete(key, old)
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
	g.Look(m.object(g))
	n := len(m.keys)
	order := world.Permutation(n)
	if n == 0 || n > 1 && exec.Choosing {
		g.Look(m.object(g)) // there is time to store something, and a choice was an operation of its own
	}
	late := 0
	for i := 0; i < len(m.keys); i++ {
		key := m.keys[i]
		if i < len(order) {
			key = m.keys[order[i]]
		}
		if i >= n-1 && i+1 < len(m.keys) {
			world.AssumeHere(stored) // it might come before this one
		}
		exec.OwnAtomics(true)
		v, ok := m.real.Load(key)
		exec.OwnAtomics(false)
		if ok && i >= n {
			if late++; late > mostLate {
				world.AssumeHere(stored)
				return
			}
			if world.Decide(2, stored) == 1 {
				g.Tell("not the new key")
				ok = false
			}
		}
		if ok && !f(key, v) {
			return
		}
		g.Look(m.object(g))
	}
}

// mostLate is how many keys Range comes to, or might, that are stored after it began.
const mostLate = 3

// stored is what is said where they are left to chance.
const stored = "which keys Range of a sync.Map comes to, of those stored meanwhile: one choice of several"

// Clear deletes everything.
//
//go:norace
func (m *Map) Clear() {
	if g := exec.Current(); g != nil {
		g.RMW(m.object(g), prim.AllCells)
	}
	exec.OwnAtomics(true)
	defer exec.OwnAtomics(false)
	m.real.Clear()
}
