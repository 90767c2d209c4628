package linear_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

var plainWords = linear.Words{
	Item: func(v int64) string { return fmt.Sprint(v) },
	Proc: func(p int) string { return fmt.Sprintf("p%d", p) },
}

func send(proc int, v, from, to int64) record.Call {
	return record.NewCall(model.Op{Kind: model.Send, Proc: proc, Value: v}, model.Result{From: model.AnyPeer}, from, to)
}

func recv(proc int, v, from, to int64) record.Call {
	return record.NewCall(model.Op{Kind: model.Recv, Proc: proc}, model.Result{Value: v, From: model.AnyPeer}, from, to)
}

func pictureOf(t *testing.T, capacity int, calls ...record.Call) *verdict.Trace {
	t.Helper()
	spec := model.NewBuffer(model.BufferConfig{Capacity: capacity})
	v := linear.Verdict("h", spec, record.History{Calls: calls, End: record.Cut}, plainWords, linear.Options{})
	require.NotEmpty(t, v.Findings)
	return v.Findings[0].Trace
}

func TestPictureOfReorderedItems(t *testing.T) {
	tr := pictureOf(t, 4, send(0, 1, 1, 2), send(0, 2, 3, 5), recv(1, 2, 4, 6), recv(1, 1, 8, 9))
	assert.Equal(t, []verdict.Point{
		{Operation: 1, State: []string{"1"}, OK: true},
		{Operation: 2, State: []string{"1", "2"}, OK: true},
		{Operation: 3, State: []string{"1", "2"}, Want: "1", Got: "2"},
	}, tr.Points)
	var circle [][2]int
	for _, c := range tr.Constraints {
		circle = append(circle, [2]int{c.Before, c.After})
	}
	assert.Equal(t, [][2]int{{1, 2}, {4, 3}, {3, 4}}, circle)
	assert.Equal(t, "first in, first out: 1 went in before 2, so it leaves before it", tr.Constraints[1].Why)
}

func TestPictureOfAnOverflow(t *testing.T) {
	tr := pictureOf(t, 1, send(0, 1, 1, 2), send(0, 2, 3, 4), recv(1, 1, 5, 6))
	assert.Equal(t, verdict.Point{Operation: 2, State: []string{"1"}, Want: "wait", Got: "ok"}, tr.Points[len(tr.Points)-1])
	assert.Empty(t, tr.Constraints)
}

// An order that is shown is one: it keeps to time, the specification allows each of
// its operations with what it returned, and what it says the buffer holds follows.
func TestOrdersAreTrue(t *testing.T) {
	failed := 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 7).Draw(t, "operations")
		var calls []record.Call
		for i := range n {
			from := rapid.Int64Range(1, 12).Draw(t, "from")
			to := from + rapid.Int64Range(0, 5).Draw(t, "length")
			v := rapid.Int64Range(1, 4).Draw(t, "item")
			switch rapid.IntRange(0, 8).Draw(t, "what") {
			case 0:
				calls = append(calls, record.NewPending(model.Op{Kind: model.Send, Proc: i, Value: v}, from))
			case 1:
				calls = append(calls, record.NewPending(model.Op{Kind: model.Recv, Proc: i}, from))
			case 2, 3, 4:
				calls = append(calls, send(i, v, from, to))
			default:
				calls = append(calls, recv(i, v, from, to))
			}
		}
		spec := model.NewBuffer(model.BufferConfig{Capacity: 2})
		slices.SortStableFunc(calls, func(a, b record.Call) int { return cmp.Compare(a.Call, b.Call) })
		h := record.Join(rapid.SampledFrom([]record.End{record.Cut, record.Stuck}).Draw(t, "end"), calls)
		v := linear.Verdict("h", spec, h, plainWords, linear.Options{})
		for _, f := range v.Findings {
			failed++
			checkOrder(t, f.Trace)
		}
	})
	assert.Greater(t, failed, 10)
}

// checkOrder executes the points of a trace anew.
func checkOrder(t *rapid.T, tr *verdict.Trace) {
	byID := map[int]verdict.Operation{}
	for _, o := range tr.Operations {
		byID[o.ID] = o
	}
	var holds []string
	for i, p := range tr.Points {
		o := byID[p.Operation]
		for _, later := range tr.Points[i+1:] {
			if to := byID[later.Operation].To; to != nil && *to < o.From {
				t.Fatalf("%s stands before %s, which had returned when it was called", o.Label, byID[later.Operation].Label)
			}
		}
		if !p.OK {
			if i != len(tr.Points)-1 || p.Want == p.Got {
				t.Fatalf("point %d does not fit: %+v", i, p)
			}
			continue
		}
		if o.Op == "send" {
			holds = append(holds, o.Label[len("send("):len(o.Label)-1])
		} else {
			if len(holds) == 0 || o.To != nil && holds[0] != o.Result {
				t.Fatalf("%s gets %s from %v", o.Label, o.Result, holds)
			}
			holds = holds[1:]
		}
		if len(holds) > 2 || fmt.Sprint(holds) != fmt.Sprint(p.State) {
			t.Fatalf("after %s it holds %v, and the point says %v", o.Label, holds, p.State)
		}
	}
}

// An item that is delivered again and again is shown with its send and two receives.
func TestAnItemDeliveredOftenIsShownTwice(t *testing.T) {
	calls := []record.Call{send(0, 1, 1, 2)}
	for i := range int64(50) {
		calls = append(calls, recv(1, 1, 3+2*i, 4+2*i))
	}
	tr := pictureOf(t, 4, calls...)
	require.Len(t, tr.Operations, 3)
	assert.Equal(t, "send(1)", tr.Operations[0].Label)
}

// Who calls anew at the time at which his last call returned has returned before.
func TestTraceOfCallsAtOneTime(t *testing.T) {
	pending := record.NewPending(model.Op{Kind: model.Send, Proc: 0, Value: 3}, 3)
	tr, _ := plainWords.Trace([]record.Call{send(0, 1, 1, 2), send(0, 2, 2, 3), recv(1, 1, 2, 3), pending})
	var steps []string
	for _, s := range tr.Steps {
		steps = append(steps, fmt.Sprint(s.Process, " ", s.Label))
	}
	assert.Equal(t, []string{"0 send(1)", "1 recv()", "0 send returns", "0 send(2)", "0 send(3)", "1 recv returns"}, steps)
}

// Of a run in which nothing moves those are shown that have not returned, and what each
// process has done last.
func TestTraceOfARunThatHangs(t *testing.T) {
	pending := record.NewPending(model.Op{Kind: model.Recv, Proc: 1}, 5)
	tr := plainWords.Hanging(record.History{Calls: []record.Call{send(0, 1, 1, 2), send(0, 2, 3, 4), recv(1, 1, 3, 4), pending}, End: record.Stuck})
	assert.Equal(t, []verdict.Waiting{{Process: 1, Label: "recv()", For: "an item"}}, tr.Waiting)
	var labels []string
	for _, o := range tr.Operations {
		labels = append(labels, o.Label)
	}
	assert.Equal(t, []string{"send(2)", "recv()", "recv()"}, labels)
	assert.Equal(t, verdict.StressPicture, tr.Picture)
}

// What a send waits for that has not returned is what the object could not give it.
func TestWhatSendsWaitFor(t *testing.T) {
	for capacity, want := range map[int]string{model.NoLimit: "nothing: there is no limit", 0: "a receiver", 1: "room"} {
		spec := model.NewBuffer(model.BufferConfig{Capacity: capacity})
		calls := []record.Call{record.NewPending(model.Op{Kind: model.Send, Proc: 0, Value: 1}, 1)}
		if capacity == 0 {
			calls = append(calls, record.NewPending(model.Op{Kind: model.Recv, Proc: 1}, 2))
		}
		v := linear.Verdict("h", spec, record.History{Calls: calls, End: record.Stuck}, plainWords, linear.Options{})
		require.NotEmpty(t, v.Findings)
		assert.Equal(t, want, v.Findings[0].Trace.Waiting[0].For)
	}
}
