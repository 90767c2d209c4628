package linear

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// joins tries every order of operations and of pairs that take effect together,
// and every choice of pending ones. Where end is given the state reached must
// satisfy it.
func joins(spec model.Spec, calls []record.Call, end func(model.State) bool) bool {
	done := make([]bool, len(calls))
	first := func(i int, with int) bool {
		for j, d := range calls {
			if !done[j] && j != i && j != with && d.Before(calls[i]) {
				return false
			}
		}
		return true
	}
	var from func(s model.State) bool
	from = func(s model.State) bool {
		left := false
		for i := range calls {
			left = left || !done[i] && !calls[i].Pending()
		}
		if !left && (end == nil || end(s)) {
			return true
		}
		for i, c := range calls {
			if done[i] || !first(i, i) {
				continue
			}
			var next []model.State
			if c.Pending() {
				for _, o := range spec.Step(s, c.Op()) {
					next = append(next, o.Next)
				}
			} else {
				next = model.Accept(spec, s, c.Op(), c.Result())
			}
			for _, n := range next {
				done[i] = true
				if from(n) {
					return true
				}
				done[i] = false
			}
			for j := range i {
				d := calls[j]
				if done[j] || !first(i, j) || !first(j, i) || c.Before(d) || d.Before(c) {
					continue
				}
				for _, o := range spec.Joint(s, c.Op(), d.Op()) {
					if !c.Pending() && !o.A.Matches(observed(c)) || !d.Pending() && !o.B.Matches(observed(d)) {
						continue
					}
					done[i], done[j] = true, true
					if from(o.Next) {
						return true
					}
					done[i], done[j] = false, false
				}
			}
		}
		return false
	}
	return from(spec.Init())
}

func observed(c record.Call) model.Result {
	r := c.Result()
	if !c.Kind.Receives() {
		r.Value, r.From = 0, model.AnyPeer
	}
	return r
}

// meet makes a history of a rendezvous that behaves.
func meet(r *rand.Rand, spec model.Spec, closes bool) record.History {
	procs := 2 + r.IntN(3)
	type under struct {
		op    model.Op
		since int64
		done  bool
		res   model.Result
	}
	open := make([]*under, procs)
	h := record.History{End: record.Cut}
	state := spec.Init()
	now, value := int64(0), int64(0)
	kinds := []model.Kind{model.Send, model.Recv, model.Send, model.Recv, model.TrySend, model.TryRecv, model.SendContext, model.RecvContext}
	if closes {
		kinds = append(kinds, model.Close)
	}
	for range 4 + r.IntN(20) {
		p := r.IntN(procs)
		u := open[p]
		switch {
		case u == nil:
			op := model.Op{Proc: p, Kind: kinds[r.IntN(len(kinds))]}
			if op.Kind.Sends() {
				value++
				op.Value = value
			}
			now++
			open[p] = &under{op: op, since: now}
		case !u.done:
			if q := r.IntN(procs); q != p && open[q] != nil && !open[q].done {
				if out := spec.Joint(state, u.op, open[q].op); len(out) > 0 {
					state, u.res, open[q].res, u.done, open[q].done = out[0].Next, out[0].A, out[0].B, true, true
					continue
				}
			}
			if out := spec.Step(state, u.op); len(out) > 0 {
				state, u.res, u.done = out[0].Next, out[0].Result, true
			}
		default:
			now++
			h.Calls = append(h.Calls, record.NewCall(u.op, u.res, u.since, now))
			open[p] = nil
		}
	}
	for p, u := range open {
		if u != nil && (p%2 == 0 || !u.done) {
			h.Calls = append(h.Calls, record.NewPending(u.op, u.since))
		} else if u != nil {
			now++
			h.Calls = append(h.Calls, record.NewCall(u.op, u.res, u.since, now))
		}
	}
	return h
}

func TestRendezvousAgreesWithEveryOrder(t *testing.T) {
	count := map[string]int{}
	for i := range compared(t, 5) {
		r := rand.New(rand.NewPCG(uint64(i), 99))
		spec := model.NewBuffer(model.BufferConfig{IdempotentClose: r.IntN(2) == 0, Refusals: model.Refusals(r.IntN(3))})
		h := meet(r, spec, i%2 == 0)
		if len(h.Calls) > 0 && r.IntN(2) == 0 {
			damages[r.IntN(len(damages))](r, &h)
		}
		h.Sort()
		h.Contend()
		d := Decide(spec, h, Options{})
		want := Unexplained
		if joins(spec, h.Calls, nil) {
			want = Explained
		}
		if d.Answer != want {
			t.Fatalf("history %d: %+v: %v by the %s, want %v %v\n%s", i, spec.Config(), d.Answer, d.Engine, want, d.Findings, show(h))
		}
		count[d.Answer.String()]++
		for _, f := range d.Findings {
			count[string(f.Code)]++
		}
	}
	t.Log(count)
	assert.Positive(t, count["unexplained"])
	assert.Positive(t, count["explained"])
}

// TestStuckRunsAgreeWithTheDefinition holds stuck runs against the definition:
// every operation that waits, taken alone, must have to wait after the others.
func TestStuckRunsAgreeWithTheDefinition(t *testing.T) {
	count := map[string]int{}
	for i := range compared(t, 5) {
		r := rand.New(rand.NewPCG(uint64(i), 77))
		config := model.BufferConfig{
			Capacity: []int{model.NoLimit, 0, 1, 2}[r.IntN(4)], Order: model.Order(r.IntN(3)), IdempotentClose: r.IntN(2) == 0,
		}
		spec := model.NewBuffer(config)
		var h record.History
		if config.Capacity == 0 {
			config.Order = model.FIFO
			spec = model.NewBuffer(config)
			h = meet(r, spec, i%2 == 0)
		} else {
			h = behave(r, spec, i%2 == 0, 4+r.IntN(26))
		}
		if len(h.Calls) > 0 && r.IntN(3) == 0 {
			damages[r.IntN(len(damages))](r, &h)
		}
		h.End = record.Stuck
		h.Calls = slices.DeleteFunc(h.Calls, func(c record.Call) bool { return c.Pending() && r.IntN(2) == 0 })
		if len(h.Calls) > 12 {
			continue
		}
		h.Sort()
		h.Contend()
		d := Decide(spec, h, Options{})
		var rest []record.Call
		for _, c := range h.Calls {
			if !c.Pending() {
				rest = append(rest, c)
			}
		}
		want := Explained
		if !joins(spec, rest, nil) {
			want = Unexplained
		}
		waiting := h.Pending()
		for _, c := range waiting {
			if !joins(spec, rest, func(s model.State) bool { return model.Waits(spec, s, c.Op()) && c.Kind.Waits() && untimed(c.Kind) }) {
				want = Unexplained
			}
			for _, d := range waiting {
				if config.Capacity == 0 && untimed(c.Kind) && untimed(d.Kind) && len(spec.Joint(spec.Init(), c.Op(), d.Op())) > 0 {
					want = Unexplained // each is the other's partner
				}
			}
		}
		if d.Answer != want {
			t.Fatalf("history %d: %+v: %v by the %s, want %v %v\n%s", i, spec.Config(), d.Answer, d.Engine, want, d.Findings, show(h))
		}
		count[d.Answer.String()]++
		for _, f := range d.Findings {
			count[string(f.Code)]++
		}
	}
	t.Log(count)
	assert.Positive(t, count["unexplained"])
	assert.Positive(t, count["explained"])
	require.Positive(t, count["IPC007"])
}

func untimed(k model.Kind) bool { return k == model.Send || k == model.Recv }
