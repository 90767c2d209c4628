package child

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// The verdict on a test with suites is the worst of theirs, and none without one that
// says what it has looked at.
func TestVerdictsOfSuitesTogether(t *testing.T) {
	suite := func(a verdict.Answer) *verdict.Verdict { return &verdict.Verdict{Answer: a} }
	pass, fail, open := suite(verdict.Pass), suite(verdict.Fail), suite(verdict.Inconclusive)
	for _, c := range []struct {
		found  []*verdict.Verdict
		failed bool
		want   verdict.Answer
	}{
		{[]*verdict.Verdict{pass}, false, verdict.Pass},
		{[]*verdict.Verdict{pass, open}, true, verdict.Inconclusive},
		{[]*verdict.Verdict{pass, fail, open}, true, verdict.Fail},
		{[]*verdict.Verdict{pass}, true, verdict.Fail},
		{nil, true, verdict.Fail},
		{nil, false, verdict.Inconclusive},
	} {
		v := (&suiteTest{name: "t", found: c.found}).together(c.failed)
		assert.Equal(t, c.want, v.Answer, "%v %v", c.found, c.failed)
		assert.Equal(t, c.want == verdict.Pass, len(v.Assumes) > 0)
	}
}
