//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// A child that crashes ends, with what it has, and nobody else does; that it crashes is a
// fault all the same.
func TestCrashOfAChild(t *testing.T) {
	t.Parallel()
	p := program(t, "crash.c")
	for i, want := range []struct {
		signal  int
		message string
	}{
		{11, "child 1 crashes at crash.c:30: segmentation fault: a null pointer is followed"},
		{6, "child 1 crashes at crash.c:32: abort"},
		{6, "assertion failed: zero (crash.c:34), in child 1"},
		{8, "child 1 crashes at crash.c:36: division by zero, or another arithmetic error"},
		{11, "child 1 crashes at crash.c:15: stack overflow"},
		{11, "T2 dies of child 1 crashes at crash.c:21: segmentation fault: a null pointer is followed"},
	} {
		config := Config{Args: []string{fmt.Sprint(i + 1)}, Search: search.Options{Executions: 1000}}
		v := Explore(context.Background(), p, "crash", config).Verdict
		if assert.Equal(t, verdict.Fail, v.Answer, "%d: %s", i+1, v.Reason) {
			assert.Equal(t, want.message, v.Findings[0].Message)
		}
		printed := map[string]bool{}
		config.Outcome = func(_, output string) { printed[output] = true }
		Explore(context.Background(), p, "crash", config)
		assert.Equal(t, map[string]bool{fmt.Sprintln(want.signal): true}, printed, "%d", i+1)
	}
}

// A local variable is gone when its function has returned, or its thread has ended: who uses
// it then, or is not kept from it, crashes.
func TestLocals(t *testing.T) {
	t.Parallel()
	p := program(t, "locals.c")
	for i, want := range []string{
		"T1 writes crashes at locals.c:14: write to a local variable of a function that may have returned: nothing orders the two",
		"T1 writes_late crashes at locals.c:21: write to a local variable of a function that has returned",
		"main crashes at locals.c:74: read of a local variable of a thread that has ended",
		"main crashes at locals.c:79: write to a local variable of a thread that has ended",
		"", "",
	} {
		config := Config{Args: []string{fmt.Sprint(i + 1)}, Search: search.Options{Executions: 1000}}
		v := Explore(context.Background(), p, "locals", config).Verdict
		if want == "" {
			assert.Equal(t, verdict.Pass, v.Answer, "%d: %s %v", i+1, v.Reason, messages(v))
		} else {
			assert.Contains(t, messages(v), want, "%d: %s", i+1, v.Reason)
		}
	}
}
