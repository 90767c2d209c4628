package check_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/impl/catalog"
)

// streamPromises are what streams are checked against: how much goes in at once, at
// which capacities.
func streamPromises() map[string]check.StreamPromise {
	deadlines := check.Promise{RefusalsCoverDeadlines: true}
	some := func(capacities ...int) check.Promise {
		return check.Promise{RefusalsCoverDeadlines: true, Capacities: capacities}
	}
	return map[string]check.StreamPromise{
		"everything at once": {Promise: deadlines, Atomic: 1 << 20},
		"a little at once":   {Promise: deadlines, Atomic: 4},
		"nothing at once":    {Promise: some(1, 3, 5)},
		"in blocks":          {Promise: some(8, 32), Atomic: 8, Block: 4},
	}
}

func checkStream(e catalog.Stream, p check.StreamPromise, options ...check.Option) *verdict.Verdict {
	return check.RunStream(func(n int) check.StreamOps {
		s := e.New(n, min(n, p.Atomic))
		return check.FromStream(s, s, implErrors)
	}, p, options...)
}

func TestEveryStreamKeepsItsPromise(t *testing.T) {
	for _, e := range catalog.Streams() {
		for name, p := range streamPromises() {
			t.Run(e.Name+", "+name, func(t *testing.T) {
				if _, race := record.Races(); race && name != "in blocks" {
					t.Skip("slow with the race detector")
				}
				if name == "a little at once" && !everySuite() {
					t.Skip("as everything at once, unless there is time")
				}
				for seed := range seeds(t) {
					v := checkStream(e, p, check.Seed(uint64(seed)))
					assert.Equal(t, verdict.Pass, v.Answer, "%v %v", v.Findings, v.Reason)
					assert.NotZero(t, v.Counts.Overlapping)
				}
			})
		}
	}
}
