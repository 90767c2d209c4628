// Package atomic stands in for the standard library's: the same names, controlled
// in a controlled run, and the real thing outside of one.
package atomic

import (
	"sync/atomic"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

//go:norace
func load(p unsafe.Pointer) {
	if g := exec.Current(); g != nil {
		g.Load(g.Exec().At(p))
	}
}

//go:norace
func store(p unsafe.Pointer) {
	if g := exec.Current(); g != nil {
		g.Store(g.Exec().At(p))
	}
}

// update announces a read-modify-write.
//
//go:norace
func update(p unsafe.Pointer) *exec.G {
	g := exec.Current()
	if g != nil {
		g.RMW(g.Exec().At(p))
	}
	return g
}

// swapped says what became of a compare-and-swap.
//
//go:norace
func swapped(g *exec.G, ok bool) bool {
	if g != nil && !ok {
		g.OnlyRead()
	}
	return ok
}

// same tells that an update left the value as it was.
//
//go:norace
func same(g *exec.G, is bool) {
	if g != nil && is {
		g.Unchanged()
	}
}

// Int32 is an atomic.Int32.
type Int32 struct{ real atomic.Int32 }

// Load reads it.
//
//go:norace
func (x *Int32) Load() int32 { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Int32) Store(v int32) { store(unsafe.Pointer(x)); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Int32) Swap(v int32) int32 {
	g := update(unsafe.Pointer(x))
	old := x.real.Swap(v)
	same(g, old == v)
	return old
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Int32) CompareAndSwap(old, new int32) bool {
	g := update(unsafe.Pointer(x))
	return swapped(g, x.real.CompareAndSwap(old, new))
}

// Add adds to it and returns what it is now.
//
//go:norace
func (x *Int32) Add(d int32) int32 { update(unsafe.Pointer(x)); return x.real.Add(d) }

// And clears the bits that are not in mask and returns what it was.
//
//go:norace
func (x *Int32) And(mask int32) int32 {
	g := update(unsafe.Pointer(x))
	old := x.real.And(mask)
	same(g, old == old&mask)
	return old
}

// Or sets the bits in mask and returns what it was.
//
//go:norace
func (x *Int32) Or(mask int32) int32 {
	g := update(unsafe.Pointer(x))
	old := x.real.Or(mask)
	same(g, old == old|mask)
	return old
}

// LoadInt32 reads *p.
//
//go:norace
func LoadInt32(p *int32) int32 { load(unsafe.Pointer(p)); return atomic.LoadInt32(p) }

// StoreInt32 writes *p.
//
//go:norace
func StoreInt32(p *int32, v int32) { store(unsafe.Pointer(p)); atomic.StoreInt32(p, v) }

// SwapInt32 writes *p and returns what it was.
//
//go:norace
func SwapInt32(p *int32, v int32) int32 {
	g := update(unsafe.Pointer(p))
	old := atomic.SwapInt32(p, v)
	same(g, old == v)
	return old
}

// CompareAndSwapInt32 writes *p if it is old.
//
//go:norace
func CompareAndSwapInt32(p *int32, old, new int32) bool {
	g := update(unsafe.Pointer(p))
	return swapped(g, atomic.CompareAndSwapInt32(p, old, new))
}

// AddInt32 adds to *p and returns what it is now.
//
//go:norace
func AddInt32(p *int32, d int32) int32 { update(unsafe.Pointer(p)); return atomic.AddInt32(p, d) }

// AndInt32 clears the bits of *p that are not in mask and returns what it was.
//
//go:norace
func AndInt32(p *int32, mask int32) int32 {
	g := update(unsafe.Pointer(p))
	old := atomic.AndInt32(p, mask)
	same(g, old == old&mask)
	return old
}

// OrInt32 sets the bits of *p in mask and returns what it was.
//
//go:norace
func OrInt32(p *int32, mask int32) int32 {
	g := update(unsafe.Pointer(p))
	old := atomic.OrInt32(p, mask)
	same(g, old == old|mask)
	return old
}

// Int64 is an atomic.Int64.
type Int64 struct{ real atomic.Int64 }

// Load reads it.
//
//go:norace
func (x *Int64) Load() int64 { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Int64) Store(v int64) { store(unsafe.Pointer(x)); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Int64) Swap(v int64) int64 {
	g := update(unsafe.Pointer(x))
	old := x.real.Swap(v)
	same(g, old == v)
	return old
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Int64) CompareAndSwap(old, new int64) bool {
	g := update(unsafe.Pointer(x))
	return swapped(g, x.real.CompareAndSwap(old, new))
}

// Add adds to it and returns what it is now.
//
//go:norace
func (x *Int64) Add(d int64) int64 { update(unsafe.Pointer(x)); return x.real.Add(d) }

// And clears the bits that are not in mask and returns what it was.
//
//go:norace
func (x *Int64) And(mask int64) int64 {
	g := update(unsafe.Pointer(x))
	old := x.real.And(mask)
	same(g, old == old&mask)
	return old
}

// Or sets the bits in mask and returns what it was.
//
//go:norace
func (x *Int64) Or(mask int64) int64 {
	g := update(unsafe.Pointer(x))
	old := x.real.Or(mask)
	same(g, old == old|mask)
	return old
}

// LoadInt64 reads *p.
//
//go:norace
func LoadInt64(p *int64) int64 { load(unsafe.Pointer(p)); return atomic.LoadInt64(p) }

// StoreInt64 writes *p.
//
//go:norace
func StoreInt64(p *int64, v int64) { store(unsafe.Pointer(p)); atomic.StoreInt64(p, v) }

// SwapInt64 writes *p and returns what it was.
//
//go:norace
func SwapInt64(p *int64, v int64) int64 {
	g := update(unsafe.Pointer(p))
	old := atomic.SwapInt64(p, v)
	same(g, old == v)
	return old
}

// CompareAndSwapInt64 writes *p if it is old.
//
//go:norace
func CompareAndSwapInt64(p *int64, old, new int64) bool {
	g := update(unsafe.Pointer(p))
	return swapped(g, atomic.CompareAndSwapInt64(p, old, new))
}

// AddInt64 adds to *p and returns what it is now.
//
//go:norace
func AddInt64(p *int64, d int64) int64 { update(unsafe.Pointer(p)); return atomic.AddInt64(p, d) }

// AndInt64 clears the bits of *p that are not in mask and returns what it was.
//
//go:norace
func AndInt64(p *int64, mask int64) int64 {
	g := update(unsafe.Pointer(p))
	old := atomic.AndInt64(p, mask)
	same(g, old == old&mask)
	return old
}

// OrInt64 sets the bits of *p in mask and returns what it was.
//
//go:norace
func OrInt64(p *int64, mask int64) int64 {
	g := update(unsafe.Pointer(p))
	old := atomic.OrInt64(p, mask)
	same(g, old == old|mask)
	return old
}

// Uint32 is an atomic.Uint32.
type Uint32 struct{ real atomic.Uint32 }

// Load reads it.
//
//go:norace
func (x *Uint32) Load() uint32 { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Uint32) Store(v uint32) { store(unsafe.Pointer(x)); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Uint32) Swap(v uint32) uint32 {
	g := update(unsafe.Pointer(x))
	old := x.real.Swap(v)
	same(g, old == v)
	return old
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Uint32) CompareAndSwap(old, new uint32) bool {
	g := update(unsafe.Pointer(x))
	return swapped(g, x.real.CompareAndSwap(old, new))
}

// Add adds to it and returns what it is now.
//
//go:norace
func (x *Uint32) Add(d uint32) uint32 { update(unsafe.Pointer(x)); return x.real.Add(d) }

// And clears the bits that are not in mask and returns what it was.
//
//go:norace
func (x *Uint32) And(mask uint32) uint32 {
	g := update(unsafe.Pointer(x))
	old := x.real.And(mask)
	same(g, old == old&mask)
	return old
}

// Or sets the bits in mask and returns what it was.
//
//go:norace
func (x *Uint32) Or(mask uint32) uint32 {
	g := update(unsafe.Pointer(x))
	old := x.real.Or(mask)
	same(g, old == old|mask)
	return old
}

// LoadUint32 reads *p.
//
//go:norace
func LoadUint32(p *uint32) uint32 { load(unsafe.Pointer(p)); return atomic.LoadUint32(p) }

// StoreUint32 writes *p.
//
//go:norace
func StoreUint32(p *uint32, v uint32) { store(unsafe.Pointer(p)); atomic.StoreUint32(p, v) }

// SwapUint32 writes *p and returns what it was.
//
//go:norace
func SwapUint32(p *uint32, v uint32) uint32 {
	g := update(unsafe.Pointer(p))
	old := atomic.SwapUint32(p, v)
	same(g, old == v)
	return old
}

// CompareAndSwapUint32 writes *p if it is old.
//
//go:norace
func CompareAndSwapUint32(p *uint32, old, new uint32) bool {
	g := update(unsafe.Pointer(p))
	return swapped(g, atomic.CompareAndSwapUint32(p, old, new))
}

// AddUint32 adds to *p and returns what it is now.
//
//go:norace
func AddUint32(p *uint32, d uint32) uint32 { update(unsafe.Pointer(p)); return atomic.AddUint32(p, d) }

// AndUint32 clears the bits of *p that are not in mask and returns what it was.
//
//go:norace
func AndUint32(p *uint32, mask uint32) uint32 {
	g := update(unsafe.Pointer(p))
	old := atomic.AndUint32(p, mask)
	same(g, old == old&mask)
	return old
}

// OrUint32 sets the bits of *p in mask and returns what it was.
//
//go:norace
func OrUint32(p *uint32, mask uint32) uint32 {
	g := update(unsafe.Pointer(p))
	old := atomic.OrUint32(p, mask)
	same(g, old == old|mask)
	return old
}

// Uint64 is an atomic.Uint64.
type Uint64 struct{ real atomic.Uint64 }

// Load reads it.
//
//go:norace
func (x *Uint64) Load() uint64 { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Uint64) Store(v uint64) { store(unsafe.Pointer(x)); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Uint64) Swap(v uint64) uint64 {
	g := update(unsafe.Pointer(x))
	old := x.real.Swap(v)
	same(g, old == v)
	return old
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Uint64) CompareAndSwap(old, new uint64) bool {
	g := update(unsafe.Pointer(x))
	return swapped(g, x.real.CompareAndSwap(old, new))
}

// Add adds to it and returns what it is now.
//
//go:norace
func (x *Uint64) Add(d uint64) uint64 { update(unsafe.Pointer(x)); return x.real.Add(d) }

// And clears the bits that are not in mask and returns what it was.
//
//go:norace
func (x *Uint64) And(mask uint64) uint64 {
	g := update(unsafe.Pointer(x))
	old := x.real.And(mask)
	same(g, old == old&mask)
	return old
}

// Or sets the bits in mask and returns what it was.
//
//go:norace
func (x *Uint64) Or(mask uint64) uint64 {
	g := update(unsafe.Pointer(x))
	old := x.real.Or(mask)
	same(g, old == old|mask)
	return old
}

// LoadUint64 reads *p.
//
//go:norace
func LoadUint64(p *uint64) uint64 { load(unsafe.Pointer(p)); return atomic.LoadUint64(p) }

// StoreUint64 writes *p.
//
//go:norace
func StoreUint64(p *uint64, v uint64) { store(unsafe.Pointer(p)); atomic.StoreUint64(p, v) }

// SwapUint64 writes *p and returns what it was.
//
//go:norace
func SwapUint64(p *uint64, v uint64) uint64 {
	g := update(unsafe.Pointer(p))
	old := atomic.SwapUint64(p, v)
	same(g, old == v)
	return old
}

// CompareAndSwapUint64 writes *p if it is old.
//
//go:norace
func CompareAndSwapUint64(p *uint64, old, new uint64) bool {
	g := update(unsafe.Pointer(p))
	return swapped(g, atomic.CompareAndSwapUint64(p, old, new))
}

// AddUint64 adds to *p and returns what it is now.
//
//go:norace
func AddUint64(p *uint64, d uint64) uint64 { update(unsafe.Pointer(p)); return atomic.AddUint64(p, d) }

// AndUint64 clears the bits of *p that are not in mask and returns what it was.
//
//go:norace
func AndUint64(p *uint64, mask uint64) uint64 {
	g := update(unsafe.Pointer(p))
	old := atomic.AndUint64(p, mask)
	same(g, old == old&mask)
	return old
}

// OrUint64 sets the bits of *p in mask and returns what it was.
//
//go:norace
func OrUint64(p *uint64, mask uint64) uint64 {
	g := update(unsafe.Pointer(p))
	old := atomic.OrUint64(p, mask)
	same(g, old == old|mask)
	return old
}

// Uintptr is an atomic.Uintptr.
type Uintptr struct{ real atomic.Uintptr }

// Load reads it.
//
//go:norace
func (x *Uintptr) Load() uintptr { load(unsafe.Pointer(x)); return x.real.Load() }

// Store writes it.
//
//go:norace
func (x *Uintptr) Store(v uintptr) { store(unsafe.Pointer(x)); x.real.Store(v) }

// Swap writes it and returns what it was.
//
//go:norace
func (x *Uintptr) Swap(v uintptr) uintptr {
	g := update(unsafe.Pointer(x))
	old := x.real.Swap(v)
	same(g, old == v)
	return old
}

// CompareAndSwap writes it if it is old.
//
//go:norace
func (x *Uintptr) CompareAndSwap(old, new uintptr) bool {
	g := update(unsafe.Pointer(x))
	return swapped(g, x.real.CompareAndSwap(old, new))
}

// Add adds to it and returns what it is now.
//
//go:norace
func (x *Uintptr) Add(d uintptr) uintptr { update(unsafe.Pointer(x)); return x.real.Add(d) }

// And clears the bits that are not in mask and returns what it was.
//
//go:norace
func (x *Uintptr) And(mask uintptr) uintptr {
	g := update(unsafe.Pointer(x))
	old := x.real.And(mask)
	same(g, old == old&mask)
	return old
}

// Or sets the bits in mask and returns what it was.
//
//go:norace
func (x *Uintptr) Or(mask uintptr) uintptr {
	g := update(unsafe.Pointer(x))
	old := x.real.Or(mask)
	same(g, old == old|mask)
	return old
}

// LoadUintptr reads *p.
//
//go:norace
func LoadUintptr(p *uintptr) uintptr { load(unsafe.Pointer(p)); return atomic.LoadUintptr(p) }

// StoreUintptr writes *p.
//
//go:norace
func StoreUintptr(p *uintptr, v uintptr) { store(unsafe.Pointer(p)); atomic.StoreUintptr(p, v) }

// SwapUintptr writes *p and returns what it was.
//
//go:norace
func SwapUintptr(p *uintptr, v uintptr) uintptr {
	g := update(unsafe.Pointer(p))
	old := atomic.SwapUintptr(p, v)
	same(g, old == v)
	return old
}

// CompareAndSwapUintptr writes *p if it is old.
//
//go:norace
func CompareAndSwapUintptr(p *uintptr, old, new uintptr) bool {
	g := update(unsafe.Pointer(p))
	return swapped(g, atomic.CompareAndSwapUintptr(p, old, new))
}

// AddUintptr adds to *p and returns what it is now.
//
//go:norace
func AddUintptr(p *uintptr, d uintptr) uintptr {
	update(unsafe.Pointer(p))
	return atomic.AddUintptr(p, d)
}

// AndUintptr clears the bits of *p that are not in mask and returns what it was.
//
//go:norace
func AndUintptr(p *uintptr, mask uintptr) uintptr {
	g := update(unsafe.Pointer(p))
	old := atomic.AndUintptr(p, mask)
	same(g, old == old&mask)
	return old
}

// OrUintptr sets the bits of *p in mask and returns what it was.
//
//go:norace
func OrUintptr(p *uintptr, mask uintptr) uintptr {
	g := update(unsafe.Pointer(p))
	old := atomic.OrUintptr(p, mask)
	same(g, old == old|mask)
	return old
}
