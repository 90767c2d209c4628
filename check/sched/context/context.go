// Package context stands in for the standard library's: the same names, under
// the scheduler in an exploration, and the real thing outside of one. The
// interfaces and errors are the standard library's own.
//
//ipccheck:standsfor context
package context

import (
	"context"
	"fmt"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	vtime "github.com/ipccheck/ipccheck/check/sched/time"
)

// What does not wait is the standard library's.
type (
	Context         = context.Context
	CancelFunc      = context.CancelFunc
	CancelCauseFunc = context.CancelCauseFunc
)

var (
	Canceled         = context.Canceled
	DeadlineExceeded = context.DeadlineExceeded
)

// Background is context.Background.
func Background() Context { return context.Background() }

// TODO is context.TODO.
func TODO() Context { return context.TODO() }

// WithValue is context.WithValue.
func WithValue(parent Context, key, val any) Context { return context.WithValue(parent, key, val) }

// WithoutCancel is context.WithoutCancel.
func WithoutCancel(parent Context) Context { return detached{context.WithoutCancel(parent)} }

// detached does not end with its parent.
type detached struct{ Context }

func (d detached) Value(k any) any {
	if k == (key{}) {
		return nil
	}
	return d.Context.Value(k)
}

// node is a context that can be cancelled.
type node struct {
	Context // the parent

	done     chan struct{}
	over     atomic.Value // an error, before done is closed
	deadline time.Time
	remove   func(waits bool) // from the parent

	mu         sync.Mutex
	err, cause error // nil: it is not done
	children   []*child
	timer      *vtime.Timer
}

// child is what ends with a context.
type child struct {
	end  func(err, cause error)
	over bool // it has ended before
}

// key finds the nearest node among a context's ancestors.
type key struct{}

func (n *node) Value(k any) any {
	if k == (key{}) {
		return n
	}
	return n.Context.Value(k)
}

func (n *node) Done() <-chan struct{} { return n.done }

// Err does not wait for those that derive from the context: they may not be done yet.
func (n *node) Err() error {
	err, _ := n.over.Load().(error)
	if err == nil {
		return nil
	}
	if exec.Current() == nil {
		<-n.done
	} else {
		exec.Recv(n.done)
	}
	return err
}

func (n *node) Deadline() (time.Time, bool) {
	if !n.deadline.IsZero() {
		return n.deadline, true
	}
	return n.Context.Deadline()
}

func (n *node) String() string { return fmt.Sprintf("%v.WithCancel", n.Context) }

// cancel ends the context and those that derive from it.
func (n *node) cancel(err, cause error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.err != nil {
		return
	}
	if cause == nil {
		cause = err
	}
	n.err, n.cause = err, cause
	n.over.Store(err)
	exec.Close(n.done)
	for _, c := range ordered(n.children) {
		c.end(err, cause)
	}
	n.children = nil
	if n.timer != nil {
		n.timer.Stop()
	}
}

// end is cancel, where it is not the parent that ends the context.
func (n *node) end(err, cause error) {
	n.cancel(err, cause)
	n.remove(false)
}

// ordered are children in an order in which they may end: the standard library keeps them in
// a map. Where chance is no part of the search, it does not matter which have ended before:
// to be taken out is no operation then.
func ordered(children []*child) []*child {
	var live, others []*child
	for _, c := range children {
		if c.live() {
			live = append(live, c)
		} else {
			others = append(others, c)
		}
	}
	order := world.PermutationOf(len(live), "the contexts", "the order in which a context ends those that derive from it: one of several")
	if order == nil {
		return children
	}
	out := make([]*child, 0, len(children))
	for _, i := range order {
		out = append(out, live[i])
	}
	return append(out, others...)
}

//go:norace
func (c *child) live() bool { return !c.over }

//go:norace
func (c *child) ends() { c.over = true }

// derive makes a context that ends with its parent.
func derive(parent Context) *node {
	if parent == nil {
		panic("cannot create context from nil parent")
	}
	n := &node{Context: parent, done: make(chan struct{})}
	n.remove = whenDone(parent, n.done, n.cancel)
	return n
}

// whenDone calls f once when the context is done, perhaps at once, unless over is
// closed before. What it returns says that f need not be called any more; if that waits,
// f is not.
func whenDone(parent Context, over chan struct{}, f func(err, cause error)) (remove func(waits bool)) {
	done := parent.Done()
	if done == nil {
		return func(bool) {}
	}
	p, ok := parent.Value(key{}).(*node)
	if !ok || p.done != done {
		// It is of a kind that we do not know.
		exec.Go(func() {
			if exec.Select(false, exec.RecvCase(done, nil, nil), exec.RecvCase(over, nil, nil)) == 0 {
				f(parent.Err(), Cause(parent))
			}
		})
		return func(bool) {}
	}
	p.mu.Lock()
	if p.err != nil {
		err, cause := p.err, p.cause
		p.mu.Unlock()
		f(err, cause)
		return func(bool) {}
	}
	live := true
	c := &child{end: func(err, cause error) {
		if live {
			f(err, cause)
		}
	}}
	p.children = append(p.children, c)
	p.mu.Unlock()
	return func(waits bool) {
		if waits || exec.Choosing {
			p.mu.Lock()
			defer p.mu.Unlock()
			live = !waits
		}
		c.ends()
	}
}

// WithCancel is context.WithCancel.
func WithCancel(parent Context) (Context, CancelFunc) {
	if exec.Current() == nil && !image.Early() {
		return context.WithCancel(parent)
	}
	n := derive(parent)
	return n, func() { n.end(Canceled, nil) }
}

// WithCancelCause is context.WithCancelCause.
func WithCancelCause(parent Context) (Context, CancelCauseFunc) {
	if exec.Current() == nil && !image.Early() {
		return context.WithCancelCause(parent)
	}
	n := derive(parent)
	return n, func(cause error) { n.end(Canceled, cause) }
}

// WithDeadline is context.WithDeadline.
func WithDeadline(parent Context, d time.Time) (Context, CancelFunc) {
	return WithDeadlineCause(parent, d, nil)
}

// WithDeadlineCause is context.WithDeadlineCause.
func WithDeadlineCause(parent Context, d time.Time, cause error) (Context, CancelFunc) {
	if exec.Current() == nil && !image.Early() {
		return context.WithDeadlineCause(parent, d, cause)
	}
	n := derive(parent)
	if old, ok := parent.Deadline(); !ok || !old.Before(d) {
		n.deadline = d
		if left := vtime.Until(d); left <= 0 {
			n.end(DeadlineExceeded, cause)
		} else {
			t := vtime.AfterFunc(left, func() { n.end(DeadlineExceeded, cause) })
			n.mu.Lock()
			if n.err == nil {
				n.timer = t
			} else {
				t.Stop()
			}
			n.mu.Unlock()
		}
	}
	return n, func() { n.end(Canceled, nil) }
}

// WithTimeout is context.WithTimeout.
func WithTimeout(parent Context, d time.Duration) (Context, CancelFunc) {
	return WithDeadlineCause(parent, vtime.Now().Add(d), nil)
}

// WithTimeoutCause is context.WithTimeoutCause.
func WithTimeoutCause(parent Context, d time.Duration, cause error) (Context, CancelFunc) {
	return WithDeadlineCause(parent, vtime.Now().Add(d), cause)
}

// AfterFunc is context.AfterFunc.
func AfterFunc(ctx Context, f func()) (stop func() bool) {
	if exec.Current() == nil && !image.Early() {
		return context.AfterFunc(ctx, f)
	}
	var mu sync.Mutex
	called, stopped := false, false
	over := make(chan struct{})
	remove := whenDone(ctx, over, func(error, error) {
		mu.Lock()
		run := !stopped && !called
		called = called || run
		mu.Unlock()
		if run {
			exec.Go(f)
		}
	})
	return func() bool {
		remove(true)
		mu.Lock()
		defer mu.Unlock()
		first := !called && !stopped
		stopped = true
		if first {
			exec.Close(over)
		}
		return first
	}
}

// Cause is context.Cause.
func Cause(c Context) error {
	n, ok := c.Value(key{}).(*node)
	if !ok {
		return context.Cause(c)
	}
	err := c.Err()
	if err == nil {
		return nil
	}
	n.mu.Lock()
	cause := n.cause
	n.mu.Unlock()
	if cause != nil {
		return cause
	}
	return err // it ended by another way
}
