package atomic

import (
	"sync/atomic"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// bit is a bool as it lies in memory.
//
//go:norace
func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// Bool is an atomic.Bool.
type Bool struct{ real atomic.Bool }

// Load reads it.
//
//go:norace
func (x *Bool) Load() bool { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Bool) Store(v bool) { store((*uint32)(unsafe.Pointer(x))); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Bool) Swap(v bool) bool {
	g := update((*uint32)(unsafe.Pointer(x)))
	old := x.real.Swap(v)
	same(g, old == v)
	return old
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Bool) CompareAndSwap(old, new bool) bool {
	updateIf((*uint32)(unsafe.Pointer(x)), bit(old))
	return x.real.CompareAndSwap(old, new)
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
func (x *Pointer[T]) Store(v *T) { store((*uintptr)(unsafe.Pointer(x))); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Pointer[T]) Swap(v *T) *T {
	g := update((*uintptr)(unsafe.Pointer(x)))
	old := x.real.Swap(v)
	same(g, old == v)
	return old
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Pointer[T]) CompareAndSwap(old, new *T) bool {
	updateIf((*uintptr)(unsafe.Pointer(x)), uintptr(unsafe.Pointer(old)))
	return x.real.CompareAndSwap(old, new)
}

// Value is an atomic.Value.
type Value struct{ real atomic.Value }

// write announces a write, or an update under a condition.
//
//go:norace
func (x *Value) write(announce func(g *exec.G, obj int32)) {
	if g := exec.Current(); g != nil {
		announce(g, g.Exec().At(unsafe.Pointer(x)))
		g.Found(g.Exec().Number(*(*any)(unsafe.Pointer(x))))
		exec.OwnAtomic(unsafe.Pointer(x))
	}
}

// Load reads it.
//
//go:norace
func (x *Value) Load() any { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Value) Store(v any) {
	x.write(func(g *exec.G, obj int32) { g.Store(obj) })
	x.real.Store(v)
}

// Swap writes it and returns what it was.
//
//go:norace
func (x *Value) Swap(v any) any {
	x.write(func(g *exec.G, obj int32) { g.RMW(obj, 0) })
	return x.real.Swap(v)
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Value) CompareAndSwap(old, new any) bool {
	x.write(func(g *exec.G, obj int32) { g.UpdateIf(obj, prim.Condition{Value: g.Exec().Number(old)}) })
	return x.real.CompareAndSwap(old, new)
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
	store((*uintptr)(unsafe.Pointer(p)))
	atomic.StorePointer(p, v)
}

// SwapPointer writes *p and returns what it was.
//
//go:norace
func SwapPointer(p *unsafe.Pointer, v unsafe.Pointer) unsafe.Pointer {
	g := update((*uintptr)(unsafe.Pointer(p)))
	old := atomic.SwapPointer(p, v)
	same(g, old == v)
	return old
}

// CompareAndSwapPointer writes *p if it is old.
//
//go:norace
func CompareAndSwapPointer(p *unsafe.Pointer, old, new unsafe.Pointer) bool {
	updateIf((*uintptr)(unsafe.Pointer(p)), uintptr(old))
	return atomic.CompareAndSwapPointer(p, old, new)
}
