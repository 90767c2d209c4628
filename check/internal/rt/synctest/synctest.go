// Package synctest stands in for testing/synctest. A controlled run is a bubble
// already: its time is virtual, and begins at the same moment.
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
	ours.Bubble(t, f)
}

// Settles has [Wait] wait until nobody else waits for time either.
var Settles bool

// Wait waits until every other goroutine waits for something, time included.
func Wait() {
	switch g := exec.Current(); {
	case g != nil && Settles:
		g.Settle()
		return
	case g != nil:
		g.Quiet()
		return
	}
	synctest.Wait()
}
