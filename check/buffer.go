package check

import (
	"github.com/ipccheck/ipccheck/check/internal/adapt"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/suite"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Buffer checks a buffer: unbounded, bounded, a circular queue, a mailbox. The
// constructor is called with each of the promise's capacities, many times. The
// test fails unless the verdict is pass.
//
// It tries sequences of operations one at a time; scenes, in which goroutines wait and
// one operation must wake them; concurrent runs under the real scheduler; and, where
// the code is built over the packages below check/sched or rewritten by ipccheck
// test, small groups of goroutines under every interleaving.
//
// A pass covers what was tried and no more: [verdict.Verdict] Coverage counts it, and
// Unchecked says which operations and promises nobody looked at. Concurrent runs may
// miss a fault that needs a rare interleaving.
func Buffer(t TB, build func(capacity int) Ops[int], p Promise, options ...Option) *verdict.Verdict {
	t.Helper()
	return reportSuite(t, runBuffer(t.Name(), build, p.named(t), options))
}

// RunBuffer is [Buffer] without a test: the verdict alone.
func RunBuffer(build func(capacity int) Ops[int], p Promise, options ...Option) *verdict.Verdict {
	return runBuffer("", build, p, options)
}

func runBuffer(test string, build func(capacity int) Ops[int], p Promise, options []Option) *verdict.Verdict {
	return p.run(test, options, func(s *suite.Suite) {
		s.Buffer(func(n int) harness.Object { return adapt.Buffer{Ops: p.ops(build(n))} }, p.terms)
	})
}

// ops are the operations, whose panics mean Closed where the promise says so.
func (p Promise) ops(o Ops[int]) adapt.Ops[int] {
	if p.SendAfterClose == Panics {
		return adapt.Panicking(adapt.Ops[int](o))
	}
	return adapt.Ops[int](o)
}

// Rendezvous checks a rendezvous: neither side gets past before the other has
// arrived. Two operations take effect together there, so no order of them is
// searched for: that a send and its receive overlap, and that nothing is lost,
// doubled or refused wrongly, is checked directly.
func Rendezvous(t TB, build func() Ops[int], p Promise, options ...Option) *verdict.Verdict {
	t.Helper()
	return reportSuite(t, runRendezvous(t.Name(), build, p.named(t), options))
}

// RunRendezvous is [Rendezvous] without a test: the verdict alone.
func RunRendezvous(build func() Ops[int], p Promise, options ...Option) *verdict.Verdict {
	return runRendezvous("", build, p, options)
}

func runRendezvous(test string, build func() Ops[int], p Promise, options []Option) *verdict.Verdict {
	p.Capacities, p.Capacity = []int{0}, Exact
	return runBuffer(test, func(int) Ops[int] { return build() }, p, options)
}
