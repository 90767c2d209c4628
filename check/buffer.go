package check

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// TB is what a suite needs of a *testing.T.
type TB interface {
	Helper()
	Name() string
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
}

var _ TB = (*testing.T)(nil)

// Buffer checks a buffer: unbounded, bounded, a circular queue, a mailbox. The
// constructor is called with each of the promise's capacities, many times. The
// test fails unless the verdict is pass.
//
// A pass covers the sequences, scenes and concurrent runs that were made and no
// more: [verdict.Verdict] Coverage counts them, and Unchecked says which
// operations and promises nobody looked at. Concurrent runs are left to the real
// scheduler, so they may miss a fault that needs a rare interleaving.
func Buffer(t TB, build func(capacity int) Ops[int], p Promise, options ...Option) *verdict.Verdict {
	t.Helper()
	p.Name = nameOf(t, p)
	return tell(t, RunBuffer(build, p, options...))
}

// RunBuffer is [Buffer] without a test: the verdict alone.
func RunBuffer(build func(capacity int) Ops[int], p Promise, options ...Option) *verdict.Verdict {
	return p.run(options, func(s *suite, sizes []int) {
		if kinds, ok := s.operations(build, sizes[0], true); ok {
			s.buffer(build, kinds, sizes)
		}
	})
}

// run makes a suite of the promise, runs its body and returns the verdict.
func (p Promise) run(options []Option, body func(s *suite, capacities []int)) *verdict.Verdict {
	one.Lock()
	defer one.Unlock()
	c, err := configure(options)
	s := newSuite(p, c)
	if err != nil {
		s.inconclusive(err.Error())
		return s.finish()
	}
	sizes := p.Capacities
	if len(sizes) == 0 {
		sizes = []int{1, 2, 3, 8}
	}
	body(s, sizes)
	return s.finish()
}

// Rendezvous checks a rendezvous: neither side gets past before the other has
// arrived. Two operations take effect together there, so no order of them is
// searched for: that a send and its receive overlap, and that nothing is lost,
// doubled or refused wrongly, is checked directly.
func Rendezvous(t TB, build func() Ops[int], p Promise, options ...Option) *verdict.Verdict {
	t.Helper()
	p.Name = nameOf(t, p)
	return tell(t, RunRendezvous(build, p, options...))
}

// RunRendezvous is [Rendezvous] without a test: the verdict alone.
func RunRendezvous(build func() Ops[int], p Promise, options ...Option) *verdict.Verdict {
	p.Capacities, p.Capacity = []int{0}, Exact
	return RunBuffer(func(int) Ops[int] { return build() }, p, options...)
}

func nameOf(t TB, p Promise) string {
	if p.Name != "" {
		return p.Name
	}
	return t.Name()
}

// buffering is what the object built with n promises.
func (s *suite) buffering(n int, kinds []model.Kind) buffering {
	return buffering{
		spec: s.promise.spec(n), kinds: kinds, capacity: s.promise.holds(n), order: s.promise.Order,
		refusals: s.promise.Refusals, deadlines: s.promise.deadlines(),
		spins: s.promise.Spins, closeAlone: s.promise.CloseAlone,
	}
}

// most is the number of producers, or of consumers, in the largest runs.
func (s *suite) most(producers bool) int {
	n := s.promise.Consumers
	if producers {
		n = s.promise.Producers
	}
	if n == 0 {
		return most
	}
	return n
}

const most = 4

// partsEnv restricts the suites to one part, for the project's own tests.
const partsEnv = "IPCCHECK_TEST_PART"

// buffer runs all parts on objects of all sizes.
func (s *suite) buffer(build func(int) Ops[int], kinds []model.Kind, sizes []int) {
	producers, consumers := s.most(true), s.most(false)
	of := func(n int) (func() object, buffering, string) {
		return func() object { return buffer{build(n)} }, s.buffering(n, kinds), fmt.Sprintf("capacity %d", n)
	}
	only := os.Getenv(partsEnv)
	exhaustive := func() {
		s.exhaustive(func(n int) object { return buffer{build(n)} }, func(n int) buffering { return s.buffering(n, kinds) }, sizes, producers, consumers)
	}
	if only == "exhaustive" && s.start(only) {
		exhaustive()
		return
	}
	if s.start("sequential") {
		for _, n := range sizes {
			build, b, what := of(n)
			s.sequential(build, b, min(producers, consumers, 2), 30*s.runs, what)
		}
		s.did("%d sequences of operations one at a time", s.covered["sequences"])
	}
	if s.start("waking") {
		for _, n := range sizes {
			build, b, what := of(n)
			s.waking(build, b, producers, consumers, what)
		}
		s.did("%d scenes of processes that wait", s.covered["scenes"])
	}
	if s.start("concurrent") {
		for _, n := range sizes {
			build, b, what := of(n)
			s.concurrent(build, b, producers, consumers, what)
		}
		s.coveredRuns()
	}
	// What hangs under the real scheduler would hang the controlled one, unless
	// it is controlled itself.
	if s.hung == 0 && s.start("exhaustive") {
		exhaustive()
	}
}

// operations finds out what the object can do. Sized objects tell how many items
// they hold.
func (s *suite) operations(build func(int) Ops[int], n int, sized bool) ([]model.Kind, bool) {
	r, end := newRun(func() object { return buffer{build(n)} }, s.patience)
	s.part = "construction"
	for _, c := range r.crashes() {
		f := c.finding()
		f.message = fmt.Sprintf("the constructor panicked when called with %d: %v", n, c.value)
		s.report(r, r.history(end), fmt.Sprintf("capacity %d", n), []finding{f}, nil)
		return nil, false
	}
	if end != record.Complete {
		s.report(r, r.history(end), fmt.Sprintf("capacity %d", n), []finding{{code: verdict.Deadlock, message: fmt.Sprintf("the constructor does not return when called with %d", n)}}, nil)
		return nil, false
	}
	o := r.object.(buffer)
	var kinds []model.Kind
	var lacks []string
	for _, k := range []model.Kind{model.Send, model.Recv, model.TrySend, model.TryRecv, model.SendContext, model.RecvContext, model.Close} {
		if o.has(k) {
			kinds = append(kinds, k)
		} else {
			lacks = append(lacks, k.String())
		}
	}
	if sized && o.Len == nil {
		lacks = append(lacks, "len")
	}
	if sized && o.Cap == nil {
		lacks = append(lacks, "cap")
	}
	if o.Close == nil {
		s.unchecked("goroutines left behind: it cannot be closed")
	}
	if len(lacks) > 0 {
		s.unchecked("operations it does not have: %s", strings.Join(lacks, ", "))
	}
	if !slices.ContainsFunc(kinds, model.Kind.Sends) || !slices.ContainsFunc(kinds, model.Kind.Receives) {
		s.inconclusive("it needs at least one operation that sends and one that receives")
		return nil, false
	}
	if n := s.promise.Producers; n > 0 {
		s.unchecked("more than %s at a time, which it does not promise", plural(n, "producer", "producers"))
	}
	if n := s.promise.Consumers; n > 0 {
		s.unchecked("more than %s at a time, which it does not promise", plural(n, "consumer", "consumers"))
	}
	return kinds, true
}

// did adds to what the verdict covers.
func (s *suite) did(format string, args ...any) {
	s.done = append(s.done, fmt.Sprintf(format, args...))
}
