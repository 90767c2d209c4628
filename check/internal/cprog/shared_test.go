//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// A private mapping of shared memory begins with what is in there, and is each process's own.
func TestPrivateMapping(t *testing.T) {
	t.Parallel()
	v := Explore(context.Background(), program(t, "private.c"), "private", Config{Search: search.Options{Executions: 100}}).Verdict
	assert.Equal(t, verdict.Pass, v.Answer, "%v %v", v.Reason, v.Findings)
}

// Who waits for what processes share is told what that is, by the name or the variable.
func TestSharedNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ waits, want string }{
		{"f", "main is blocked forever waiting for room in queue /jobs, which is full"},
		{"e", "main is blocked forever waiting for a message in queue /jobs, which is empty"},
		{"t", "main is blocked forever waiting for a message in queue orders of the type that is asked for"},
		{"s", "main is blocked forever waiting for a change of semaphore 1 of set"},
		{"z", "main is blocked forever waiting for a change of semaphore 1 of set to 0"},
		{"h", "main is blocked forever waiting for mutex a->lock#2, held by main"},
		{"a", "threads run forever and none makes progress: main waiting for a change of flags[1], spinning"},
		{"n", "main is blocked forever waiting for a unit of semaphore items"},
		{"m", "main is blocked forever waiting for a unit of semaphore b + 1"},
		{"l", "main is blocked forever waiting for a unit of semaphore items"},
	} {
		v := Explore(context.Background(), program(t, "named.c"), "named", Config{Args: []string{tt.waits}, Search: search.Options{Executions: 10}}).Verdict
		require.Len(t, v.Findings, 1, v.Reason)
		assert.Equal(t, tt.want, v.Findings[0].Message)
		if tt.waits == "l" {
			assert.Equal(t, "/buf+3", v.Findings[0].Trace.Objects[0].Name)
		}
	}
}

// Only those go on who wait for what has come, of several at one queue, or one set.
func TestOneOfSeveralGoesOn(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"replies.c", "replies.c -DSEMAPHORES"} {
		v := explored(t, text, search.Options{Executions: 10_000}) // half of it for this; 40,320 if all go on
		assert.Equal(t, verdict.Pass, v.Answer, "%s: %s %v", text, v.Reason, messages(v))
	}
}
