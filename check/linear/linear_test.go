package linear

import (
	"fmt"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/linear/internal/general"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

func sent(proc int, v, from, to int64) record.Call {
	return call(model.Op{Kind: model.Send, Proc: proc, Value: v}, model.Result{Status: model.OK, From: model.AnyPeer}, from, to)
}

func got(proc int, v, from, to int64) record.Call {
	return call(model.Op{Kind: model.Recv, Proc: proc}, model.Result{Status: model.OK, Value: v, From: model.AnyPeer}, from, to)
}

func call(op model.Op, r model.Result, from, to int64) record.Call {
	if to == record.Never {
		return record.NewPending(op, from)
	}
	return record.NewCall(op, r, from, to)
}

func history(calls ...record.Call) record.History { return record.History{Calls: calls} }

func TestCheckTellsFirstInFirstOut(t *testing.T) {
	fifo := model.Bounded(2)
	assert.Equal(t, Explained, Check(fifo, history(sent(0, 1, 1, 2), sent(0, 2, 3, 4), got(1, 1, 5, 6), got(1, 2, 7, 8)), Budget{}))
	swapped := history(sent(0, 1, 1, 2), sent(0, 2, 3, 4), got(1, 2, 5, 6), got(1, 1, 7, 8))
	assert.Equal(t, Unexplained, Check(fifo, swapped, Budget{}))
	assert.Equal(t, Explained, Check(model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.Bag}), swapped, Budget{}))
	overlapping := history(sent(0, 1, 1, 4), sent(2, 2, 2, 3), got(1, 2, 5, 6), got(1, 1, 7, 8))
	assert.Equal(t, Explained, Check(fifo, overlapping, Budget{}))
}

func TestPendingOperationMayHaveTakenEffectOrNot(t *testing.T) {
	pending := sent(0, 1, 1, record.Never)
	assert.Equal(t, Explained, Check(model.Bounded(1), history(pending, got(1, 1, 5, 6)), Budget{}))
	assert.Equal(t, Explained, Check(model.Bounded(1), history(pending, sent(2, 2, 2, 3), got(1, 2, 5, 6)), Budget{}))
	// It cannot have put in another item than its own.
	assert.Equal(t, Unexplained, Check(model.Bounded(1), history(pending, got(1, 2, 5, 6)), Budget{}))
	// porcupine alone, given a plausible result, is wrong about the second.
	wrong := []porcupine.Operation{
		{Input: pending.Op(), Output: pending.Result(), Call: 1, Return: 100},
		{ClientId: 2, Input: model.Op{Kind: model.Send, Value: 2}, Output: pending.Result(), Call: 2, Return: 3},
		{ClientId: 1, Input: model.Op{Kind: model.TryRecv}, Output: got(1, 2, 0, 0).Result(), Call: 5, Return: 6},
		{ClientId: 1, Input: model.Op{Kind: model.TryRecv}, Output: model.Result{Status: model.Empty, From: model.AnyPeer}, Call: 101, Return: 102},
	}
	assert.False(t, porcupine.CheckOperations(general.Model(model.Bounded(1)), wrong))
}

func TestExhaustedBudgetIsUnknown(t *testing.T) {
	var calls []record.Call
	for i := range int64(12) { // all at once, and then one that cannot be
		calls = append(calls, sent(int(i), i+1, 1+i, 100+i))
	}
	calls = append(calls, got(20, 99, 200, 201))
	assert.Equal(t, Unknown, Check(model.Unbounded(), history(calls...), Budget{Steps: 1000}))
	assert.Equal(t, "unknown", Unknown.String())
}

// slowSpec is a specification whose step does not come back.
type slowSpec struct {
	model.Spec
	release chan struct{}
}

func (s slowSpec) Step(model.State, model.Op) []model.Outcome { <-s.release; return nil }

func TestStepThatHangsIsUnknown(t *testing.T) {
	s := slowSpec{model.Bounded(1), make(chan struct{})}
	defer close(s.release)
	assert.Equal(t, Unknown, Check(s, history(sent(0, 1, 1, 2)), Budget{Wall: 1}))
}

// naive tries every order.
func naive(spec model.Spec, calls []record.Call) bool {
	done := make([]bool, len(calls))
	var from func(s model.State, left int) bool
	from = func(s model.State, left int) bool {
		if left == 0 {
			return true
		}
		for i, c := range calls {
			if done[i] {
				continue
			}
			first := true
			for j, d := range calls {
				first = first && (done[j] || i == j || !d.Before(c))
			}
			if !first {
				continue
			}
			done[i] = true
			if c.Pending() {
				if from(s, left-1) {
					return true
				}
				for _, o := range spec.Step(s, c.Op()) {
					if from(o.Next, left-1) {
						return true
					}
				}
			}
			if !c.Pending() {
				for _, n := range model.Accept(spec, s, c.Op(), c.Result()) {
					if from(n, left-1) {
						return true
					}
				}
			}
			done[i] = false
		}
		return false
	}
	return from(spec.Init(), len(calls))
}

func TestCheckAgreesWithEveryOrder(t *testing.T) {
	explained, total := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		spec := model.NewBuffer(model.BufferConfig{
			Capacity: rapid.SampledFrom([]int{1, 2, model.NoLimit}).Draw(t, "capacity"),
			Order:    rapid.SampledFrom([]model.Order{model.FIFO, model.PerProducer, model.Bag}).Draw(t, "order"),
			Refusals: rapid.SampledFrom([]model.Refusals{model.Strict, model.Weak, model.Abortable, model.Spurious}).Draw(t, "refusals"),
		})
		var clock record.Clock
		logs := []*record.Log{record.NewLog(&clock), record.NewLog(&clock), record.NewLog(&clock)}
		open := make([]bool, 3)
		next := int64(0)
		for range rapid.IntRange(1, 14).Draw(t, "events") {
			p := rapid.IntRange(0, 2).Draw(t, "process")
			if open[p] {
				res := model.Result{From: model.AnyPeer}
				c, _ := logs[p].Open()
				refusal, can := c.Kind.Refusal()
				switch {
				case can && rapid.Bool().Draw(t, "refused"):
					res.Status = refusal
				case c.Kind.Receives():
					res.Value = rapid.Int64Range(1, max(next, 1)).Draw(t, "value")
				}
				logs[p].End(res)
			} else {
				op := model.Op{Proc: p, Kind: rapid.SampledFrom([]model.Kind{model.Send, model.Recv, model.TrySend, model.TryRecv}).Draw(t, "kind")}
				if op.Kind.Sends() {
					next++
					op.Value = next
				}
				logs[p].Begin(op)
			}
			open[p] = !open[p]
		}
		h := record.Merge(record.Cut, logs...)
		want := Unexplained
		if naive(spec, h.Calls) {
			want = Explained
			explained++
		}
		total++
		if a := Check(spec, h, Budget{}); a != want {
			t.Fatalf("%s: %v, want %v", spec.Name(), a, want)
		}
	})
	t.Log(fmt.Sprint(explained, " of ", total, " explained"))
}

func TestParseObject(t *testing.T) {
	for text, want := range map[string]model.StreamConfig{
		"stream":             {Capacity: model.NoLimit},
		"stream:4":           {Capacity: 4},
		"stream:unbuffered":  {},
		"stream:4:2":         {Capacity: 4, Atomic: 2},
		"stream:0:2":         {Capacity: model.NoLimit, Atomic: 2},
		"stream:4:2,short":   {Capacity: 4, Atomic: 2, Short: true},
		"stream,weak,short":  {Capacity: model.NoLimit, Short: true, Refusals: model.Weak, Deadlines: model.Weak},
		"stream,deadlines":   {Capacity: model.NoLimit, Deadlines: model.Spurious},
		"stream:4,abortable": {Capacity: 4, Refusals: model.Abortable, Deadlines: model.Abortable},
	} {
		s, err := ParseObject(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, s.(*model.Stream).Config(), text)
	}
	for _, c := range []struct{ text, want string }{
		{"stream:x", `the size "x" is no number from 0: want stream`},
		{"stream:1:unbuffered", `the size "unbuffered" is no number from 0: want stream`},
		{"stream:-1", `the size "-1" is no number from 0: want stream`},
		{"stream:1:2:3", `"stream:1:2:3" has more than two sizes: want stream`},
		{"stream:1:2", "writes of 2 bytes at once: want 0 to the capacity of 1: want stream"},
		{"stream,", `unknown promise "": want stream`},
		{"stream,slow", `unknown promise "slow": want stream`},
		{"streams", `unknown object "streams": want unbounded`},
	} {
		_, err := ParseObject(c.text)
		require.ErrorContains(t, err, c.want)
	}
	b, err := ParseObject("bounded:4,weak")
	require.NoError(t, err)
	assert.Equal(t, model.BufferConfig{Capacity: 4, Refusals: model.Weak, Deadlines: model.Weak}, b.(*model.Buffer).Config())
	for _, c := range []model.StreamConfig{{Capacity: 4, Atomic: 2, Short: true}, {Capacity: model.NoLimit}, {Atomic: 2}} {
		s, err := ParseObject(StreamOf(c.Capacity, c.Atomic, c.Short))
		require.NoError(t, err)
		assert.Equal(t, c, s.(*model.Stream).Config())
	}
}
