// Package relay hands the panic of a goroutine to the one that waits for it. A panic that
// nobody recovers from ends the process, with a status and a text that are not those of
// the command.
package relay

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Panic is what a function has panicked with.
type Panic struct {
	Value any
	Stack []byte // of the goroutine, at the panic
}

// String is the value, as it is printed.
func (p *Panic) String() string { return fmt.Sprint(p.Value) }

// Call calls f. The result is what f panics with, nil if it does not.
func Call(f func()) (p *Panic) {
	defer func() {
		if r := recover(); r != nil {
			p = Caught(r)
		}
	}()
	f()
	return nil
}

// Caught is a panic that a deferred function has recovered from: one that was handed on
// is as it was.
func Caught(r any) *Panic {
	if p, ok := r.(*Panic); ok {
		return p
	}
	return &Panic{Value: r, Stack: debug.Stack()}
}

// Group is a [sync.WaitGroup] whose Wait panics if one of its goroutines has.
type Group struct {
	all   sync.WaitGroup
	first atomic.Pointer[Panic]
}

// Go calls f in a goroutine of its own.
func (g *Group) Go(f func()) {
	g.all.Go(func() {
		if p := Call(f); p != nil {
			g.first.CompareAndSwap(nil, p)
		}
	})
}

// Wait waits until all of them have returned. If one has panicked it panics, with a
// [*Panic].
func (g *Group) Wait() {
	g.all.Wait()
	if p := g.first.Load(); p != nil {
		panic(p)
	}
}
