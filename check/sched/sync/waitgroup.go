package sync

import (
	"sync"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

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

// Go calls f in a goroutine that the counter counts until f ends otherwise than by a panic.
func (w *WaitGroup) Go(f func()) {
	w.Add(1)
	exec.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				panic(r)
			}
			w.Done()
		}()
		f()
	})
}
