package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// move is an operation that a sequential test performs: by which process, in
// which form.
type move struct {
	kind      model.Kind
	proc      int
	box, size int
	live      bool // a blocking operation in its deadline form, with a context that is never done
}

// machine is the state machine of a sequential test: the object, and the states
// in which it may be by its specification.
type machine struct {
	r      *run
	b      buffering
	sizes  buffer // to ask for its length, if the object has one
	procs  []*proc
	states []model.State
	moves  []move
	held   int
	closed bool
	fault  []finding
	end    record.End
	// abandoned says that taking out what was left had to be given up.
	abandoned bool
}

// sequential tests the object with one operation at a time: every result must be
// one that the specification allows. A rapid generator draws the operations as
// the state machine goes along. (rapid.Check takes its seed from a flag of the
// whole test binary, so it could not be repeated from this suite's seed; the
// sequence that fails is made shorter here instead.)
func (s *suite) sequential(build func() object, b buffering, procs int, checks int, what string) {
	// One call site runs every sequence, drawn or shortened.
	try := func(next func(*machine) (move, bool)) *machine {
		m := newMachine(s, build, b, procs)
		for len(m.fault) == 0 && m.end == record.Complete {
			mv, ok := next(m)
			if !ok {
				break
			}
			m.perform(mv)
		}
		m.finish()
		return m
	}
	for i := range checks {
		if !s.going() {
			return
		}
		seed := int(s.rng(what, i).Uint64() >> 1)
		m := rapid.Custom(func(t *rapid.T) *machine {
			length := rapid.IntRange(1, 4*max(b.capacity, 2)+8).Draw(t, "length")
			return try(drawMoves(t, length))
		}).Example(seed)
		s.verdict.Counts.Operations += uint64(len(m.moves))
		s.covered["sequences"]++
		if len(m.fault) > 0 || m.end != record.Complete {
			if m.end != record.Cut { // what spins would do so again, each time
				m = shorten(m, try)
			}
			s.failSequence(m, what)
		}
	}
}

func newMachine(s *suite, build func() object, b buffering, procs int) *machine {
	m := &machine{b: b, states: []model.State{b.spec.Init()}}
	m.r, m.end = newRun(build, s.patience)
	for i := range procs {
		m.procs = append(m.procs, m.r.proc(fmt.Sprintf("process %d", i+1)))
	}
	for _, c := range m.r.crashes() {
		m.fault = append(m.fault, c.finding())
	}
	m.sizes, _ = m.r.object.(buffer)
	return m
}

// drawMoves draws phases of filling, draining and both, which reach the ends of
// the capacity more often than single draws would.
func drawMoves(t *rapid.T, length int) func(*machine) (move, bool) {
	phase, left := 0, 0
	return func(m *machine) (move, bool) {
		if length--; length < 0 {
			return move{}, false
		}
		if left == 0 {
			phase = rapid.IntRange(0, 2).Draw(t, "phase")
			left = rapid.IntRange(1, max(m.b.capacity, 2)+2).Draw(t, "length of phase")
		}
		left--
		var where move
		if len(m.b.boxes) > 0 {
			where.box = rapid.SampledFrom(m.b.boxes).Draw(t, "box")
		}
		if len(m.b.sizes) > 0 {
			where.size = rapid.SampledFrom(m.b.sizes).Draw(t, "size")
		}
		var can []move
		for _, k := range m.b.kinds {
			if (k == model.Close || k == model.Destroy || k == model.CloseRead) && rapid.IntRange(0, 15).Draw(t, k.String()) > 0 ||
				phase == 1 && k.Receives() || phase == 2 && k.Sends() {
				continue
			}
			where.kind, where.live = k, false
			can = append(can, where)
			where.live = true
			if k == model.SendContext {
				where.kind = model.Send
				can = append(can, where)
			}
			if k == model.RecvContext {
				where.kind = model.Recv
				can = append(can, where)
			}
		}
		can = slices.DeleteFunc(can, func(mv move) bool { return m.waits(mv) })
		if len(can) == 0 {
			left = 0
			return move{kind: noMove}, true
		}
		mv := rapid.SampledFrom(can).Draw(t, "operation")
		mv.proc = rapid.IntRange(0, len(m.procs)-1).Draw(t, "process")
		return mv, true
	}
}

// noMove is no operation at all.
const noMove = model.Kind(255)

// waits reports whether the operation might wait: it waits in one of the states
// in which the object may be.
func (m *machine) waits(mv move) bool {
	op := model.Op{Kind: mv.kind, Proc: m.procs[0].id, Value: 1, Box: mv.box, Size: mv.size}
	if m.b.streams() && op.Kind.Sends() {
		op.Value = model.Piece(strings.Repeat("x", mv.size))
	}
	return slices.ContainsFunc(m.states, func(s model.State) bool { return model.Waits(m.b.spec, s, op) })
}

// perform makes the move and holds the result against the specification.
func (m *machine) perform(mv move) {
	if mv.kind == noMove || m.waits(mv) {
		return
	}
	m.moves = append(m.moves, mv)
	p := m.procs[mv.proc%len(m.procs)]
	op := m.b.op(p, mv.kind, mv.box, mv.size)
	var ctx context.Context
	switch {
	case mv.live:
		ctx = context.Background()
	case op.Kind == model.SendContext || op.Kind == model.RecvContext:
		ctx = expired
	}
	var res model.Result
	res, m.end = p.alone(ctx, op)
	if p.crash != nil {
		m.fault = []finding{p.crash.finding()}
		return
	}
	if m.end != record.Complete {
		return
	}
	var next []model.State
	seen := map[string]bool{}
	for _, s := range m.states {
		for _, n := range model.Accept(m.b.spec, s, op, res) {
			if k := n.Key(); !seen[k] {
				seen[k] = true
				next = append(next, n)
			}
		}
	}
	if len(next) == 0 {
		m.fault = []finding{m.unexpected(op, res)}
		return
	}
	m.states = next
	switch n := m.b.amount(record.NewCall(op, res, 0, 0)); {
	case op.Kind.Sends():
		m.held += n
	case op.Kind.Receives():
		m.held -= n
	case (op.Kind == model.Close || op.Kind == model.CloseRead) && res.Status == OK:
		m.closed = true
	}
	m.measure()
}

var expired = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// unexpected is the fault of a result that the specification does not allow,
// where no narrower code fits.
func (m *machine) unexpected(op model.Op, res model.Result) finding {
	var want []string
	boundary := false // it should have been answered with an error
	for _, s := range m.states {
		for _, o := range m.b.spec.Step(s, op) {
			w := m.r.result(record.NewCall(op, o.Result, 0, 0))
			if !slices.Contains(want, w) {
				want = append(want, w)
			}
			boundary = boundary || o.Result.Status > Closed
		}
	}
	code := verdict.NotLinearizable
	if refusal, ok := op.Kind.Refusal(); ok && res.Status == refusal {
		code = verdict.FalseRefusal
	} else if m.closed || op.Kind == model.Close || op.Kind == model.CloseRead || res.Status == Closed || len(m.b.boxes) > 0 && res.Status != OK || boundary {
		code = verdict.BrokenBoundary
	}
	return finding{code: code, message: fmt.Sprintf("%s answered %s, expected %s",
		m.r.describe(op), m.r.result(record.NewCall(op, res, 0, 0)), strings.Join(want, " or "))}
}

// measure compares the length and the capacity that the object tells.
func (m *machine) measure() {
	if m.sizes.Len == nil && m.sizes.Cap == nil {
		return
	}
	p := m.r.proc("observer")
	length, capacity := m.held, m.b.capacity
	p.start(func() {
		defer p.guard(model.Op{})
		if m.sizes.Len != nil {
			length = m.sizes.Len()
		}
		if m.sizes.Cap != nil && m.b.capacity != Unbounded {
			capacity = m.sizes.Cap()
		}
	})
	end := await(p.done, m.r.patience)
	m.r.procs = m.r.procs[:len(m.r.procs)-1]
	switch {
	case end != record.Complete:
		m.fault = []finding{{code: verdict.Deadlock, message: fmt.Sprintf("the length or capacity cannot be read while nothing is under way, %s", state(m.held, m.b.capacity))}}
		m.end = end
	case p.crash != nil:
		m.fault = []finding{{code: verdict.Crash, message: fmt.Sprintf("reading the length or capacity panicked: %v", p.crash.value)}}
	case length != m.held:
		m.fault = []finding{{code: verdict.NotLinearizable, message: fmt.Sprintf("the length is told as %d, while %s", length, state(m.held, 0))}}
	case capacity != m.b.capacity:
		m.fault = []finding{{code: verdict.NotLinearizable, message: fmt.Sprintf("the capacity is told as %d, expected %d", capacity, m.b.capacity)}}
	}
}

// finish takes what is left out of the object, and looks for the narrowest codes
// of what happened: what comes out afterwards tells, say, a lost item from a
// late one.
func (m *machine) finish() {
	if m.end != record.Complete || len(m.r.crashes()) > 0 || len(m.b.boxes) > 0 {
		return // of several boxes the specification alone is the judge
	}
	drained, end := m.r.drain(m.b, m.held, m.closed)
	m.abandoned = end != record.Complete
	if narrow := m.judge(drained); len(narrow) > 0 {
		m.fault = narrow
	}
}

// judge finds the narrowest codes for what happened.
func (m *machine) judge(drained bool) []finding {
	for _, c := range m.r.crashes() { // while taking out what was left
		return []finding{c.finding()}
	}
	return m.b.faults(m.r.history(record.Complete), drained, m.r.itemName)
}

// failSequence reports a sequence that failed.
func (s *suite) failSequence(m *machine, what string) {
	var ws []waiting
	fs := m.fault
	if m.end != record.Complete {
		ws = m.r.waiters()
		if len(fs) == 0 {
			fs = m.r.stuck(m.b, ws)
		}
	}
	if m.abandoned || m.end != record.Complete {
		s.gaveUp(m.end)
	}
	h := m.r.history(m.end)
	s.report(m.r, h, fmt.Sprintf("%s, %d operations one after the other", what, len(m.moves)), withoutConsequences(fs), ws)
}

// Bounds of shortening. A sequence that hangs costs the patience each time.
const (
	maxTries     = 300
	maxHungTries = 2
)

// shorten looks for a shorter sequence with the same fault, leaving out one part
// after the other (Zeller and Hildebrandt, delta debugging, 2002).
func shorten(m *machine, try func(func(*machine) (move, bool)) *machine) *machine {
	best, hung := m, 0
	for tries, size := 0, len(m.moves)/2; size > 0; size /= 2 {
		for from := 0; from+size <= len(best.moves); {
			if tries++; tries > maxTries || hung > maxHungTries {
				return best
			}
			rest := slices.Concat(best.moves[:from], best.moves[from+size:])
			i := 0
			got := try(func(*machine) (move, bool) {
				if i == len(rest) {
					return move{}, false
				}
				i++
				return rest[i-1], true
			})
			if got.end != record.Complete || got.abandoned {
				hung++
			}
			if got.end == best.end && sameFault(got.fault, best.fault) && len(got.moves) < len(best.moves) {
				best = got
			} else {
				from += size
			}
		}
	}
	return best
}

func sameFault(a, b []finding) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return a[0].code == b[0].code
}
