package sync

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

// Once is a sync.Once.
type Once struct {
	done uint32
	mu   sync.Mutex
}

// Do calls f if nobody has yet, and returns when it has returned.
//
//go:norace
func (o *Once) Do(f func()) {
	h := (*exec.Handle)(unsafe.Pointer(o))
	switch g := exec.Current(); {
	case g == nil:
		o.outside(f)
	case g.OnceDo(h):
		defer g.OnceDone(h)
		f()
	}
}

// outside is Do outside of executions.
//
//go:norace
func (o *Once) outside(f func()) {
	if atomic.LoadUint32(&o.done) != 0 {
		return
	}
	if !o.mu.TryLock() {
		image.Wait()
		o.mu.Lock()
	}
	defer o.mu.Unlock()
	if o.done == 0 {
		defer atomic.StoreUint32(&o.done, 1)
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
