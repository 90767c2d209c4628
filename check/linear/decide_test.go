package linear

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/workload"
	"github.com/ipccheck/ipccheck/check/linear/internal/general"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

func refused(kind model.Kind, proc int, v, from, to int64) record.Call {
	s, _ := kind.Refusal()
	return call(model.Op{Kind: kind, Proc: proc, Value: v}, model.Result{Status: s, From: model.AnyPeer}, from, to)
}

func closed(proc int, from, to int64) record.Call {
	return call(model.Op{Kind: model.Close, Proc: proc}, model.Result{From: model.AnyPeer}, from, to)
}

// decided is the answer, which porcupine must share.
func decided(t *testing.T, c model.BufferConfig, calls ...record.Call) Decision {
	t.Helper()
	h := record.History{Calls: calls, End: record.Cut}
	h.Sort()
	h.Contend()
	spec := model.NewBuffer(c)
	d := Decide(spec, h, Options{})
	require.Equal(t, Check(spec, h, Budget{}), d.Answer, "%v\n%s", d.Findings, show(h))
	return d
}

// TestItemsStayUntilTheirReceiveReturns: a "full" may need an item to stay past
// the call of its receive, and past everything that is open when the item enters.
// It is not enough to look at the operations under way.
func TestItemsStayUntilTheirReceiveReturns(t *testing.T) {
	k1, k2 := model.BufferConfig{Capacity: 1}, model.BufferConfig{Capacity: 2}
	// The receive is called long before the refusal, and takes effect after it.
	assert.Equal(t, Explained, decided(t, k1, sent(0, 1, 1, 2), got(1, 1, 3, 20), refused(model.TrySend, 2, 9, 10, 11)).Answer)
	// It is called after the item has entered and other operations have come and
	// gone, and before the refusal.
	assert.Equal(t, Explained, decided(t, k2,
		sent(0, 1, 1, 2), sent(0, 2, 3, 4), got(1, 1, 5, 6), sent(0, 3, 7, 8), got(1, 2, 9, 30), refused(model.TrySend, 2, 9, 20, 21)).Answer)
	// And it may not stay longer than that.
	d := decided(t, k1, sent(0, 1, 1, 2), got(1, 1, 3, 9), refused(model.TrySend, 2, 9, 10, 11))
	assert.Equal(t, []verdict.Code{verdict.FalseRefusal}, codes(d))
	// Of two orders the one with the later exits may be the one that is needed.
	assert.Equal(t, Explained, decided(t, k2,
		sent(2, 1, 2, 6), sent(3, 2, 3, 5), got(1, 2, 1, 12), got(0, 1, 4, 8), sent(3, 3, 7, 10), refused(model.TrySend, 2, 4, 9, 11), sent(3, 5, 13, 15)).Answer)
	// It cannot be seen empty and full of the same items.
	assert.Equal(t, Unexplained, decided(t, k2,
		sent(0, 1, -6, -4), refused(model.TrySend, 2, 2, -5, 0), sent(0, 3, -3, -1), got(1, 1, -2, 1), refused(model.TrySend, 1, 4, 2, 7),
		got(2, 0, 3, record.Never), refused(model.TryRecv, 0, 0, 4, 5), sent(0, 5, 6, record.Never)).Answer)
}

// TestWhatOnlyAPendingReceiveCanTake: items that nobody is known to have got
// block those behind them, unless a receive that has not returned took them.
// Configurations that hold such items are not better for being earlier.
func TestWhatOnlyAPendingReceiveCanTake(t *testing.T) {
	fifo, k1 := model.BufferConfig{Capacity: model.NoLimit}, model.BufferConfig{Capacity: 1}
	first, second := sent(0, 1, 1, 2), sent(0, 2, 3, 4)
	taker := func(from int64) record.Call { return got(2, 0, from, record.Never) }
	for _, c := range []model.BufferConfig{fifo, k1} {
		assert.Equal(t, Unexplained, decided(t, c, first, second, got(1, 2, 5, 6)).Answer, "item 1 is in the way")
		assert.Equal(t, Explained, decided(t, c, first, second, got(1, 2, 5, 6), taker(0)).Answer)
		assert.Equal(t, Unexplained, decided(t, c, first, second, got(1, 2, 5, 6), taker(7)).Answer, "it comes too late")
	}
	// One receive takes one item.
	assert.Equal(t, Unexplained, decided(t, k1, first, second, sent(0, 3, 5, 6), got(1, 3, 7, 8), taker(0)).Answer)
	assert.Equal(t, Explained, decided(t, k1, first, second, sent(0, 3, 5, 6), got(1, 3, 7, 8), taker(0), call(model.Op{Kind: model.Recv, Proc: 3}, model.Result{}, 0, record.Never)).Answer)
	// A send that has not returned may fill the buffer, and a receive take it out.
	assert.Equal(t, Explained, decided(t, k1, sent(0, 1, 1, record.Never), refused(model.TrySend, 1, 2, 3, 4), taker(0), refused(model.TryRecv, 3, 0, 5, 6)).Answer)
	assert.Equal(t, Unexplained, decided(t, k1, sent(0, 1, 1, record.Never), refused(model.TrySend, 1, 2, 3, 4), refused(model.TryRecv, 3, 0, 5, 6)).Answer)
}

// TestNoTimeMeansSomethingElse: histories are the same wherever their clock
// begins.
func TestNoTimeMeansSomethingElse(t *testing.T) {
	for _, c := range []model.BufferConfig{{Capacity: model.NoLimit}, {Capacity: 2}, {Capacity: 2, Order: model.Bag}, {Capacity: 2, Order: model.PerProducer}, {}} {
		for i := range uint64(300) {
			r := rand.New(rand.NewPCG(i, 5))
			spec := model.NewBuffer(c)
			h := behave(r, spec, true, 4+r.IntN(26))
			if c.Capacity == 0 {
				h = meet(r, spec, true)
			}
			if len(h.Calls) > 0 {
				damages[r.IntN(len(damages))](r, &h)
			}
			h.Sort()
			want := Decide(spec, h, Options{})
			for _, by := range []int64{-1, -2, -5, -9, -1000, always + 1000, never - 1000} {
				moved := record.History{End: h.End}
				for _, c := range h.Calls {
					c.Call += by
					if !c.Pending() {
						c.Return += by
					}
					moved.Calls = append(moved.Calls, c)
				}
				got := Decide(spec, moved, Options{})
				require.Equal(t, want.Answer, got.Answer, "moved by %d\n%s", by, show(h))
				require.Equal(t, codes(want), codes(got))
			}
		}
	}
}

func TestFindingsHaveWords(t *testing.T) {
	fifo := model.BufferConfig{Capacity: model.NoLimit}
	for _, c := range []struct {
		config model.BufferConfig
		calls  []record.Call
		code   verdict.Code
		words  string
		ops    int
	}{
		{fifo, []record.Call{got(1, 7, 1, 2)}, verdict.InventedItem, "item 7 was delivered, and nobody had sent it", 1},
		{fifo, []record.Call{got(1, 7, 1, 2), sent(0, 7, 3, 4)}, verdict.InventedItem, "item 7 was delivered before anybody had sent it", 2},
		{fifo, []record.Call{sent(0, 7, 1, 2), got(1, 7, 3, 4), got(1, 7, 5, 6)}, verdict.DuplicatedItem, "item 7 was delivered twice", 3},
		{model.BufferConfig{Capacity: 1}, []record.Call{sent(0, 1, 0, 1), refused(model.TrySend, 0, 7, 2, 3), got(1, 1, 4, 5), got(1, 7, 6, 7)}, verdict.InventedItem, "item 7 was delivered, though its try_send had answered full", 2},
		{fifo, []record.Call{sent(0, 1, 1, 2), sent(0, 2, 3, 4), got(1, 2, 5, 6), got(1, 1, 7, 8)}, verdict.ReorderedItem, "item 1 was put before item 2, yet item 2 left first", 4},
		{fifo, []record.Call{sent(0, 1, 1, 2), sent(0, 2, 3, 4), got(1, 2, 5, 6)}, verdict.LostItem, "item 1 was put before item 2, yet item 2 left and item 1 was never delivered", 3},
		{fifo, []record.Call{sent(0, 1, 1, 2), refused(model.TryRecv, 1, 0, 3, 4), got(1, 1, 5, 6)}, verdict.FalseRefusal, "try_recv answered empty while item 1 was inside", 3},
		{fifo, []record.Call{sent(0, 1, 1, 2), sent(2, 2, 3, 4), got(3, 1, 5, 20), refused(model.TryRecv, 1, 0, 3, 8), got(1, 2, 9, 10)}, verdict.FalseRefusal, "try_recv answered empty while item 1, then item 2 was inside", 5},
		{fifo, []record.Call{sent(0, 1, 1, 2), refused(model.TryRecv, 1, 0, 3, 4)}, verdict.LostItem, "item 1 was accepted and never delivered, and try_recv answered empty", 2},
		{fifo, []record.Call{refused(model.TrySend, 0, 1, 1, 2)}, verdict.FalseRefusal, "try_send answered full to item 1, and there is no limit", 1},
		{model.BufferConfig{Capacity: 1}, []record.Call{sent(0, 1, 1, 2), sent(0, 2, 3, 4)}, verdict.Overflow, "2 items were inside at once, and the capacity is 1", 2},
		{model.BufferConfig{Capacity: 2}, []record.Call{refused(model.TrySend, 0, 1, 1, 2)}, verdict.FalseRefusal, "try_send answered full to item 1 while at most 0 items were inside and the capacity is 2", 1},
		{fifo, []record.Call{closed(0, 1, 2), sent(1, 1, 3, 4)}, verdict.BrokenBoundary, "close had returned, yet send, called after that, answered ok", 2},
		{fifo, []record.Call{call(model.Op{Kind: model.Recv}, model.Result{Status: model.Closed}, 1, 2), closed(0, 3, 4)}, verdict.BrokenBoundary, "recv answered closed before anybody closed", 1},
		{fifo, []record.Call{sent(0, 1, 1, 2), closed(0, 3, 4), call(model.Op{Kind: model.Recv, Proc: 1}, model.Result{Status: model.Closed}, 5, 6)}, verdict.LostItem, "item 1 was accepted and never delivered, and recv answered closed", 2},
		{fifo, []record.Call{sent(0, 1, 1, 2), closed(0, 3, 4), call(model.Op{Kind: model.Recv, Proc: 1}, model.Result{Status: model.Closed}, 5, 6), got(2, 1, 7, 8)}, verdict.BrokenBoundary, "recv answered closed while item 1 was still there", 3},
		{fifo, []record.Call{closed(0, 1, 2), closed(1, 3, 4)}, verdict.BrokenBoundary, "close answered ok twice", 2},
		{fifo, []record.Call{call(model.Op{Kind: model.Recv}, model.Result{Status: model.Empty}, 1, 2)}, verdict.FalseRefusal, "recv answered empty, which it never may", 1},
		{model.BufferConfig{Capacity: 1, Order: model.Bag}, []record.Call{sent(0, 1, 1, 2), sent(2, 2, 3, 6), got(1, 2, 5, 8)}, verdict.Overflow, "item 2 had no room to pass: 1 other was inside all the time, and the capacity is 1", 2},
	} {
		d := decided(t, c.config, c.calls...)
		require.NotEmpty(t, d.Findings, c.words)
		f := d.Findings[0]
		assert.Equal(t, c.code, f.Code, c.words)
		assert.Equal(t, c.words, f.Message)
		assert.Len(t, f.Witness, c.ops, c.words)
	}
}

func TestRendezvousAndStuckRunsHaveWords(t *testing.T) {
	wait := func(kind model.Kind, proc int, v, from int64) record.Call {
		return call(model.Op{Kind: kind, Proc: proc, Value: v}, model.Result{}, from, record.Never)
	}
	for _, c := range []struct {
		config model.BufferConfig
		calls  []record.Call
		code   verdict.Code
		words  string
	}{
		{model.BufferConfig{}, []record.Call{sent(0, 1, 1, 2), got(1, 1, 3, 4)}, verdict.Overflow, "send of item 1 returned before its recv was called: it was held in between, and a rendezvous holds nothing"},
		{model.BufferConfig{}, []record.Call{sent(0, 1, 1, 2)}, verdict.LostItem, "send of item 1 answered ok, and nobody received it"},
		{model.BufferConfig{}, []record.Call{wait(model.Send, 0, 1, 1), wait(model.Recv, 1, 0, 2)}, verdict.LostWakeup, "send of item 1 and recv both wait, and do not meet"},
		{model.BufferConfig{Capacity: 2}, []record.Call{sent(0, 1, 1, 2), wait(model.Recv, 1, 0, 3)}, verdict.LostWakeup, "recv still waits while 1 item is inside"},
		{model.BufferConfig{Capacity: 2}, []record.Call{sent(0, 1, 1, 2), wait(model.Send, 0, 2, 3)}, verdict.LostWakeup, "send of item 2 still waits while 1 item is inside and the capacity is 2"},
		{model.BufferConfig{Capacity: 2}, []record.Call{wait(model.TryRecv, 1, 0, 3)}, verdict.LostWakeup, "try_recv must answer at once, and does not return"},
		{model.BufferConfig{Capacity: 2}, []record.Call{wait(model.Send, 0, 1, 1), got(1, 1, 2, 3)}, verdict.LostWakeup, "send of item 1 still waits though its item has been received"},
		{model.BufferConfig{Capacity: 2}, []record.Call{closed(0, 1, 2), wait(model.Recv, 1, 0, 3)}, verdict.LostWakeup, "recv still waits though close had returned"},
		{model.BufferConfig{Capacity: model.NoLimit}, []record.Call{wait(model.Send, 1, 1, 3)}, verdict.LostWakeup, "send of item 1 still waits, and there is no limit"},
		{model.BufferConfig{Capacity: 1}, []record.Call{wait(model.RecvContext, 1, 0, 3)}, verdict.LostWakeup, "recv_until still waits, and must not wait forever"},
	} {
		h := record.History{Calls: c.calls, End: record.Stuck}
		d := Decide(model.NewBuffer(c.config), h, Options{})
		require.NotEmpty(t, d.Findings, c.words)
		assert.Equal(t, c.code, d.Findings[0].Code)
		assert.Equal(t, c.words, d.Findings[0].Message)
	}
	// What may wait may wait forever, and a run that was cut says nothing of it.
	for _, h := range []record.History{
		{Calls: []record.Call{wait(model.Recv, 1, 0, 3)}, End: record.Stuck},
		{Calls: []record.Call{sent(0, 1, 1, 2), wait(model.Send, 0, 2, 3)}, End: record.Stuck},
		{Calls: []record.Call{sent(0, 1, 1, 2), wait(model.Recv, 1, 0, 3)}, End: record.Cut},
	} {
		assert.Equal(t, Explained, Decide(model.Bounded(1), h, Options{}).Answer)
	}
}

func TestBehavesLikeAnotherCapacity(t *testing.T) {
	four := []record.Call{sent(0, 1, 1, 2), sent(0, 2, 3, 4), sent(0, 3, 5, 6), sent(0, 4, 7, 8), got(1, 1, 9, 10)}
	d := decided(t, model.BufferConfig{Capacity: 2}, four...)
	assert.Equal(t, []verdict.Code{verdict.Overflow}, codes(d))
	assert.Equal(t, 4, d.Behaves)
	d = decided(t, model.BufferConfig{Capacity: 6}, append(four[:3:3], refused(model.TrySend, 0, 9, 7, 8))...)
	assert.Equal(t, []verdict.Code{verdict.FalseRefusal}, codes(d))
	assert.Equal(t, 3, d.Behaves)
}

func TestMinimalShowsTheFault(t *testing.T) {
	reduced := 0
	for i := range uint64(4000) {
		r := rand.New(rand.NewPCG(i, 21))
		sh := shapes[r.IntN(len(shapes))]
		spec := model.NewBuffer(sh.configs[r.IntN(len(sh.configs))])
		h := draw(r, spec, sh)
		d := Decide(spec, h, Options{})
		if d.Answer != Unexplained {
			continue
		}
		d.Findings = d.Findings[:1]
		part := Minimal(spec, h, d, Options{})
		e := Decide(spec, part, Options{})
		if d.Engine != porcupineSearch {
			require.Contains(t, codes(e), d.Findings[0].Code, "%s\n%s", show(h), show(part))
		}
		require.Equal(t, Unexplained, Check(spec, part, Budget{}), "%s\n%s", show(h), show(part))
		if len(part.Calls) < len(h.Calls) {
			reduced++
		}
	}
	assert.Greater(t, reduced, 500)
	for _, capacity := range []int{model.NoLimit, 4} {
		h := workload.Damaged(workload.Simulated(20_000, 8, capacity, 3))
		spec := model.NewBuffer(model.BufferConfig{Capacity: capacity})
		d := Decide(spec, h, Options{})
		d.Findings = d.Findings[:1]
		assert.LessOrEqual(t, len(Minimal(spec, h, d, Options{}).Calls), 6)
	}
}

func TestMinimalOfWhatPorcupineDecides(t *testing.T) {
	// The same value twice, and far behind it something wrong and something more.
	calls := []record.Call{sent(0, 5, 1, 2), sent(0, 6, 3, 4), sent(0, 5, 5, 6), got(1, 5, 7, 8), got(1, 5, 9, 10), sent(0, 7, 11, 12), got(1, 6, 13, 14)}
	h := history(calls...)
	d := Decide(model.Unbounded(), h, Options{})
	require.Equal(t, porcupineSearch, d.Engine)
	assert.Equal(t, history(calls[:5]...).Calls, Minimal(model.Unbounded(), h, d, Options{}).Calls)
}

func TestUndecidedSaysWhy(t *testing.T) {
	h := workload.Simulated(4000, 16, 4, 1)
	d := Decide(model.Bounded(4), h, Options{Budget: Budget{Steps: 10}})
	assert.Equal(t, Unknown, d.Answer)
	assert.Regexp(t, `^the search for an order was given up: \d+ of 2000 items are placed, and too many orders are left$`, d.Reason)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.Equal(t, Unknown, Decide(model.Bounded(4), h, Options{Context: ctx}).Answer)
	// Values that repeat go to porcupine, which gives up too.
	for i := range h.Calls {
		h.Calls[i].Value %= 50
	}
	d = Decide(model.Unbounded(), h, Options{Budget: Budget{Steps: 1000}})
	assert.Equal(t, Unknown, d.Answer)
	assert.Regexp(t, `^item \d+ is sent more than once, so the monitors do not apply, and porcupine did not decide it in 1000 steps$`, d.Reason)
	d = Decide(model.Unbounded(), h, Options{Budget: Budget{Bytes: 1 << 20}})
	assert.Contains(t, d.Reason, "which take about 1 MiB")
	assert.Equal(t, Unknown, Decide(model.Unbounded(), h, Options{Context: ctx}).Answer)
}

func TestModelsAgree(t *testing.T) {
	for i := range uint64(3000) {
		r := rand.New(rand.NewPCG(i, 31))
		sh := shapes[r.IntN(len(shapes))]
		spec := model.NewBuffer(sh.configs[r.IntN(len(sh.configs))])
		h := draw(r, spec, sh)
		if len(h.Pending()) > 0 || spec.Config().Loss == model.DropOldest && spec.Order() != model.FIFO { // several may be the oldest
			continue
		}
		ops := general.Operations(h)
		require.Equal(t, porcupine.CheckOperations(general.Model(spec), ops), porcupine.CheckOperations(general.Deterministic(spec), ops), show(h))
	}
	m := general.Deterministic(model.Bounded(1))
	ok, _ := m.Step(m.Init(), model.Op{Kind: model.Send}, general.Pending)
	assert.False(t, ok, "it has no place for what has not returned")
}

func TestParseSpec(t *testing.T) {
	for text, want := range map[string]model.BufferConfig{
		"unbounded":           {Capacity: model.NoLimit},
		"bounded:4":           {Capacity: 4},
		"bounded:4,weak":      {Capacity: 4, Refusals: model.Weak, Deadlines: model.Weak},
		"bounded:4,abortable": {Capacity: 4, Refusals: model.Abortable, Deadlines: model.Abortable},
		"rendezvous,strict":   {},
		"unbounded,deadlines": {Capacity: model.NoLimit, Deadlines: model.Spurious},
		"bag,weak,deadlines":  {Capacity: model.NoLimit, Order: model.Bag, Refusals: model.Weak, Deadlines: model.Spurious},
		"mailbox":             {Capacity: model.NoLimit, Order: model.PerProducer},
		"mailbox:2":           {Capacity: 2, Order: model.PerProducer},
		"bag:2,spurious":      {Capacity: 2, Order: model.Bag, Refusals: model.Spurious, Deadlines: model.Spurious},
	} {
		c, err := ParseSpec(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, c, text)
	}
	for _, text := range []string{"", "bounded", "bounded:", "bounded:0", "bounded:-1", "bounded:99999999999", "rendezvous:1", "unbounded:2", "stack", "bag,", "bag,lazy", "bag,weak,weak", "bag,deadlines,weak", "bagdeadlines", "bag,,deadlines", "bag,deadlines,deadlines", "Bag"} {
		_, err := ParseSpec(text)
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), "want "+SpecWords)
	}
	for _, c := range []struct {
		object   string
		capacity int
		want     string
	}{{"bounded", 4, "bounded:4"}, {"unbounded", -1, "unbounded"}, {"rendezvous", 0, "rendezvous"}, {"mailbox", -1, "mailbox"}, {"bag", 3, "bag:3"}, {"", 3, ""}} {
		assert.Equal(t, c.want, SpecOf(c.object, c.capacity))
	}
}

func FuzzParseSpec(f *testing.F) {
	f.Add("bounded:4,weak")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseSpec(s); err == nil {
			require.NoError(t, c.Validate())
		}
	})
}

func TestVerdict(t *testing.T) {
	words := Words{Item: itemName, Proc: func(p int) string { return "p" + string(rune('0'+p)) }}
	h := history(sent(0, 1, 1, 2), sent(0, 2, 3, 4), sent(2, 3, 4, 5), got(1, 2, 5, 6), got(1, 1, 7, 8))
	v := Verdict("x", model.Unbounded(), h, words, Options{})
	assert.Equal(t, verdict.Fail, v.Answer)
	assert.Equal(t, verdict.History, v.Kind)
	assert.Equal(t, fifoMonitor, v.Engine)
	assert.Equal(t, "this one run: 5 operations, 3 of which overlapped another; decided by the FIFO monitor", v.Coverage)
	require.Len(t, v.Findings, 1)
	assert.Equal(t, []string{"p0", "p1"}, v.Findings[0].Trace.Processes)
	assert.Len(t, v.Findings[0].Trace.Steps, 4)
	v = Verdict("x", model.Unbounded(), history(sent(0, 1, 1, 2)), words, Options{})
	assert.Equal(t, verdict.Pass, v.Answer)
	assert.Equal(t, []string{"concurrency: nothing overlapped in this run"}, v.Unchecked)
	v = Verdict("x", model.Unbounded(), history(), words, Options{})
	assert.Equal(t, verdict.Inconclusive, v.Answer, "there is nothing to look at")
	v = Verdict("x", model.Bounded(4), workload.Simulated(4000, 16, 4, 1), words, Options{Budget: Budget{Steps: 10}})
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.NotEmpty(t, v.Reason)
}

func TestHTML(t *testing.T) {
	words := Words{Item: itemName, Proc: func(int) string { return "" }}
	var b strings.Builder
	h := history(sent(0, 1, 1, 2), got(1, 1, 5, 6), got(2, 0, 7, record.Never))
	require.NoError(t, HTML(context.Background(), &b, model.Unbounded(), h, words, Budget{}))
	assert.Contains(t, b.String(), "send(item 1) -")
	assert.EqualError(t, HTML(context.Background(), &b, model.Unbounded(), workload.Simulated(4000, 2, -1, 1), words, Budget{}),
		"a picture of 4000 operations cannot be read: want at most 2000")
}

// In a stuck run Minimal keeps what is held: with an item less inside, the send
// would seem to wait for nothing.
func TestMinimalKeepsWhatIsHeldInAStuckRun(t *testing.T) {
	spec := model.Bounded(4)
	var calls []record.Call
	for v := range int64(4) {
		calls = append(calls, sent(0, v, 2*v, 2*v+1))
	}
	h := history(append(calls, sent(0, 9, 10, record.Never), record.NewPending(model.Op{Kind: model.Recv, Proc: 1}, 11))...)
	h.End = record.Stuck
	d := Decide(spec, h, Options{})
	require.Len(t, d.Findings, 1)
	part := Minimal(spec, h, d, Options{})
	assert.Equal(t, d.Findings[0].Message, Decide(spec, part, Options{}).Findings[0].Message)
	assert.Subset(t, part.Calls, calls)
}
