// Package park lets goroutines wait for a condition of a lock-free object: they
// try a few times, then sleep until somebody who changed the object wakes them.
//
// It is an event count in the sense of Reed and Kanodia (1979), without the
// count: a sleeper makes itself known before it looks at the object for the last
// time, and a waker changes the object before it looks for sleepers. One of the
// two sees the other.
package park

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/waitlist"
)

// spins is how often a waiter yields the processor before it sleeps.
const spins = 4

// Lot is a set of goroutines that sleep, first come, first woken. The zero value
// is ready to use.
type Lot struct {
	n        atomic.Int32 // sleepers in the list
	mu       sync.Mutex
	sleepers waitlist.List[sleeper, *sleeper]
}

type sleeper struct {
	waitlist.Links[sleeper]
	wake chan struct{} // holds the token of whoever took the sleeper out of the list
}

// Wait returns nil when try has returned true, which it calls again after every
// wake-up. If the context is done first it returns its error;
// try goes before a context that is done.
//
// A goroutine that was woken and then succeeded wakes the next one, and so does
// one that was woken and leaves. The first rule is for objects with weak
// refusals: there one change may let several go on.
func (l *Lot) Wait(ctx context.Context, try func() bool) error {
	for range spins {
		if try() {
			return nil
		}
		runtime.Gosched()
	}
	done := ctx.Done()
	s := &sleeper{wake: make(chan struct{}, 1)}
	for {
		l.enter(s)
		if try() {
			l.leave(s)
			return nil
		}
		select {
		case <-s.wake:
			if try() {
				l.Wake()
				return nil
			}
		case <-done:
			ok := try()
			l.leave(s)
			if ok {
				return nil
			}
			return ctx.Err()
		}
	}
}

// Send repeats the attempt to send the item, and waits in the lot while that returns
// [impl.ErrFull], at most until the context is done; then it returns the context's
// error. An attempt that succeeds goes before a context that is done.
func Send[T any](ctx context.Context, lot *Lot, attempt func(T) error, v T) (err error) {
	late := lot.Wait(ctx, func() bool {
		err = attempt(v)
		return err != impl.ErrFull
	})
	if late != nil {
		return late
	}
	return err
}

// Recv repeats the attempt to receive an item, and waits in the lot while that returns
// [impl.ErrEmpty], as [Send] does.
func Recv[T any](ctx context.Context, lot *Lot, attempt func() (T, error)) (v T, err error) {
	late := lot.Wait(ctx, func() bool {
		v, err = attempt()
		return err != impl.ErrEmpty
	})
	if late != nil {
		return v, late
	}
	return v, err
}

// Wake wakes one sleeper, if there is any. It costs one atomic load if not.
func (l *Lot) Wake() {
	if l.n.Load() == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.sleepers.First(); s != nil {
		l.remove(s)
		s.wake <- struct{}{}
	}
}

// WakeAll wakes all sleepers.
func (l *Lot) WakeAll() {
	if l.n.Load() == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := l.sleepers.First(); s != nil; s = l.sleepers.First() {
		l.remove(s)
		s.wake <- struct{}{}
	}
}

func (l *Lot) enter(s *sleeper) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sleepers.Append(s)
	l.n.Add(1)
}

// leave takes the sleeper out. If it was woken meanwhile it wakes another in its
// place.
func (l *Lot) leave(s *sleeper) {
	l.mu.Lock()
	listed := l.remove(s)
	l.mu.Unlock()
	if !listed {
		<-s.wake // put there while the lock was held
		l.Wake()
	}
}

// remove takes the sleeper out of the list, if it is there. The lock is held.
func (l *Lot) remove(s *sleeper) bool {
	if !l.sleepers.Remove(s) {
		return false
	}
	l.n.Add(-1)
	return true
}
