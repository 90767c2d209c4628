package check_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// What errors mean without being listed: whatever passes a deadline on.
func TestDeadlinesNeedNotBeListed(t *testing.T) {
	for _, err := range []error{context.Canceled, context.DeadlineExceeded, os.ErrDeadlineExceeded, &fs.PathError{Op: "read", Path: "x", Err: os.ErrDeadlineExceeded}} {
		assert.Equal(t, check.Deadline, check.Errors{}.Status(fmt.Errorf("wrapped: %w", err)), "%v", err)
	}
}

// An error that has no meaning is reported with its type, its text and what it was
// compared with.
func TestAnUnknownErrorIsToldWithItsTypeAndText(t *testing.T) {
	v := check.RunBuffer(ringOf(badError), check.Promise{Name: "ring", Capacities: []int{1}})
	require.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, verdict.BrokenBoundary, v.Findings[0].Code)
	assert.Equal(t, `try_send returned an error of type *errors.errorString, "out of order", that matches none of `+
		`"full", "empty", "closed", context.Canceled, context.DeadlineExceeded and os.ErrDeadlineExceeded`, v.Findings[0].Message)
}
