//go:build linux && amd64 && !race

package cprog

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// The ways in which executions end are counted, and each is met again by its replay: also
// where data races show up only behind the first execution that fails.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	all, dead := traces(2, 2, 1, 1, true, true)
	for _, tt := range []struct {
		program string
		want    []uint64 // executions that fail, and that do not
	}{
		{"buffer.c -DP=2 -DC=2 -DN=1 -DONE", []uint64{dead, all - dead}},
		{"ring.c -DP=2 -DN=1", []uint64{36, 24, 84}},
		{"first.c", []uint64{1, 1}},
		{"sigma.c", []uint64{96, 23, 1}},
	} {
		v := explored(t, tt.program, search.Options{SignalAny: true, Executions: 10_000, Further: 10_000})
		assert.True(t, v.AllOutcomes, tt.program)
		var counts []uint64
		for _, o := range v.Outcomes {
			counts = append(counts, o.Executions)
			again := explored(t, tt.program, search.Options{SignalAny: true, Replay: o.Replay})
			if o.Answer == verdict.Pass {
				assert.NotContains(t, codes(again), v.Findings[0].Code, "%s: %s", tt.program, o.Replay)
				continue
			}
			assert.Contains(t, codes(again), o.Code, "%s: %s", tt.program, o.Replay)
		}
		assert.Equal(t, tt.want, counts, tt.program)
	}
}
