package linear

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// drawStuck draws a sequence of operations that the specification allows, and one
// that is pending at its end. Sends carry the values that the function makes.
func drawStuck(t *rapid.T, spec model.Spec, value func(n int) int64) (h record.History, waits bool) {
	kinds := []model.Kind{model.Send, model.Recv, model.TrySend, model.TryRecv, model.Close}
	state := spec.Init()
	n := 0
	op := func() model.Op {
		k := rapid.SampledFrom(kinds).Draw(t, "kind")
		op := model.Op{Kind: k, Proc: n}
		if k.Sends() {
			op.Value = value(n)
		}
		return op
	}
	for range rapid.IntRange(0, 6).Draw(t, "operations") {
		n++
		o := op()
		outs := spec.Step(state, o)
		if len(outs) == 0 {
			continue
		}
		out := rapid.SampledFrom(outs).Draw(t, "outcome")
		h.Calls = append(h.Calls, record.NewCall(o, out.Result, int64(2*n), int64(2*n+1)))
		state = out.Next
	}
	n++
	o := op()
	h.Calls = append(h.Calls, record.NewPending(o, int64(2*n)))
	h.End = record.Stuck
	return h, model.Waits(spec, state, o)
}

// One operation alone must not be pending exactly where the specification does not
// have it wait.
func TestStuckAgreesWithTheSpecification(t *testing.T) {
	t.Run("buffer", rapid.MakeCheck(func(t *rapid.T) {
		spec := model.NewBuffer(model.BufferConfig{
			Capacity:        rapid.SampledFrom([]int{1, 2, 3, model.NoLimit}).Draw(t, "capacity"),
			Order:           rapid.SampledFrom([]model.Order{model.FIFO, model.PerProducer, model.Bag}).Draw(t, "order"),
			IdempotentClose: rapid.Bool().Draw(t, "idempotent"),
		})
		h, waits := drawStuck(t, spec, func(n int) int64 { return int64(n) })
		got := Stuck(spec, h, func(int64) string { return "an item" })
		assert.Equal(t, waits, len(got) == 0, "%v: %v", h.Calls, got)
		if len(got) > 0 {
			assert.True(t, got[0].Call.Pending())
			assert.Equal(t, Unexplained, Decide(spec, h, Options{}).Answer, "the decision keeps to the same rule")
		}
	}))
	t.Run("stream", rapid.MakeCheck(func(t *rapid.T) {
		atomic := rapid.IntRange(1, 2).Draw(t, "atomic")
		spec := model.NewStream(model.StreamConfig{Capacity: rapid.IntRange(2, 4).Draw(t, "capacity"), Atomic: atomic})
		h, waits := drawStuck(t, spec, func(n int) int64 { return model.Piece(string(rune('a' + n))) })
		got := Stuck(spec, h, func(int64) string { return "a byte" })
		assert.Equal(t, waits, len(got) == 0, "%v: %v", h.Calls, got)
	}))
}

// Of objects that are neither buffers nor streams the rule says nothing, and of
// histories whose values do not tell items apart.
func TestStuckErrsTowardsSilence(t *testing.T) {
	pending := record.History{End: record.Stuck, Calls: []record.Call{record.NewPending(model.Op{Kind: model.TryRecv}, 1)}}
	assert.Empty(t, Stuck(model.NewMailbox(model.MailboxConfig{Capacity: 1}), pending, nil))
	assert.NotEmpty(t, Stuck(model.NewBuffer(model.BufferConfig{Capacity: 1}), pending, nil))
	same := record.History{End: record.Stuck, Calls: append([]record.Call{
		record.NewCall(model.Op{Kind: model.Send, Value: 1}, model.Result{}, 1, 2),
		record.NewCall(model.Op{Kind: model.Send, Value: 1}, model.Result{}, 3, 4),
	}, pending.Calls...)}
	assert.Empty(t, Stuck(model.NewBuffer(model.BufferConfig{Capacity: 2}), same, nil))
}

// A lossy buffer is empty only if all it has not dropped was received, and no send
// waits.
func TestLossyBuffersAreStuckToo(t *testing.T) {
	for _, loss := range []model.Loss{model.DropOldest, model.DropNewest} {
		spec := model.NewBuffer(model.BufferConfig{Capacity: 1, Loss: loss, Refusals: model.Spurious, Deadlines: model.Spurious})
		recv := record.NewPending(model.Op{Kind: model.Recv, Proc: 1}, 9)
		for name, c := range map[string]struct {
			calls []record.Call
			right bool
		}{
			"held":     {[]record.Call{sent(0, 1, 1, 2), sent(0, 2, 3, 4), recv}, false},
			"received": {[]record.Call{sent(0, 1, 1, 2), got(1, 1, 3, 4), recv}, true},
			"sending":  {[]record.Call{sent(0, 1, 1, 2), record.NewPending(model.Op{Kind: model.Send, Value: 2}, 3)}, false},
		} {
			h := record.History{Calls: c.calls, End: record.Stuck}
			d := Decide(spec, h, Options{})
			assert.Equal(t, c.right, d.Answer == Explained, "%v, %s: %v", loss, name, d.Findings)
			if !c.right && len(d.Findings) > 0 {
				assert.Equal(t, verdict.LostWakeup, d.Findings[0].Code)
			}
		}
	}
}
