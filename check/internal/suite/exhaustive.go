package suite

import (
	"context"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// The exhaustive part: where the code under test is controlled, that is rewritten by
// ipccheck test or built over the drop-ins below check/sched, small groups of processes
// are executed under every interleaving.
//
// Only the order in which operations take effect is explored. That one operation
// had returned before another process called the next is seen where it follows
// from that, and not tried out for itself.

// Bounds of the exhaustive part. A scope may take scopeLimit executions, and judgedLimit
// with the race detector if another process makes the others; once the part has made
// plenty, its further scopes get fewEach, and so does one that was too large for an object
// of another capacity.
const (
	scopeLimit  = 20_000
	judgedLimit = 5_000
	plenty      = 30_000
	fewEach     = 500
)

// mostExhaustive is the largest capacity that is explored besides the first.
const mostExhaustive = 2

// scopes counts what the exhaustive part has done.
type scopes struct {
	ended, failed int
	executions    uint64
	cut           map[string]int  // scopes that did not come to an end, by the reason
	large         map[string]bool // their names
}

// exhaustive executes small scopes under every interleaving, if the object is
// controlled.
func (s *Suite) exhaustive(subjects []subject) {
	why, building := s.uncontrolled(subjects[0])
	if why != "" {
		s.notExplored(why)
		return
	}
	ctx, cancel := s.exploring()
	defer cancel()
	done := scopes{cut: map[string]int{}, large: map[string]bool{}}
	for _, o := range subjects {
		size := o.contract.Terms().Capacity
		if size == model.NoLimit {
			size = o.n
		}
		if size > mostExhaustive && o.n != subjects[0].n {
			continue
		}
		for i, sc := range o.contract.Scopes() {
			switch {
			case s.again != nil && !s.again.scope(o.n, i) || s.failed >= maxFailed:
			case s.spun:
				s.unchecked("every interleaving of further scopes: an operation waits by spinning")
			default:
				s.explore(ctx, o, i, sc, building, &done)
			}
		}
	}
	switch {
	case s.again != nil:
		s.did("this one execution")
	case done.ended > 0:
		s.explored = true
		s.did("every interleaving of %d small scopes, in %d executions", done.ended, done.executions)
	case done.failed > 0:
		s.did("%d executions of small scopes, up to the first that fails", done.executions)
	case len(done.cut) == 0:
		s.notExplored("no small group of processes can use the operations that it has")
	default:
		s.notExplored("no scope came to its end")
	}
	for why, n := range done.cut {
		if s.again != nil {
			s.Inconclusive(why)
		}
		s.unchecked("every interleaving of %s: %s", words.Plural(n, "further scope", "further scopes"), why)
	}
	slices.Sort(s.verdict.Unchecked)
}

// notExplored says that no scope was explored to its end: nothing is known then of what
// the command is asked for that runs the test, unless another part has explored some.
func (s *Suite) notExplored(why string) {
	s.unchecked("every interleaving: %s", why)
	if exec.Suites != nil && !s.explored {
		s.Inconclusive("no interleaving of small scopes was explored: " + why)
	}
}

// explore explores a scope of an object, the i-th, which it takes so many steps to build.
func (s *Suite) explore(ctx context.Context, o subject, i int, sc contract.Scope, building int, done *scopes) {
	opt := search.Options{Executions: scopeLimit, Steps: 2 * building, Context: ctx}
	first := exec.Suites != nil && exec.Suites.First
	if first {
		opt.Executions = judgedLimit
	}
	if done.executions > plenty || done.large[sc.Name] {
		opt.Executions = fewEach
	}
	if s.again != nil {
		opt.Replay = s.again.choices
	}
	s.tell("%s, after %d scopes and %d executions: %s, %s", s.part, done.ended, done.executions, sc.Name, o.what)
	e := &scopeExecution{contract: o.contract, scope: sc}
	v := Scopes(s.Name, func(t *sched.T) { e.run(t, o.build) }, opt, e.judge)
	done.executions += v.Counts.Executions
	s.verdict.Counts.Executions += v.Counts.Executions
	for _, a := range v.Assumes {
		s.verdict.Assume(a)
	}
	switch v.Answer {
	case verdict.Fail:
		done.failed++
		s.failScope(e, v, fmt.Sprintf(" (%s, %s; execution %d)", sc.Name, capacity(o.n), v.Counts.Executions), o.n, i)
	case verdict.Pass:
		done.ended++
	default:
		why := v.Reason
		if s.again == nil && v.Counts.Executions >= opt.Executions {
			why = fmt.Sprintf("more than %d executions", opt.Executions)
			done.large[sc.Name] = true
			if first {
				exec.Suites.Unfinished = slow
			}
		}
		done.cut[why]++
	}
}

// failScope reports the execution of a scope that failed: scope i of the object of
// capacity n.
func (s *Suite) failScope(e *scopeExecution, v *verdict.Verdict, where string, n, i int) {
	first := v.Findings[0]
	s.spun = s.spun || first.Code == verdict.BusyWaiting
	first.Message += where
	if t := first.Trace; t != nil {
		t.Replay = s.replay(fmt.Sprintf("%d%s%d%s%s", n, separator, i, choicesFollow, t.Replay))
		e.tell(t, first.Accesses)
	}
	s.complain(e.contract, e.complaint)
	var by linear.Finding
	if len(e.found) > 0 {
		by = e.found[0]
	}
	if s.add(first, by) {
		s.failed++
	}
	for _, f := range e.found {
		also := first
		also.Code, also.Message, also.Trace = f.Code, f.Message+where, nil // the run is the same
		s.add(also, f)
	}
}
