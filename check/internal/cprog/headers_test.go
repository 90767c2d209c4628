//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// What the headers of the C++ library do is told where the program calls them, and by the
// names that the program has; what one call races in is one race.
func TestHeadersAreNotShown(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"o": "mutex b, held by T2",
		"s": "a signal of cond ready",
		"r": "items is written at ",
		"d": "freed at headers.cc:51",
	} {
		v := Explore(context.Background(), program(t, "headers.cc"), "headers", Config{Args: []string{arg}, Search: search.Options{Executions: 100}}).Verdict
		said, races := "", map[string]bool{}
		for _, f := range v.Findings {
			said += f.Message + "\n"
			for _, s := range f.Trace.Steps {
				if s.Position != "" {
					assert.Regexp(t, `^headers\.cc:\d+$`, s.Position, "%s: %s", arg, s.Label)
				}
			}
			if f.Trace.Race == nil {
				continue
			}
			assert.False(t, races[f.Trace.Race.Variable], f.Trace.Race.Variable)
			races[f.Trace.Race.Variable] = true
			for _, a := range f.Trace.Race.Accesses {
				if f.Trace.Race.Variable == "items" {
					assert.Regexp(t, `^headers\.cc:\d+$`, a.Position)
				}
			}
		}
		require.NotEmpty(t, v.Findings, "%s: %s", arg, v.Reason)
		assert.Contains(t, said, want)
		assert.Equal(t, arg == "r", races["items"])
	}
}
