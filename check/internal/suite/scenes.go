package suite

import (
	"context"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/judge"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// scene is an execution in which processes are first made to wait, and then
// something happens that must let them go on.
type scene struct {
	*harness.Execution
	suite    *Suite
	contract contract.Contract
	terms    *contract.Terms
	main     *harness.Process
	end      record.End
	arrived  bool // all processes that were started are known to wait
	found    []linear.Finding

	box, size int // of the operations
}

// side is one side of the object: those who send, or those who receive.
type side struct {
	sends bool
	name  string // "receivers"
}

// one is the name of the i-th process of the side.
func (d side) one(i int) string {
	return fmt.Sprintf("%s %d", strings.TrimSuffix(d.name, "s"), i+1)
}

// opposite is the operation of the other side.
func (d side) opposite(send, recv model.Kind) model.Kind {
	if d.sends {
		return recv
	}
	return send
}

func (d side) wait() model.Kind  { return d.opposite(model.Recv, model.Send) }
func (d side) until() model.Kind { return d.opposite(model.RecvContext, model.SendContext) }

// play plays a scene and judges it, with conclude or by the general rules if that is
// nil.
func (s *Suite) play(o subject, name string, act func(*scene), conclude func(sc *scene, what string)) {
	if s.spun && !o.contract.Terms().Spins {
		s.unchecked("further scenes of processes that wait: they wait by spinning")
		return
	}
	if s.late(0.5) {
		s.unchecked("further scenes of processes that wait: half of its time was over")
		return
	}
	if !s.goesOn() {
		return
	}
	what := o.what + ", " + name
	sc := &scene{suite: s, contract: o.contract, terms: o.contract.Terms()}
	sc.Execution, sc.end = harness.New(o.build, s.Patience)
	sc.main = sc.Process("main")
	began := sc.end == record.Complete && len(sc.Crashes()) == 0
	if began {
		act(sc)
	}
	s.scenes++
	switch {
	case len(sc.found) > 0:
		s.report(sc.Execution, sc.contract, sc.History(sc.end), what, sc.found, nil, judge.Complaint{Other: true})
	case began && conclude != nil:
		conclude(sc, what)
	default:
		s.conclude(sc.Execution, sc.contract, judge.Conclude(sc.Execution, sc.contract, sc.end, conclude == nil), what)
	}
}

// waitingForm is how this side waits; ok is false if the object has no such
// operation.
func (sc *scene) waitingForm(d side) (ctx context.Context, ok bool) {
	if sc.terms.Has(d.wait()) {
		return nil, true
	}
	return context.Background(), sc.terms.Has(d.until())
}

// launch starts an operation on a process of its own.
func (sc *scene) launch(name string, ctx context.Context, k model.Kind) *harness.Process {
	p := sc.Process(name)
	p.StartOp(ctx, sc.contract.Op(p.Source, k, sc.box, sc.size))
	return p
}

// settle waits until all processes that were started wait. One that never stops
// running is waiting by spinning.
func (sc *scene) settle() {
	sc.arrived = sc.Settled()
	if sc.arrived || sc.terms.Spins || sc.suite.spun {
		return
	}
	if p := sc.Spinner(); p != nil {
		sc.suite.spun = true
		c, _ := p.Log.Open()
		sc.found = append(sc.found, linear.Finding{Code: verdict.BusyWaiting, Witness: []record.Call{c},
			Message: fmt.Sprintf("%s waits in %v by running in a loop, where it must block", p.Name, c.Kind)})
	}
}

// join waits for the processes.
func (sc *scene) join(ps ...*harness.Process) bool {
	for _, p := range ps {
		if sc.end == record.Complete {
			sc.end = sc.Await(p)
		}
	}
	return sc.end == record.Complete
}

// do performs an operation of the main process. It reports whether the scene can go
// on.
func (sc *scene) do(k model.Kind) (model.Result, bool) {
	op := sc.contract.Op(sc.main.Source, k, sc.box, sc.size)
	var ctx context.Context
	if (k == model.Send || k == model.Recv) && !sc.terms.Has(k) {
		ctx = context.Background()
	}
	r, end := sc.main.Alone(ctx, op)
	sc.end = end
	return r, end == record.Complete && sc.main.Crash() == nil
}

// insist performs an operation until it succeeds; it gives up when it is refused
// though every process that was woken has had its turn. A refusal is a fault if the
// other side is known to be there.
func (sc *scene) insist(k model.Kind) bool {
	for i := 0; ; i++ {
		if i == harness.PollAttempts {
			sc.Quiesce()
		}
		r, ok := sc.do(k)
		switch {
		case !ok:
			return false
		case r.Status != model.Full && r.Status != model.Empty:
			return true
		case sc.arrived && sc.terms.Capacity == 0 && sc.terms.Refusals == model.Strict:
			sc.found = append(sc.found, linear.Finding{Code: verdict.FalseRefusal, Message: fmt.Sprintf("%v answered %v while the other side was waiting", k, r.Status)})
			return false
		}
		if i >= harness.KeptRefusals {
			sc.main.Log.Fold()
		}
		if i >= harness.PollAttempts {
			return false
		}
		harness.Yield(1)
	}
}

// fill sends as many items as the object holds.
func (sc *scene) fill() bool {
	k := model.Send
	if !sc.terms.Has(model.Send) && !sc.terms.Has(model.SendContext) {
		k = model.TrySend
	}
	for range max(sc.terms.Capacity, 0) {
		if r, ok := sc.do(k); !ok || r.Status != model.OK && k == model.Send {
			return false
		}
	}
	return true
}

// crowd makes n processes of one side wait. Senders need a full buffer first.
func (sc *scene) crowd(d side, n int) ([]*harness.Process, bool) {
	ctx, ok := sc.waitingForm(d)
	if !ok || d.sends && !sc.fill() {
		return nil, false
	}
	var ps []*harness.Process
	for i := range n {
		ps = append(ps, sc.launch(d.one(i), ctx, d.wait()))
	}
	sc.settle()
	return ps, true
}
