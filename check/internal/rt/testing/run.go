package testing

import "github.com/ipccheck/ipccheck/check/sched"

// Run is what the tests of one execution have in common.
type Run struct {
	T        *sched.T
	Wanted   func(name string) bool // nil: all subtests are
	Skipped  string                 // the test was skipped, and why
	Parallel bool                   // it may run beside others
	Awaits   bool                   // bubbles wait for what tests have started: see Bubble

	Attrs []Attr // what was noted with T.Attr, in order

	subtests []*state // in the order in which they began
}

// Attr is an attribute of a test.
type Attr struct{ Key, Value string }

// Subtest is what became of a subtest.
type Subtest struct {
	Name   string
	Action string // pass, fail or skip
}

// Subtests are those that have run. One that has not come to its end fails.
//
//go:norace
func (r *Run) Subtests() (out []Subtest) {
	for _, s := range r.subtests {
		action := "pass"
		switch {
		case s.failed || !s.over:
			action = "fail"
		case s.skipped:
			action = "skip"
		}
		out = append(out, Subtest{s.name, action})
	}
	return out
}
