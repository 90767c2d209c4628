//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Who leaves a wait early, and somebody else waiting, is found; that a program complains of
// the time is a premise.
func TestAlsoEarly(t *testing.T) {
	t.Parallel()
	explore := func(text string) Result {
		c := Config{AlsoEarly: true, NoRaces: true, Search: search.Options{Executions: 10_000, SignalAny: true, Leaks: search.LeaksWarn}}
		return Explore(context.Background(), program(t, text), text, c)
	}
	r := explore("early.c -DLEAVES")
	assert.Equal(t, "IPC001", codes(r.Verdict), r.Verdict.Reason)
	assert.True(t, r.Early)
	r = explore("early.c")
	assert.Equal(t, verdict.Pass, r.Verdict.Answer, r.Verdict.Reason)
	assert.Contains(t, r.Verdict.Assumes, verdict.Assumption{Premise: "nobody is so slow that the time of a wait is over before: the program complains then, assertion failed: ready (early.c:39) (-early shows it)"})
}
