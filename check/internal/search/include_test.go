package search

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// What a verdict that fails covers are the executions before, too.
func TestIncludeCountsInCoverage(t *testing.T) {
	v := &verdict.Verdict{Answer: verdict.Fail, Counts: verdict.Counts{Executions: 1}, Coverage: "1 execution, up to the first that fails"}
	Include(v, 500)
	assert.Equal(t, "501 executions, up to the first that fails", v.Coverage)
	v = &verdict.Verdict{Answer: verdict.Pass, Counts: verdict.Counts{Executions: 1}, Coverage: "every interleaving"}
	Include(v, 500)
	assert.Equal(t, "every interleaving", v.Coverage)
}
