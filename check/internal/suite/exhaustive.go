package suite

import (
	stdcontext "context"
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/judge"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/context"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// The exhaustive part: where the code under test is controlled, that is built
// over the drop-ins below check/sched, small groups of processes are executed
// under every interleaving.
//
// Only the order in which operations take effect is explored. That one operation
// had returned before another process called the next is seen where it follows
// from that, and not tried out for itself.

// Bounds of the exhaustive part. A scope may take scopeLimit executions; once the
// part has made plenty, its further scopes get fewEach.
const (
	scopeLimit = 20_000
	plenty     = 30_000
	fewEach    = 500
)

// mostExhaustive is the largest capacity that is explored besides the first.
const mostExhaustive = 2

// exhaustive executes small scopes under every interleaving, if the object is
// controlled.
func (s *Suite) exhaustive(subjects []subject) {
	if !AssumeControlled && !isControlled(subjects[0].build, subjects[0].contract) {
		s.unchecked("every interleaving: the code under test is not built over the drop-ins below check/sched")
		return
	}
	ended, cut, executions := 0, 0, uint64(0)
	for _, o := range subjects {
		if o.contract.Terms().Capacity > mostExhaustive && o.n != subjects[0].n {
			continue
		}
		for _, sc := range o.contract.Scopes() {
			if !s.goesOn() {
				return
			}
			limit := uint64(scopeLimit)
			if executions > plenty {
				limit = fewEach
			}
			e := &scopeExecution{contract: o.contract, scope: sc}
			v := Scopes(s.Name, func(t *sched.T) { e.run(t, o.build()) }, limit, e.judge)
			executions += v.Counts.Executions
			switch v.Answer {
			case verdict.Fail:
				s.failScope(e, v, fmt.Sprintf(" (%s, capacity %d; execution %d)", sc.Name, o.n, v.Counts.Executions))
			case verdict.Inconclusive:
				cut++
			default:
				ended++
			}
		}
	}
	s.did("every interleaving of %d small scopes, in %d executions", ended, executions)
	if cut > 0 {
		s.unchecked("all interleavings of %d further scopes, which have more than %d", cut, scopeLimit)
	}
}

// failScope reports the execution of a scope that failed.
func (s *Suite) failScope(e *scopeExecution, v *verdict.Verdict, where string) {
	first := v.Findings[0]
	trace := func() *verdict.Trace { return first.Trace }
	if s.add(first.Code, first.Message+where, trace) {
		s.failed++
	}
	for _, f := range e.found {
		s.add(f.Code, f.Message+where, trace)
	}
}

// scopeExecution is one execution of a scope.
type scopeExecution struct {
	contract contract.Contract
	scope    contract.Scope
	clock    *record.Clock
	logs     []*record.Log
	drained  bool // every process has returned, and what was left has been taken out
	found    []linear.Finding
}

// run executes the scope.
func (e *scopeExecution) run(t *sched.T, o harness.Object) {
	e.clock, e.drained, e.logs = new(record.Clock), false, e.logs[:0]
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i, p := range e.scope.Scripts {
		log := e.log()
		all.Add(1)
		t.Go(func() {
			defer all.Done()
			if p.Cancels {
				cancel()
			}
			for _, op := range p.Ops {
				op.Proc = i
				perform(o, log, ctx, op)
			}
		})
	}
	all.Wait()
	log := e.log()
	if !e.contract.Terms().Has(model.TryRecv) {
		return
	}
	for range mostLeft {
		if r := perform(o, log, ctx, model.Op{Kind: model.TryRecv, Proc: len(e.scope.Scripts)}); r.Status != model.OK {
			break
		}
	}
	e.drained = true
}

// mostLeft is more than is ever left at the end of a scope.
const mostLeft = 10

func (e *scopeExecution) log() *record.Log {
	log := record.NewLog(e.clock)
	e.logs = append(e.logs, log)
	return log
}

// perform performs an operation and records it. The clock of the logs orders nothing
// in the program.
func perform(o harness.Object, log *record.Log, ctx stdcontext.Context, op model.Op) (r model.Result) {
	if op.Kind != model.RecvContext && op.Kind != model.SendContext {
		ctx = nil
	}
	hidden(func() { log.Begin(op) })
	r = o.Perform(ctx, op)
	hidden(func() { log.End(r) })
	return r
}

// judge holds the execution that has just ended against the contract. ok is false if
// it has no opinion, and the code empty if the execution is right.
func (e *scopeExecution) judge(x Controlled) (code verdict.Code, message string, ok bool) {
	e.found = nil
	spins := e.contract.Terms().Spins
	switch {
	case x.Bound && !spins:
		return verdict.BusyWaiting, fmt.Sprintf("an operation keeps running where it must block: %d steps without an end", x.Steps), true
	case x.Stuck:
		return e.judgeStuck(x)
	case !x.Done:
		return "", "", false
	}
	h := record.Merge(record.Complete, e.logs...)
	e.found = judge.WithoutConsequences(e.contract.Faults(h, e.drained, e.scope.Item))
	if len(e.found) == 0 && e.contract.Terms().Capacity != 0 {
		e.found, _ = judge.Decide(e.contract, h, e.scope.Item)
	}
	switch {
	case len(e.found) > 0:
		return e.found[0].Code, e.found[0].Message, true
	case x.Spun && !spins:
		return verdict.BusyWaiting, "an operation waits by spinning", true
	}
	return "", "", false
}

// judgeStuck tells whether those who wait forever may, and whether that is a
// deadlock: it is if somebody waits for a lock that is never released, or if every
// wait is right by itself and the scope has items for all.
func (e *scopeExecution) judgeStuck(x Controlled) (code verdict.Code, message string, ok bool) {
	h := record.Merge(record.Stuck, e.logs...)
	e.found = judge.WithoutConsequences(e.contract.Faults(h, false, e.scope.Item))
	if len(e.found) == 0 {
		e.found, _ = judge.Decide(e.contract, h, e.scope.Item)
		if len(e.found) > 0 && e.found[0].Code == verdict.LostWakeup && x.Locked {
			e.found[0].Code = verdict.Deadlock
		}
	}
	pending := h.Pending()
	switch {
	case len(e.found) > 0:
		return e.found[0].Code, e.found[0].Message, true
	case len(pending) == 0:
		return "", "", false
	case e.scope.Open:
		return "", "", true
	}
	message = "nobody can go on:"
	for i, c := range pending {
		if i > 0 {
			message += ","
		}
		message += fmt.Sprintf(" %s waits in %v", e.processName(c), c.Kind)
	}
	return verdict.Deadlock, message, true
}

// processName is the name of the process that performs the operation.
func (e *scopeExecution) processName(c record.Call) string {
	if p := int(c.Proc); p < len(e.scope.Scripts) {
		return e.scope.Scripts[p].Name
	}
	return "afterwards"
}
