// Package synctest stands in for testing/synctest.
//
//ipccheck:standsfor testing/synctest
package synctest

import (
	"testing"
	"testing/synctest"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	ours "github.com/ipccheck/ipccheck/check/internal/rt/testing"
)

// Test calls f with a T of its own.
func Test(t *ours.T, f func(*ours.T)) {
	real := ours.Real(t)
	if real != nil {
		synctest.Test(real, func(t *testing.T) { f(ours.Native(t)) })
		return
	}
	if in, _ := exec.Current().InBubble(); in {
		panic("synctest.Run called from within a synctest bubble")
	}
	ours.Bubble(t, f)
}

// Settles has [Wait] wait until nobody else waits for time either.
var Settles bool

// Anywhere lets [Wait] be called outside of bubbles, where it waits for all others.
var Anywhere bool

// Wait waits until every other goroutine of the bubble waits for something, time
// included.
func Wait() {
	switch g := exec.Current(); {
	case g != nil && Settles:
		g.Settle()
		return
	case g != nil:
		switch in, waited := g.InBubble(); {
		case !in && !Anywhere:
			panic("goroutine is not in a bubble")
		case waited:
			panic("wait already in progress")
		}
		g.Quiet()
		return
	}
	synctest.Wait()
}
