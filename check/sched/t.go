package sched

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// T is what the body of an exploration gets, as a test gets a *testing.T: it
// starts goroutines that belong to the test, and takes its complaints. It is made
// anew for every execution.
type T struct{ outside prim.Report }

// report is what the execution under way says of itself.
//
//go:norace
func (t *T) report() *prim.Report {
	if g := exec.Current(); g != nil {
		return &g.Exec().Report
	}
	return &t.outside
}

// Go starts a goroutine that belongs to the test: the execution is over when it
// has ended, and if it never does that is a fault.
func (t *T) Go(f func()) {
	g := exec.Current()
	if g == nil {
		go f()
		return
	}
	g.Go(f).Join()
}

// Name is the name of the test.
//
//go:norace
func (t *T) Name() string { return t.report().Name }

// Helper does nothing.
//
//go:norace
func (t *T) Helper() {}

// Log notes its arguments for the report of this execution.
//
//go:norace
func (t *T) Log(args ...any) { t.report().Say(strings.TrimSuffix(fmt.Sprintln(args...), "\n")) }

// Logf is Log with a format.
//
//go:norace
func (t *T) Logf(format string, args ...any) { t.report().Say(fmt.Sprintf(format, args...)) }

// Error is Log and Fail.
//
//go:norace
func (t *T) Error(args ...any) { t.Log(args...); t.Fail() }

// Errorf is Logf and Fail.
//
//go:norace
func (t *T) Errorf(format string, args ...any) { t.Logf(format, args...); t.Fail() }

// Fatal is Log and FailNow.
//
//go:norace
func (t *T) Fatal(args ...any) { t.Log(args...); t.FailNow() }

// Fatalf is Logf and FailNow.
//
//go:norace
func (t *T) Fatalf(format string, args ...any) { t.Logf(format, args...); t.FailNow() }

// Fail makes the execution a failing one, which goes on. What deferred functions
// say of one that is over, and has left goroutines in the middle of what they did,
// does not count.
//
//go:norace
func (t *T) Fail() {
	if g := exec.Current(); g == nil || !g.Unwound() {
		t.report().Failed = true
	}
}

// FailNow makes the execution a failing one and ends it.
//
//go:norace
func (t *T) FailNow() {
	t.Fail()
	if g := exec.Current(); g != nil {
		g.Fail()
	}
	runtime.Goexit()
}

// Failed reports whether the execution is a failing one.
//
//go:norace
func (t *T) Failed() bool { return t.report().Failed }
