package suite

import (
	"context"
	"errors"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// times bounds how long a suite takes. One that takes longer does not try as much as it
// would: a part that is under way ends after all, scenes and long executions are left out
// after half of that, and explorations end after explored.
type times struct{ all, explored time.Duration }

// usual is all under go test, and under a command of which each test may take usualBudget.
const (
	usual       = 14 * time.Second
	usualBudget = 20 // seconds
)

// times are multiplied by Runs. If two processes share the work, the first one with the
// race detector, both together take no longer than the budget.
func (s *Suite) times() times {
	all := usual * time.Duration(s.Runs)
	host := exec.Suites
	if host != nil && host.Seconds > 0 {
		all = time.Duration(float64(all) * host.Seconds / usualBudget)
	}
	switch {
	case host != nil && host.First && host.Unfinished != "":
		return times{all * 55 / 100, all * 35 / 100}
	case host != nil && host.First:
		return times{all, all * 35 / 100}
	case host != nil && host.Second:
		return times{all * 75 / 100, all * 45 / 100}
	}
	return times{all, all * 55 / 100}
}

// late reports whether so large a part of the time has gone by.
func (s *Suite) late(part float64) bool {
	return time.Since(s.begin) > time.Duration(part*float64(s.times().all))
}

// exploring ends when explorations should: under go test they have no bound but their
// numbers.
func (s *Suite) exploring() (context.Context, context.CancelFunc) {
	return exploring(time.Until(s.begin.Add(s.times().explored)))
}

// exploring ends after that time, if the command that runs the test sets a bound.
func exploring(d time.Duration) (context.Context, context.CancelFunc) {
	switch host := exec.Suites; {
	case host == nil:
		return context.Background(), func() {}
	case host.Seconds == 0:
		return host.Context, func() {}
	default:
		return context.WithTimeoutCause(host.Context, d, errors.New("the time is used up"))
	}
}
