package linear

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// meetings are complete rendezvous, all of one value, several at a time.
func meetings(rounds, pairs int) record.History {
	h := record.History{End: record.Complete}
	for n := range rounds {
		at := int64(10 * n)
		for p := range pairs {
			h.Calls = append(h.Calls,
				record.NewCall(model.Op{Kind: model.Send, Proc: 2 * p, Value: 7}, model.Result{}, at, at+5),
				record.NewCall(model.Op{Kind: model.Recv, Proc: 2*p + 1}, model.Result{Value: 7, From: model.AnyPeer}, at, at+5))
		}
	}
	h.Sort()
	return h
}

func TestRepeatedValuesMeet(t *testing.T) {
	h := meetings(200, 3)
	d := Decide(model.Rendezvous(), h, Options{})
	assert.Equal(t, Explained, d.Answer, d.Reason)
	assert.Equal(t, rendezvousMonitor, d.Engine)
	assert.Equal(t, Explained, Decide(model.Rendezvous(), meetings(20, 20), Options{}).Answer, "any choice of pairs will do")
	assert.Equal(t, Explained, Check(model.Rendezvous(), meetings(20, 3), Budget{}))
	// The receive that comes first must leave the send that returns first to the other.
	send := func(p int, from, to int64) record.Call {
		return record.NewCall(model.Op{Kind: model.Send, Proc: p, Value: 7}, model.Result{}, from, to)
	}
	recv := func(p int, from, to int64) record.Call {
		return record.NewCall(model.Op{Kind: model.Recv, Proc: p}, model.Result{Value: 7, From: model.AnyPeer}, from, to)
	}
	d = Decide(model.Rendezvous(), record.History{End: record.Complete, Calls: []record.Call{recv(0, 1, 9), send(1, 2, 7), recv(2, 3, 4), send(3, 5, 6)}}, Options{})
	assert.Equal(t, Explained, d.Answer)
	assert.Equal(t, rendezvousMonitor, d.Engine)
	// A receive that came too late for the last send, and early for none.
	late := &h.Calls[len(h.Calls)-1]
	late.Call, late.Return = late.Return+1, late.Return+2
	d = Decide(model.Rendezvous(), h, Options{})
	assert.Equal(t, Unexplained, d.Answer)
	// A send that nobody can have met was held.
	d = Decide(model.Rendezvous(), record.History{End: record.Complete, Calls: []record.Call{send(0, 1, 2), recv(1, 3, 4), send(2, 5, 8), recv(3, 6, 7)}}, Options{})
	require.Len(t, d.Findings, 1)
	assert.Equal(t, verdict.Overflow, d.Findings[0].Code, d.Findings[0].Message)
	// A bounded buffer explains both: what joins is of the object, not of the history.
	assert.Equal(t, Explained, Check(model.Bounded(3), h, Budget{}))
	assert.Equal(t, Unexplained, Check(model.Rendezvous(), h, Budget{}))
}

func TestSearchOutOfStepsIsUnknown(t *testing.T) {
	h := meetings(20, 4)
	for range 2 {
		d := Decide(model.NewMailbox(model.MailboxConfig{Boxes: []int{0}}), h, Options{Budget: Budget{Steps: 100}})
		assert.Equal(t, Unknown, d.Answer)
		assert.Equal(t, "the search did not decide it in 100 steps", d.Reason)
		assert.Empty(t, d.Findings)
	}
}

func TestRepeatedValuesKeepTheRuleForStuckRuns(t *testing.T) {
	send := func(p int, from, to int64) record.Call {
		return record.NewCall(model.Op{Kind: model.Send, Proc: p, Value: 7}, model.Result{}, from, to)
	}
	waits := func(k model.Kind, p int) record.Call {
		op := model.Op{Kind: k, Proc: p}
		if k.Sends() {
			op.Value = 7
		}
		return record.NewPending(op, 9)
	}
	for _, c := range []struct {
		spec    model.Spec
		waits   []record.Call
		message string
	}{
		{model.Bounded(2), []record.Call{waits(model.Send, 2)}, ""},
		{model.Bounded(2), []record.Call{waits(model.Recv, 2)}, "recv still waits, and after no order of the operations that have returned must it"},
		{model.Bounded(3), []record.Call{waits(model.Send, 2)}, "send of item 7 still waits, and after no order of the operations that have returned must it"},
		{model.Bounded(2), []record.Call{waits(model.Send, 2), waits(model.TrySend, 3)}, "try_send of item 7 must answer at once, and does not return"},
		{model.NewMailbox(model.MailboxConfig{Boxes: []int{0}, Capacity: 2}), []record.Call{waits(model.Recv, 2)}, "recv still waits, and after no order of the operations that have returned must it"},
	} {
		h := record.History{End: record.Stuck, Calls: append([]record.Call{send(0, 1, 2), send(1, 3, 4)}, c.waits...)}
		d := Decide(c.spec, h, Options{})
		if c.message == "" {
			assert.Equal(t, Explained, d.Answer)
			continue
		}
		require.Len(t, d.Findings, 1, c.message)
		assert.Equal(t, verdict.LostWakeup, d.Findings[0].Code)
		assert.Equal(t, c.message, d.Findings[0].Message)
	}
	// Two halves of a rendezvous, each of which has to wait alone.
	h := meetings(1, 2)
	h.End = record.Stuck
	h.Calls = append(h.Calls, waits(model.Send, 0), waits(model.Recv, 1))
	d := Decide(model.Rendezvous(), h, Options{})
	require.Len(t, d.Findings, 1)
	assert.Equal(t, "send of item 7 and recv both wait, and after no order of the operations that have returned must both", d.Findings[0].Message)
	// What still waits has had its effect: the third receive needs it.
	h = record.History{End: record.Stuck, Calls: []record.Call{send(0, 1, 2), waits(model.Send, 1)}}
	for p := range 2 {
		h.Calls = append(h.Calls, record.NewCall(model.Op{Kind: model.Recv, Proc: 2 + p}, model.Result{Value: 7, From: model.AnyPeer}, 10, 11))
	}
	d = Decide(model.Bounded(2), h, Options{})
	require.Len(t, d.Findings, 1)
	assert.Contains(t, d.Findings[0].Message, "only if an operation that still waits has had its effect")
}

// One process is sequential, at equal times too; others overlap then.
func TestProcessIsSequentialAtEqualTimes(t *testing.T) {
	send := func(p int, v, from, to int64) record.Call {
		return record.NewCall(model.Op{Kind: model.Send, Proc: p, Value: v}, model.Result{}, from, to)
	}
	recv := func(p int, v, from, to int64) record.Call {
		return record.NewCall(model.Op{Kind: model.Recv, Proc: p}, model.Result{Value: v, From: model.AnyPeer}, from, to)
	}
	swapped := []record.Call{recv(2, 2, 4, 5), recv(2, 1, 6, 7)}
	decide := func(calls ...record.Call) Decision {
		d := Decide(model.Unbounded(), record.History{End: record.Complete, Calls: append(calls, swapped...)}, Options{})
		if d.Answer == Unexplained {
			for _, c := range d.Findings[0].Witness {
				assert.Contains(t, append(calls, swapped...), c)
			}
		}
		return d
	}
	d := decide(send(0, 1, 1, 2), send(0, 2, 2, 3))
	assert.Equal(t, []verdict.Code{verdict.ReorderedItem}, codes(d))
	assert.Equal(t, fifoMonitor, d.Engine)
	assert.Equal(t, []verdict.Code{verdict.ReorderedItem}, codes(decide(send(0, 1, 2, 2), send(0, 2, 2, 2))), "they take no time")
	assert.Equal(t, Explained, decide(send(0, 1, 1, 2), send(1, 2, 2, 3)).Answer, "two processes")
	assert.Equal(t, Explained, decide(send(0, 2, 2, 2), send(0, 1, 2, 2)).Answer, "the order in which they stand")
	// Several processes at one time: no times say all of that.
	one, other := []record.Call{send(0, 1, 1, 2), send(0, 3, 2, 3)}, []record.Call{send(1, 4, 1, 2), send(1, 2, 2, 3)}
	both := append(one, other...)
	last := []record.Call{recv(2, 4, 4, 5), recv(2, 2, 6, 7), recv(2, 1, 8, 9), recv(2, 3, 10, 11)}
	d = Decide(model.Unbounded(), record.History{End: record.Complete, Calls: append(both, last...)}, Options{})
	assert.Equal(t, Explained, d.Answer)
	assert.Equal(t, justInTimeSearch, d.Engine, "4 and 2 before 1 and 3, which no times allow that keep both processes in order")
	last[0].Value, last[1].Value = last[1].Value, last[0].Value
	d = Decide(model.Unbounded(), record.History{End: record.Complete, Calls: append(both, last...)}, Options{})
	assert.Equal(t, []verdict.Code{verdict.ReorderedItem}, codes(d))
}
