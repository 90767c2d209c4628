package suite

import (
	stdcontext "context"
	"fmt"
	"math"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/exec"
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

// scopeExecution is one execution of a scope.
type scopeExecution struct {
	contract contract.Contract
	scope    contract.Scope
	clock    *record.Clock
	logs     []*scopeLog // of the processes, and of what is done afterwards
	built    int         // events by when the object was there
	drained  bool        // every process has returned, and what was left has been taken out
	length   int         // that the object told before that
	tells    bool        // it told one
	left     int         // and after what was left had been taken out, if that was less
	found    []linear.Finding
	// complaint is what was found, for other contracts to judge.
	complaint judge.Complaint
}

// scopeLog records what one goroutine of a scope does.
type scopeLog struct {
	*record.Log
	goroutine int
	spans     []span // of its operations, in order
}

// span are the events of the execution while an operation was under way, by the number
// of the first one and of the first one after it; to is -1 if it has not returned.
type span struct {
	from, to int
	cancels  bool // it ends the contexts of the others
}

// run executes the scope.
func (e *scopeExecution) run(t *sched.T, build func() harness.Object) {
	e.clock, e.drained, e.tells, e.left, e.logs = new(record.Clock), false, false, 0, e.logs[:0]
	e.built = math.MaxInt
	o := build()
	e.built = events()
	ctx, cancel := context.WithCancel(context.Background())
	first := e.log()
	first.begins("main")
	for _, op := range e.scope.First {
		op.Proc = len(e.scope.Scripts) + 1
		perform(o, first, ctx, op)
	}
	var all sync.WaitGroup
	for i, p := range e.scope.Scripts {
		log := e.log()
		all.Add(1)
		t.Go(func() {
			defer all.Done()
			log.begins(p.Name)
			if p.Cancels {
				log.spans = append(log.spans, span{from: events(), cancels: true})
				cancel()
				log.spans[0].to = events()
			}
			for _, op := range p.Ops {
				op.Proc = i
				perform(o, log, ctx, op)
			}
		})
	}
	all.Wait()
	e.tearDown(o, ctx)
}

// tearDown takes out what is left, and closes the object if it can be: what its
// goroutines do then is to end. Those of an object that cannot be closed, or is not
// empty, stay.
func (e *scopeExecution) tearDown(o harness.Object, ctx stdcontext.Context) {
	t := e.contract.Terms()
	log := e.log()
	log.begins("main")
	op := func(k model.Kind) model.Op { return model.Op{Kind: k, Proc: len(e.scope.Scripts)} }
	do := func(k model.Kind) model.Result { return perform(o, log, ctx, op(k)) }
	sized, ok := o.(harness.Sized)
	if ok {
		e.idle()
		e.length, e.tells = sized.Len()
	}
	closed, closedRead := e.scope.Does(model.Close), e.scope.Does(model.CloseRead)
	switch receive := e.receives(); {
	case t.Has(model.TryRecv):
		e.drained = true
		for range mostLeft {
			if do(model.TryRecv).Status != model.OK && !(e.idle() && do(model.TryRecv).Status == model.OK) {
				break
			}
		}
		if e.tells && e.taken(e.history(record.Cut)) < e.length {
			e.left, _ = sized.Len()
		}
		if !closed && t.Has(model.Close) {
			closed = o.Perform(harness.Plain, op(model.Close)).Status == model.OK // what was taken out was all
		}
	case receive != 0 && t.Has(model.Close) && !closedRead:
		if !closed {
			closed = do(model.Close).Status == model.OK
		}
		if closed {
			for range mostLeft {
				if do(receive).Status != model.OK {
					e.drained = true
					break
				}
			}
		}
	}
	if t.Has(model.CloseRead) && !closedRead {
		o.Perform(harness.Plain, op(model.CloseRead))
	}
	if d, ok := o.(harness.Disposable); ok && d.Disposer() != nil {
		d.Disposer()()
	} else if g := exec.Current(); g != nil && !(closed && e.drained) {
		g.Disown()
	}
}

// receives is an operation that waits for an item, 0 if there is none.
func (e *scopeExecution) receives() model.Kind {
	for _, k := range []model.Kind{model.Recv, model.RecvContext} {
		if e.contract.Terms().Has(k) {
			return k
		}
	}
	return 0
}

// idle waits until the goroutines of the object wait, too, or have ended. It reports false
// if there never were any: then nothing changes by itself. (Whether one still lives is
// known only then: before, it may just have come to its end, or be about to.)
func (e *scopeExecution) idle() bool {
	g := exec.Current()
	if g == nil || g.Begot() <= len(e.scope.Scripts) {
		return false
	}
	g.Quiet()
	return true
}

// mostLeft is more than is ever left at the end of a scope.
const mostLeft = 10

func (e *scopeExecution) log() *scopeLog {
	log := &scopeLog{Log: record.NewLog(e.clock)}
	e.logs = append(e.logs, log)
	return log
}

// begins says that the calling goroutine has the log, and names it.
func (l *scopeLog) begins(name string) {
	if g := exec.Current(); g != nil {
		l.goroutine, g.Called = g.ID, name
	}
}

// history is what has been recorded.
func (e *scopeExecution) history(end record.End) record.History {
	logs := make([]*record.Log, len(e.logs))
	for i, l := range e.logs {
		logs[i] = l.Log
	}
	return record.Merge(end, logs...)
}

// events is how many there are in the execution under way.
func events() int {
	if g := exec.Current(); g != nil {
		return len(g.Exec().Events)
	}
	return 0
}

// perform performs an operation and records it. The clock of the logs orders nothing
// in the program.
func perform(o harness.Object, log *scopeLog, ctx stdcontext.Context, op model.Op) (r model.Result) {
	if op.Kind != model.RecvContext && op.Kind != model.SendContext {
		ctx = nil
	}
	log.spans = append(log.spans, span{from: events(), to: -1})
	hidden(func() { log.Begin(op) })
	r = o.Perform(ctx, op)
	hidden(func() { log.End(r) })
	log.spans[len(log.spans)-1].to = events()
	return r
}

// hidden calls f so that the controlled scheduler sees none of its operations.
func hidden(f func()) {
	exec.Hide()
	f()
	exec.Show()
}

// judge holds the execution that has just ended against the contract. ok is false if
// it has no opinion, and the code empty if the execution is right.
func (e *scopeExecution) judge(x Controlled) (code verdict.Code, message string, ok bool) {
	e.found, e.complaint = nil, judge.Complaint{Other: true}
	spins := e.contract.Terms().Spins
	switch {
	case x.Polls:
		return e.judgeStuck(x)
	case x.Bound && !spins && len(e.history(record.Cut).Pending()) > 0:
		return verdict.BusyWaiting, fmt.Sprintf("an operation keeps running where it must block: %d steps without an end", x.Steps), true
	case x.Stuck:
		return e.judgeStuck(x)
	case x.Unknown != "":
		return verdict.BrokenBoundary, "an operation returned " + string(x.Unknown), true
	case !x.Done:
		return "", "", false
	}
	h := e.history(record.Complete)
	e.complaint = judge.Complaint{History: h, Drained: e.drained}
	e.found = judge.NotLost(e.contract.Faults(h, e.drained, e.scope.Item), judge.Denied(e.contract.Terms(), e.left))
	e.found = judge.WithoutConsequences(e.found)
	if len(e.found) == 0 && judge.Decides(e.contract) {
		e.found, _ = judge.Decide(e.contract, h, e.scope.Item)
	}
	if len(e.found) == 0 {
		e.judgeLength(h)
	}
	switch {
	case len(e.found) > 0:
		return e.found[0].Code, e.found[0].Message, true
	case x.Spun && !spins:
		return verdict.BusyWaiting, "an operation waits by spinning", true
	}
	return "", "", false
}

// judgeLength compares the length that the object told when every process had returned
// with how much was left.
func (e *scopeExecution) judgeLength(h record.History) {
	t := e.contract.Terms()
	if !e.tells || !e.drained || t.Refusals == model.Spurious {
		return
	}
	if f, approximate := judge.Length(t, e.length, e.taken(h)); f.Code != "" {
		e.found, e.complaint.Length = []linear.Finding{f}, approximate
	}
}

// taken is how much was taken out when every process had returned.
func (e *scopeExecution) taken(h record.History) (held int) {
	for _, c := range h.Calls {
		if int(c.Proc) == len(e.scope.Scripts) && c.Kind.Receives() {
			held += e.contract.Amount(c)
		}
	}
	return held
}

// judgeStuck tells whether those who wait forever may, and whether that is a
// deadlock: it is if somebody waits for a lock that is never released, or if every
// wait is right by itself and the scope has items for all.
func (e *scopeExecution) judgeStuck(x Controlled) (code verdict.Code, message string, ok bool) {
	h := e.history(record.Stuck)
	e.complaint = judge.Complaint{History: h}
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
		message += fmt.Sprintf(" %s waits in %v", e.processName(int(c.Proc)), c.Kind)
	}
	return verdict.Deadlock, message, true
}

// processName is the name of a process: that of the scope, which begins it and tears down,
// or of one of its scripts.
func (e *scopeExecution) processName(p int) string {
	if p < len(e.scope.Scripts) {
		return e.scope.Scripts[p].Name
	}
	return "main"
}
