//go:build linux && amd64 && !race

package cprog

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// What a function does that is given what it locks is told where it is called, by the name that it
// has there. One that does more is not such a function.
func TestWrappersAreToldWhereTheyAreCalled(t *testing.T) {
	t.Parallel()
	v := explored(t, "wrapping.c", search.Options{})
	require.NotEmpty(t, v.Findings, v.Reason)
	trace := v.Findings[0].Trace
	var steps []string
	for _, s := range trace.Steps {
		steps = append(steps, s.Position+" "+s.Label)
	}
	assert.Equal(t, []string{"wrapping.c:39 Lock(left)", "wrapping.c:31 Lock(first)"}, steps)
	assert.Equal(t, []string{"3 threads are blocked forever: main waiting for T1 one to end; T1 one waiting for mutex first, held by T2 two; T2 two waiting for mutex left, held by T1 one"}, messages(v))
}
