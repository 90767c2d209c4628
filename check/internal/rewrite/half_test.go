package rewrite

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// What passes with the race detector, and could not be run without it though there is
// more to it, is no pass; a failure stays one.
func TestHalfAVerdictIsNoPass(t *testing.T) {
	v := &verdict.Verdict{Answer: verdict.Pass}
	half(v, "q.go:3: undefined: size")
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Contains(t, v.Reason, "could not be run without: q.go:3: undefined: size")
	assert.Equal(t, []string{v.Reason}, v.Unchecked)

	v = &verdict.Verdict{Answer: verdict.Fail}
	half(v, "it ended before")
	assert.Equal(t, &verdict.Verdict{Answer: verdict.Fail}, v)
}
