// Package sem is the counting semaphore (Dijkstra, Cooperating sequential
// processes, 1965): Acquire is P, Release is V.
//
// Progress: blocking and fair: a release hands its unit to whoever has waited
// longest, so nobody is passed over. The forms that do not wait take a mutex for
// a critical section of constant length. Refusals and deadlines: strict; an
// acquire whose context is done still goes on if there is a unit. Memory: one
// record for each goroutine that waits.
package sem

import (
	"context"
	"fmt"
	"sync"

	"github.com/ipccheck/ipccheck/impl/internal/waitlist"
)

// Semaphore is a counter that does not fall below zero. Make it with [New].
type Semaphore struct {
	mu      sync.Mutex
	units   int // 0 while anybody waits
	waiters waitlist.List[waiter, *waiter]
}

// waiter is a goroutine that waits for a unit.
type waiter struct {
	waitlist.Links[waiter]
	granted chan struct{} // holds a token once the unit is the waiter's
}

// New returns a semaphore with that many units. It panics if the number is
// negative.
func New(units int) *Semaphore {
	if units < 0 {
		panic(fmt.Sprintf("sem: %d units, expected 0 or more", units))
	}
	return &Semaphore{units: units}
}

// Acquire takes a unit. It waits while there is none.
func (s *Semaphore) Acquire() {
	s.mu.Lock()
	if s.units > 0 {
		s.units--
		s.mu.Unlock()
		return
	}
	w := s.enter()
	s.mu.Unlock()
	<-w.granted
}

// TryAcquire takes a unit, if there is one, and reports whether it did.
func (s *Semaphore) TryAcquire() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.units == 0 {
		return false
	}
	s.units--
	return true
}

// AcquireContext takes a unit. It waits while there is none, at most until the
// context is done; then it returns the context's error and has taken nothing.
func (s *Semaphore) AcquireContext(ctx context.Context) error {
	s.mu.Lock()
	if s.units > 0 {
		s.units--
		s.mu.Unlock()
		return nil
	}
	if err := ctx.Err(); err != nil {
		s.mu.Unlock()
		return err
	}
	w := s.enter()
	s.mu.Unlock()
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	waited := s.waiters.Remove(w)
	s.mu.Unlock()
	if waited {
		return ctx.Err()
	}
	// The unit came at the same time as the end of the wait. It counts:
	// otherwise it would have to be passed on.
	<-w.granted
	return nil
}

// Release gives a unit back. It never waits for one.
func (s *Semaphore) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.waiters.First()
	if w == nil {
		s.units++
		return
	}
	s.waiters.Remove(w)
	w.granted <- struct{}{}
}

// Units is the number of units that are free: a snapshot.
func (s *Semaphore) Units() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.units
}

// enter puts the caller at the end of the queue. The mutex is held.
func (s *Semaphore) enter() *waiter {
	w := &waiter{granted: make(chan struct{}, 1)}
	s.waiters.Append(w)
	return w
}
