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
