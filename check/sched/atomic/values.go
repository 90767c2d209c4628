package atomic

import (
	"sync/atomic"
	"unsafe"
)

// Bool is an atomic.Bool.
type Bool struct{ real atomic.Bool }

// Load reads it.
//
//go:norace
func (x *Bool) Load() bool { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Bool) Store(v bool) { store(unsafe.Pointer(x)); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Bool) Swap(v bool) bool {
	g := update(unsafe.Pointer(x))
	old := x.real.Swap(v)
	same(g, old == v)
	return old
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Bool) CompareAndSwap(old, new bool) bool {
	g := update(unsafe.Pointer(x))
	return swapped(g, x.real.CompareAndSwap(old, new))
}

// Pointer is an atomic.Pointer.
type Pointer[T any] struct{ real atomic.Pointer[T] }

// Load reads it.
//
//go:norace
func (x *Pointer[T]) Load() *T { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Pointer[T]) Store(v *T) { store(unsafe.Pointer(x)); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Pointer[T]) Swap(v *T) *T {
	g := update(unsafe.Pointer(x))
	old := x.real.Swap(v)
	same(g, old == v)
	return old
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Pointer[T]) CompareAndSwap(old, new *T) bool {
	g := update(unsafe.Pointer(x))
	return swapped(g, x.real.CompareAndSwap(old, new))
}

// Value is an atomic.Value.
type Value struct{ real atomic.Value }

// Load reads it.
//
//go:norace
func (x *Value) Load() any { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Value) Store(v any) { store(unsafe.Pointer(x)); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Value) Swap(v any) any { update(unsafe.Pointer(x)); return x.real.Swap(v) }

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Value) CompareAndSwap(old, new any) bool {
	g := update(unsafe.Pointer(x))
	return swapped(g, x.real.CompareAndSwap(old, new))
}

// LoadPointer reads *p.
//
//go:norace
func LoadPointer(p *unsafe.Pointer) unsafe.Pointer {
	load(unsafe.Pointer(p))
	return atomic.LoadPointer(p)
}

// StorePointer writes *p.
//
//go:norace
func StorePointer(p *unsafe.Pointer, v unsafe.Pointer) {
	store(unsafe.Pointer(p))
	atomic.StorePointer(p, v)
}

// SwapPointer writes *p and returns what it was.
//
//go:norace
func SwapPointer(p *unsafe.Pointer, v unsafe.Pointer) unsafe.Pointer {
	g := update(unsafe.Pointer(p))
	old := atomic.SwapPointer(p, v)
	same(g, old == v)
	return old
}

// CompareAndSwapPointer writes *p if it is old.
//
//go:norace
func CompareAndSwapPointer(p *unsafe.Pointer, old, new unsafe.Pointer) bool {
	g := update(unsafe.Pointer(p))
	return swapped(g, atomic.CompareAndSwapPointer(p, old, new))
}
