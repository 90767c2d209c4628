package check

import (
	stdcontext "context"
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/search"
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

// scopeLimit is how many executions a scope may take.
const scopeLimit = 20_000

// exploreScope explores a scope, assumeControlled takes every object for one that
// is controlled; tests change them.
var (
	exploreScope     = search.Explore
	assumeControlled = false
)

// plenty is how many executions a part may make before its further scopes get only
// a few each.
const (
	plenty  = 30_000
	fewEach = 500
)

// stepLimit is how many steps an execution may take: far more than one in which
// nobody waits by spinning.
const stepLimit = 600

// scope is a small group of processes, each with the operations that it
// performs.
type scope struct {
	name  string
	procs []script
	// open: somebody may wait for ever, for there need not be items for all.
	open bool
}

// script is what one process does.
type script struct {
	name string
	ops  []model.Op // their values are filled in
	// cancels: the process ends the contexts of the deadline forms.
	cancels bool
}

// controlled reports whether operations of the object are seen by the controlled
// scheduler.
func controlled(build func() object, b buffering) bool {
	seen := false
	search.Explore("probe", func(t *sched.T) {
		o := build()
		g := exec.Current()
		before := g.Seq
		for _, k := range []model.Kind{model.TryRecv, model.TrySend, model.Close, model.Send} {
			if b.has(k) && (k != model.Send || b.capacity != 0) {
				op := model.Op{Kind: k, Value: 1}
				if b.streams() {
					op.Value = model.Piece("\x01")
				}
				o.perform(plain, op)
				break
			}
		}
		seen = g.Seq > before
	}, search.Options{Executions: 1})
	return seen
}

// scopes are the groups for an object with these operations.
func scopes(b buffering, producers, consumers int) (out []scope) {
	times := func(k model.Kind, n int) []model.Op {
		ops := make([]model.Op, n)
		for i := range ops {
			ops[i].Kind = k
		}
		return ops
	}
	group := func(send, recv model.Kind, p, c, items int) scope {
		s := scope{name: fmt.Sprintf("%d × %v, %d × %v", p, send, c, recv)}
		for i := range p {
			s.procs = append(s.procs, script{name: fmt.Sprintf("producer %d", i+1), ops: times(send, items)})
		}
		for i := range c {
			s.procs = append(s.procs, script{name: fmt.Sprintf("consumer %d", i+1), ops: times(recv, p*items/c)})
		}
		return s
	}
	for _, d := range [][3]int{{1, 1, 2}, {1, 1, 3}, {2, 1, 1}, {1, 2, 2}, {2, 2, 1}, {2, 1, 2}} {
		p, c, items := d[0], d[1], d[2]
		if p > producers || c > consumers {
			continue
		}
		if b.has(model.Send) && b.has(model.Recv) {
			out = append(out, group(model.Send, model.Recv, p, c, items))
		}
		if b.has(model.TrySend) && b.has(model.TryRecv) && p*items < 4 {
			out = append(out, group(model.TrySend, model.TryRecv, p, c, items))
		}
	}
	if b.has(model.Recv) && b.has(model.Close) {
		for c := 1; c <= min(2, consumers); c++ {
			s := group(model.Send, model.Recv, 0, c, 0)
			s.name = fmt.Sprintf("%d × recv, close", c)
			for i := range s.procs {
				s.procs[i].ops = calls(model.Recv)
			}
			s.procs = append(s.procs, script{name: "closer", ops: calls(model.Close)})
			out = append(out, s)
		}
	}
	if b.has(model.Close) && !b.closeAlone && b.has(model.TrySend) && b.has(model.TryRecv) {
		out = append(out, scope{name: "2 × try_send, close, try_recv", procs: []script{
			{name: "producer 1", ops: calls(model.TrySend, model.TrySend)},
			{name: "closer", ops: calls(model.Close, model.TrySend)},
			{name: "consumer 1", ops: calls(model.TryRecv)},
		}})
	}
	if b.has(model.Close) && !b.closeAlone && b.has(model.Send) && b.has(model.Recv) {
		out = append(out, scope{name: "2 × send, close, recv", open: true, procs: []script{
			{name: "producer 1", ops: calls(model.Send, model.Send)},
			{name: "closer", ops: calls(model.Close)},
			{name: "consumer 1", ops: calls(model.Recv)},
		}})
	}
	if b.has(model.SendContext) && b.has(model.TryRecv) {
		out = append(out, scope{name: "2 × send_until cancelled, 2 × try_recv", procs: []script{
			{name: "producer 1", ops: calls(model.SendContext, model.SendContext)},
			{name: "consumer 1", ops: calls(model.TryRecv, model.TryRecv)},
			{name: "canceller", cancels: true},
		}})
	}
	if b.has(model.TrySend) && b.has(model.TryRecv) && b.capacity == 2 && producers > 1 {
		out = append(out, scope{name: "try_send, 3 × try_send, try_recv", procs: []script{
			{name: "producer 1", ops: calls(model.TrySend)},
			{name: "producer 2", ops: calls(model.TrySend, model.TrySend, model.TrySend)},
			{name: "consumer 1", ops: calls(model.TryRecv)},
		}})
	}
	if b.has(model.RecvContext) && b.has(model.Recv) && b.has(model.TrySend) && consumers > 1 {
		out = append(out, scope{name: "recv_until cancelled, recv, try_send", open: true, procs: []script{
			{name: "consumer 1", ops: calls(model.RecvContext)},
			{name: "consumer 2", ops: calls(model.Recv)},
			{name: "producer 1", ops: calls(model.TrySend, model.TrySend)},
			{name: "canceller", cancels: true},
		}})
	}
	return out
}

// calls are operations of these kinds.
func calls(kinds ...model.Kind) []model.Op {
	ops := make([]model.Op, len(kinds))
	for i, k := range kinds {
		ops[i].Kind = k
	}
	return ops
}

// episode is one execution of a scope.
type episode struct {
	s     *suite
	b     buffering
	scope scope
	clock *record.Clock
	logs  []*record.Log
	done  bool // everybody has returned, and what was left has been taken out
	found []finding
}

func (e *episode) name(v int64) string {
	if e.b.streams() {
		return pieceName(v, func(p int) string {
			if p < len(e.scope.procs) {
				return e.scope.procs[p].name
			}
			return ""
		})
	}
	p := int(v-1) / 10
	return fmt.Sprintf("item %d of %s", (v-1)%10+1, e.scope.procs[p].name)
}

// body is one execution.
func (e *episode) body(build func() object) search.Body {
	return func(t *sched.T) {
		e.clock, e.done = new(record.Clock), false
		e.logs = e.logs[:0]
		o := build()
		ctx, cancel := context.WithCancel(context.Background())
		var all sync.WaitGroup
		for i, p := range e.scope.procs {
			log := record.NewLog(e.clock)
			e.logs = append(e.logs, log)
			all.Add(1)
			t.Go(func() {
				defer all.Done()
				if p.cancels {
					cancel()
				}
				for k, op := range p.ops {
					op.Proc = i
					if op.Kind.Sends() && !e.b.streams() {
						op.Value = int64(10*i + k + 1)
					}
					perform(o, log, ctx, op)
				}
			})
		}
		all.Wait()
		log := record.NewLog(e.clock)
		e.logs = append(e.logs, log)
		if e.b.has(model.TryRecv) {
			for range 10 {
				if r := perform(o, log, ctx, model.Op{Kind: model.TryRecv, Proc: len(e.scope.procs)}); r.Status != OK {
					break
				}
			}
			e.done = true
		}
	}
}

func perform(o object, log *record.Log, ctx stdcontext.Context, op model.Op) model.Result {
	if op.Kind != model.RecvContext && op.Kind != model.SendContext {
		ctx = plain
	}
	// The clock of the logs orders nothing in the program.
	exec.Hide()
	log.Begin(op)
	exec.Show()
	r := o.perform(ctx, op)
	exec.Hide()
	log.End(r)
	exec.Show()
	return r
}

// judge holds the execution that has just ended against the specification.
func (e *episode) judge(x *exec.Exec) (verdict.Code, string, bool) {
	if x.End == exec.Bound && !e.b.spins {
		return verdict.BusyWaiting, fmt.Sprintf("an operation goes on and on where it must wait: %d steps, and no end", len(x.Events)), true
	}
	stuck := x.End == exec.Deadlock
	if x.End != exec.Done && !stuck {
		return "", "", false
	}
	end := record.Complete
	if stuck {
		end = record.Stuck
	}
	h := record.Merge(end, e.logs...)
	e.found = withoutConsequences(e.b.faults(h, e.done && !stuck, e.name))
	if len(e.found) > 0 {
		return e.found[0].code, e.found[0].message, true
	}
	if stuck {
		return e.stuck(x, h)
	}
	if e.b.capacity != 0 {
		if e.found, _ = e.b.decide(h, e.name); len(e.found) > 0 {
			return e.found[0].code, e.found[0].message, true
		}
	}
	if !e.b.spins {
		for i := range x.Events {
			if x.Events[i].Full.Spin {
				return verdict.BusyWaiting, "an operation waits by spinning", true
			}
		}
	}
	return "", "", false
}

// stuck tells whether those who wait for ever may, and whether that is a
// deadlock.
func (e *episode) stuck(x *exec.Exec, h record.History) (verdict.Code, string, bool) {
	held, closed := 0, false
	if e.b.streams() {
		return e.stuckStream(x, h)
	}
	var who []string
	var send, recv, must bool
	for _, c := range h.Calls {
		switch {
		case c.Pending():
			k := c.Kind
			who = append(who, fmt.Sprintf("%s waits in %v", e.scope.procs[int(c.Proc)%len(e.scope.procs)].name, k))
			send = send || k.Sends()
			recv = recv || k.Receives()
			must = must || k == model.TrySend || k == model.TryRecv || k == model.Close || k == model.SendContext || k == model.RecvContext
		case c.Status != OK:
		case c.Kind.Sends():
			held++
		case c.Kind.Receives():
			held--
		case c.Kind == model.Close:
			closed = true
		}
	}
	code := stuckCode(x)
	list := ""
	for i, w := range who {
		if i > 0 {
			list += ", "
		}
		list += w
	}
	switch {
	case must:
		return code, list + ": an operation that must not wait for ever", true
	case closed:
		return code, list + ", though the close has returned", true
	case e.b.capacity == 0 && send && recv:
		return code, list + ": both are there and do not meet", true
	case recv && held > 0, send && e.b.capacity != 0 && (e.b.capacity == Unbounded || held < e.b.capacity):
		return code, fmt.Sprintf("%s while %s", list, state(held, e.b.capacity)), true
	}
	if len(who) == 0 {
		return "", "", false
	}
	if e.scope.open {
		return "", "", true
	}
	return verdict.Deadlock, list + ": nobody can go on", true
}

// stuckCode is a deadlock if somebody waits for a lock that is never released.
func stuckCode(x *exec.Exec) verdict.Code {
	for _, g := range x.Gs {
		if !g.Finished() && (g.Op.Kind == exec.OpLock || g.Op.Kind == exec.OpWLock || g.Op.Kind == exec.OpWLockGo || g.Op.Kind == exec.OpRLock) {
			return verdict.Deadlock
		}
	}
	return verdict.LostWakeup
}

// stuckStream is stuck for a stream.
func (e *episode) stuckStream(x *exec.Exec, h record.History) (verdict.Code, string, bool) {
	e.found, _ = e.b.decide(h, e.name)
	switch {
	case len(e.found) > 0 && e.found[0].code == verdict.LostWakeup:
		e.found[0].code = stuckCode(x)
		fallthrough
	case len(e.found) > 0:
		return e.found[0].code, e.found[0].message, true
	case len(h.Pending()) == 0:
		return "", "", false
	case e.scope.open:
		return "", "", true
	}
	return verdict.Deadlock, "nobody can go on", true
}

// exhaustive executes small scopes under every interleaving, if the object is
// controlled.
func (s *suite) exhaustive(build func(n int) object, b func(n int) buffering, sizes []int, producers, consumers int) {
	if !assumeControlled && !controlled(func() object { return build(sizes[0]) }, b(sizes[0])) {
		s.unchecked("every interleaving: the code under test is not built over the drop-ins below check/sched")
		return
	}
	ended, cut, executions := 0, 0, uint64(0)
	for _, n := range sizes {
		bb := b(n)
		if bb.capacity > 2 && n != sizes[0] {
			continue
		}
		these := scopes
		if bb.streams() {
			these = streamScopes
		}
		for _, sc := range these(bb, producers, consumers) {
			if !s.going() {
				return
			}
			e := &episode{s: s, b: bb, scope: sc}
			limit := uint64(scopeLimit)
			if executions > plenty {
				limit = fewEach
			}
			v := exploreScope(s.promise.Name, e.body(func() object { return build(n) }), search.Options{Executions: limit, Steps: stepLimit, Judge: e.judge})
			executions += v.Counts.Executions
			switch v.Answer {
			case verdict.Fail:
				where := fmt.Sprintf(" (%s, capacity %d; execution %d)", sc.name, n, v.Counts.Executions)
				first := v.Findings[0]
				for i, f := range append([]finding{{code: first.Code, message: first.Message}}, e.found...) {
					if s.found(f.code) {
						continue
					}
					if i == 0 {
						s.failed++
					}
					s.verdict.Findings = append(s.verdict.Findings, verdict.Finding{
						Code: f.code, Message: f.message + where, Engine: s.part, Trace: first.Trace,
					})
				}
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
