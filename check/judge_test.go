package check

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// TestJudgeNeverBlamesAnExplainedHistory draws histories, most of them by a
// buffer that behaves and is then disturbed, and compares the judge with the
// search for a linearization.
func TestJudgeNeverBlamesAnExplainedHistory(t *testing.T) {
	blamed, missed, explained := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		config := model.BufferConfig{
			Capacity:  rapid.SampledFrom([]int{1, 2, model.NoLimit}).Draw(t, "capacity"),
			Order:     rapid.SampledFrom([]Order{FIFO, PerProducer, Bag}).Draw(t, "order"),
			Refusals:  rapid.SampledFrom([]Refusals{Strict, Weak, Spurious}).Draw(t, "refusals"),
			Deadlines: rapid.SampledFrom([]Refusals{Strict, Weak, Spurious}).Draw(t, "deadlines"),
		}
		spec := model.NewBuffer(config)
		h := drawHistory(t, spec)
		j := judge{h: h, capacity: config.Capacity, order: config.Order, refusals: config.Refusals, deadlines: config.Deadlines,
			name: func(v int64) string { return fmt.Sprintf("item %d", v) }}
		found := j.findings()
		answer := linear.Check(spec, h, linear.Budget{})
		switch {
		case answer == linear.Explained && len(found) > 0:
			t.Fatalf("%s: %s %s, but the history is explained: %v", spec.Name(), found[0].code, found[0].message, h.Calls)
		case answer == linear.Explained:
			explained++
		case len(found) > 0:
			blamed++
		default:
			missed++
		}
	})
	t.Logf("%d explained, %d blamed, %d left to the search", explained, blamed, missed)
	if blamed == 0 || explained == 0 {
		t.Error("the histories are all of one kind")
	}
}

// drawHistory lets three processes use a buffer that behaves; now and then a
// result is replaced by another.
func drawHistory(t *rapid.T, spec model.Spec) record.History {
	var clock record.Clock
	logs := []*record.Log{record.NewLog(&clock), record.NewLog(&clock), record.NewLog(&clock)}
	type call struct {
		op   model.Op
		done bool
		res  model.Result
	}
	open := make([]*call, len(logs))
	state := spec.Init()
	next := int64(0)
	kinds := []model.Kind{model.Send, model.Recv, model.TrySend, model.TryRecv, model.SendUntil, model.RecvUntil, model.Close}
	for range rapid.IntRange(1, 24).Draw(t, "events") {
		p := rapid.IntRange(0, len(logs)-1).Draw(t, "process")
		c := open[p]
		switch {
		case c == nil:
			k := kinds[min(rapid.IntRange(0, 20).Draw(t, "kind"), 100)%len(kinds)]
			if k == model.Close && rapid.IntRange(0, 3).Draw(t, "close") > 0 {
				k = model.TryRecv
			}
			op := model.Op{Proc: p, Kind: k}
			if k.Sends() {
				next++
				op.Value = next
			}
			open[p] = &call{op: op}
			logs[p].Begin(op)
		case !c.done: // take effect
			if out := spec.Step(state, c.op); len(out) > 0 {
				o := out[rapid.IntRange(0, len(out)-1).Draw(t, "outcome")]
				state, c.res, c.done = o.Next, o.Result, true
			}
		default:
			if rapid.IntRange(0, 9).Draw(t, "disturb") == 0 {
				refusal, ok := c.op.Kind.Refusal()
				switch {
				case c.res.Status != OK || !ok:
					c.res.Status = OK
				default:
					c.res.Status = refusal
				}
				if c.op.Kind.Receives() && c.res.Status == OK {
					c.res.Value = rapid.Int64Range(1, max(next, 1)).Draw(t, "value")
				}
			}
			logs[p].End(c.res)
			open[p] = nil
		}
	}
	return record.Merge(record.Cut, logs...)
}
