package suite

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/judge"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// move is an operation that a sequential test performs: by which process, in which
// form.
type move struct {
	kind      model.Kind
	proc      int
	box, size int
	live      bool // a blocking operation in its deadline form, with a context that is never done
}

// noMove is no operation at all.
const noMove = model.Kind(255)

// machine is the state machine of a sequential test: the object, and the states in
// which it may be by its specification.
type machine struct {
	x        *harness.Execution
	contract contract.Contract
	procs    []*harness.Process
	states   []model.State
	moves    []move
	held     int
	closed   bool
	found    []linear.Finding
	length   bool // what was found is that the object told a wrong length
	drained  bool // what was left was taken out
	end      record.End
	// abandoned says that the operations that take out what was left did not return.
	abandoned bool
}

func newMachine(o subject, s *Suite, procs int) *machine {
	m := &machine{contract: o.contract, states: []model.State{o.contract.Spec().Init()}}
	m.x, m.end = harness.New(o.build, s.Patience)
	for i := range procs {
		m.procs = append(m.procs, m.x.Process(fmt.Sprintf("process %d", i+1)))
	}
	for _, c := range m.x.Crashes() {
		m.found = append(m.found, judge.Crash(c))
	}
	return m
}

// waits reports whether the operation might wait: it waits in one of the states in
// which the object may be.
func (m *machine) waits(mv move) bool {
	op := m.contract.Op(&contract.Source{Proc: m.procs[0].Proc}, mv.kind, mv.box, mv.size)
	return slices.ContainsFunc(m.states, func(s model.State) bool { return model.Waits(m.contract.Spec(), s, op) })
}

// expired is a context that is done.
var expired = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// perform makes the move and holds the result against the specification.
func (m *machine) perform(mv move) {
	if mv.kind == noMove || m.waits(mv) {
		return
	}
	m.moves = append(m.moves, mv)
	p := m.procs[mv.proc%len(m.procs)]
	op := m.contract.Op(p.Source, mv.kind, mv.box, mv.size)
	var ctx context.Context
	switch {
	case mv.live:
		ctx = context.Background()
	case op.Kind == model.SendContext || op.Kind == model.RecvContext:
		ctx = expired
	}
	var r model.Result
	r, m.end = p.Alone(ctx, op)
	if c := p.Crash(); c != nil {
		m.found = []linear.Finding{judge.Crash(c)}
		return
	}
	if m.end != record.Complete {
		return
	}
	next := m.after(op, r)
	if len(next) == 0 {
		m.found = []linear.Finding{m.unexpected(op, r)}
		return
	}
	m.states = next
	switch n := m.contract.Amount(record.NewCall(op, r, 0, 0)); {
	case op.Kind.Sends():
		m.held += n
	case op.Kind.Receives():
		m.held -= n
	case (op.Kind == model.Close || op.Kind == model.CloseRead && !m.contract.Terms().HalfClose) && r.Status == model.OK:
		m.closed = true
	}
	m.holds()
	m.measure()
}

// after are the states in which the object may be after the operation.
func (m *machine) after(op model.Op, r model.Result) []model.State {
	var next []model.State
	seen := map[string]bool{}
	for _, s := range m.states {
		for _, n := range model.Accept(m.contract.Spec(), s, op, r) {
			if k := n.Key(); !seen[k] {
				seen[k] = true
				next = append(next, n)
			}
		}
	}
	return next
}

// unexpected is the finding of a result that the specification does not allow, where
// no narrower code fits.
func (m *machine) unexpected(op model.Op, r model.Result) linear.Finding {
	words := judge.Words(m.x, m.contract)
	var want []string
	boundary := false // it should have been answered with an error
	for _, s := range m.states {
		for _, o := range m.contract.Spec().Step(s, op) {
			w := words.Result(record.NewCall(op, o.Result, 0, 0))
			if !slices.Contains(want, w) {
				want = append(want, w)
			}
			boundary = boundary || o.Result.Status > model.Closed
		}
	}
	boundary = boundary || m.closed || op.Kind == model.Close || op.Kind == model.CloseRead || r.Status == model.Closed ||
		len(m.contract.Boxes()) > 0 && r.Status != model.OK
	code := verdict.NotLinearizable
	answered := "answered"
	if m.short(op, r) {
		code, answered = verdict.FalseRefusal, "stopped short: it answered"
	} else if refusal, ok := op.Kind.Refusal(); ok && r.Status == refusal {
		code = verdict.FalseRefusal
	} else if boundary {
		code = verdict.BrokenBoundary
	}
	return linear.Finding{Code: code, Message: fmt.Sprintf("%s %s %s, expected %s",
		words.Op(op), answered, words.Result(record.NewCall(op, r, 0, 0)), strings.Join(want, " or "))}
}

// short reports whether a stream that may stop short answers so.
func (m *machine) short(op model.Op, r model.Result) bool {
	t := *m.contract.Terms()
	if m.contract.Parts() == 1 || t.Short || r.Status != model.OK {
		return false
	}
	t.Short = true
	spec := m.contract.With(t).Spec()
	return slices.ContainsFunc(m.states, func(s model.State) bool {
		same, err := spec.Decode(s.Key())
		return err == nil && len(model.Accept(spec, same, op, r)) > 0
	})
}

// measure compares the length and the capacity that the object tells, if it does,
// with what they must be.
func (m *machine) measure() {
	o, ok := m.x.Object.(harness.Sized)
	if !ok {
		return
	}
	t := m.contract.Terms()
	length, capacity := m.held, t.Capacity
	crash, end := m.x.Observe(func() {
		if n, ok := o.Len(); ok {
			length = n
		}
		if n, ok := o.Cap(); ok && !t.Unbounded() {
			capacity = n
		}
	})
	wrong := func(code verdict.Code, format string, args ...any) {
		m.found = []linear.Finding{{Code: code, Message: fmt.Sprintf(format, args...)}}
	}
	switch {
	case end != record.Complete:
		wrong(verdict.Deadlock, "the length or capacity cannot be read while nothing is under way, %s", judge.State(m.held, t.Capacity))
		m.end = end
	case crash != nil:
		wrong(verdict.Crash, "reading the length or capacity panicked: %v", crash.Value)
	default:
		if f, approximate := judge.Length(t, length, m.held); f.Code != "" {
			m.found, m.length = []linear.Finding{f}, approximate
		} else if capacity != t.Capacity {
			wrong(verdict.NotLinearizable, "the capacity is told as %d, expected %d", capacity, t.Capacity)
		}
	}
}

// holds sets how many items are held, where they may have been dropped, from the
// states in which the object may be: all of them hold as many.
func (m *machine) holds() {
	if s, ok := m.states[0].(interface{ Len() int }); ok {
		m.held = s.Len()
	}
}

// finish takes what is left out of the object, and looks for the narrowest codes of
// what happened: what comes out afterwards tells, say, a lost item from a late one.
// Of several boxes the specification alone is the judge.
func (m *machine) finish() {
	defer m.dispose()
	if m.end != record.Complete || len(m.x.Crashes()) > 0 || len(m.contract.Boxes()) > 0 {
		return
	}
	drained, end := m.x.Drain(m.contract, m.held, m.closed)
	m.drained, m.abandoned = drained, end != record.Complete
	for _, c := range m.x.Crashes() {
		m.found = []linear.Finding{judge.Crash(c)}
		return
	}
	narrow := judge.Faults(m.x, m.contract, m.x.History(record.Complete), drained)
	if len(narrow) > 0 {
		m.found, m.length = narrow, false
	}
}

// dispose ends the object of a sequence that is over.
func (m *machine) dispose() {
	if m.end != record.Complete || m.abandoned || len(m.x.Crashes()) > 0 {
		return
	}
	if _, f := judge.Dispose(m.x); f.Code != "" && len(m.found) == 0 {
		m.found = []linear.Finding{f}
	}
}

// complaint is what was found, for other contracts to judge.
func (m *machine) complaint(h record.History) judge.Complaint {
	p := judge.Complaint{History: h, Drained: m.drained, Length: m.length}
	if crashed := m.x.Crashes(); len(crashed) > 0 {
		p.Crash = crashed[0]
	}
	return p
}

// failed reports whether the sequence showed a fault or did not finish.
func (m *machine) failed() bool { return len(m.found) > 0 || m.end != record.Complete }
