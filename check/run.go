package check

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/suite"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// TB is what this package needs of a *testing.T.
type TB interface {
	Helper()
	Name() string
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
}

var _ TB = (*testing.T)(nil)

// exclusive is held while something is checked: a suite sets GOMAXPROCS and looks at
// all goroutines of the process, and there is one controlled scheduler.
var exclusive sync.Mutex

// run makes a suite of the promise, runs its body and returns the verdict.
func (p Promise) run(options []Option, body func(s *suite.Suite)) *verdict.Verdict {
	suite.Escape()
	exclusive.Lock()
	defer exclusive.Unlock()
	c, err := configure(options)
	c.Name, c.Capacities = p.Name, p.Capacities
	if len(c.Capacities) == 0 {
		c.Capacities = []int{1, 2, 3, 8}
	}
	s := suite.New(c)
	if err != nil {
		s.Inconclusive(err.Error())
	} else {
		body(s)
	}
	return s.Finish()
}

// named is the promise with the name of the test, if it has none.
func (p Promise) named(t TB) Promise {
	if p.Name == "" {
		p.Name = t.Name()
	}
	return p
}

// reportSuite reports the verdict of a suite through the test.
func reportSuite(t TB, v *verdict.Verdict) *verdict.Verdict {
	t.Helper()
	var again []string
	if v.Answer != verdict.Pass {
		again = append(again, fmt.Sprintf("IPCCHECK_SEED=%d go test -run '%s'", v.Seed, testPattern(t)))
	}
	report.ToTest(t, v, again)
	suite.Tell(v)
	return v
}

// testPattern is the argument of go test -run that selects the test alone.
func testPattern(t TB) string { return "^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$" }
