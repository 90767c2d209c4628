//go:build linux

package rewrite

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
)

// A program that has used up its processor time is stopped, and is not run again.
func TestComputing(t *testing.T) {
	left := time.Millisecond
	r := Run{Config: wire.Config{Tests: []string{"TestA"}}, Args: []string{"-c", "while :; do :; done"}, Computing: &left}
	for _, want := range []string{
		"it was not run: before its tests begin the program computes too long",
		"it was not run: the program has computed too long before",
	} {
		var reasons []string
		require.NoError(t, (&Target{Binary: "/bin/sh"}).explore(context.Background(), r, func(res Result) { reasons = append(reasons, res.Verdict.Reason) }))
		assert.Equal(t, []string{want}, reasons)
	}
	assert.Less(t, left, time.Duration(0))
}
