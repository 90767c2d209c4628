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

// TB is what this package needs of a *testing.T. If it has a method Attr, as that has,
// the test gets attributes: [AttrVerdict], [AttrSeed], [AttrCoverage].
type TB interface {
	Helper()
	Name() string
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Attributes of a test, which go test -json shows.
const (
	AttrVerdict  = "ipccheck.verdict"  // pass, fail or inconclusive, and the codes of the findings
	AttrSeed     = "ipccheck.seed"     // of a suite, which repeats it as IPCCHECK_SEED
	AttrCoverage = "ipccheck.coverage" // what the verdict covers
)

var _ TB = (*testing.T)(nil)

// exclusive is held while something is checked: a suite sets GOMAXPROCS and looks at
// all goroutines of the process, and there is one controlled scheduler.
var exclusive sync.Mutex

// run makes a suite of the promise, runs its body and returns the verdict. The test is
// the one that reports it; "" if the caller looks at it.
func (p Promise) run(test string, options []Option, body func(s *suite.Suite)) *verdict.Verdict {
	suite.Escape()
	exclusive.Lock()
	defer exclusive.Unlock()
	if left := stuck.Load(); left != nil {
		return refuse(p.Name, "suite", "an exploration before this suite has not come to an end: "+*left)
	}
	if test != "" && !suite.Repeated(test) {
		return refuse(test, "suite", notRepeated)
	}
	c, err := configure(options)
	c.Name, c.Test, c.Capacities = p.Name, test, p.Capacities
	if len(c.Capacities) == 0 {
		c.Capacities = []int{1, 2, 3, 8}
	}
	p.Capacities = c.Capacities
	if invalid := p.invalid(); err == nil && invalid != nil {
		err = fmt.Errorf("the promise is not valid: %w", invalid)
	}
	s := suite.New(c)
	if err != nil {
		s.Inconclusive(err.Error())
	} else {
		body(s)
	}
	v := s.Finish()
	if test == "" {
		suite.Tell(v, true)
	}
	return v
}

// notRepeated is why nothing is said of a suite while another one is run again.
const notRepeated = "another suite is run again"

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
	return tell(t, v, again)
}

// tell reports a verdict through the test, with the commands that repeat it, and to the
// command that runs it.
func tell(t TB, v *verdict.Verdict, again []string) *verdict.Verdict {
	t.Helper()
	if v.Reason == notRepeated {
		return v
	}
	attribute(t, v)
	suite.Tell(v, false) // what its places are called the command knows better than this process
	report.ToTest(t, v, again)
	return v
}

// attribute gives the test its attributes, if it can have any.
func attribute(t TB, v *verdict.Verdict) {
	a, ok := t.(interface{ Attr(key, value string) })
	if !ok {
		return
	}
	answer := string(v.Answer)
	for _, f := range v.Findings {
		answer += " " + string(f.Code)
	}
	a.Attr(AttrVerdict, answer)
	if v.Seed != 0 {
		a.Attr(AttrSeed, fmt.Sprint(v.Seed))
	}
	a.Attr(AttrCoverage, strings.NewReplacer("\n", " ", "\r", " ").Replace(v.Coverage))
}

// testPattern is the argument of go test -run that selects the test alone.
func testPattern(t TB) string { return "^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$" }
