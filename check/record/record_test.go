package record

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/model"
)

func TestClockGivesEveryEventItsOwnTime(t *testing.T) {
	var c Clock
	var wg sync.WaitGroup
	got := make([][]int64, 4)
	for i := range got {
		wg.Go(func() {
			for range 1000 {
				got[i] = append(got[i], c.Tick())
			}
		})
	}
	wg.Wait()
	seen := map[int64]bool{}
	for _, ts := range got {
		last := int64(0)
		for _, ti := range ts {
			assert.False(t, seen[ti], "time %d twice", ti)
			assert.Greater(t, ti, last)
			seen[ti], last = true, ti
		}
	}
}

func TestLogKeepsAPendingOperation(t *testing.T) {
	var c Clock
	l := NewLog(&c)
	l.Begin(model.Op{Kind: model.Send, Value: 1})
	l.End(model.Result{Status: model.OK})
	l.Begin(model.Op{Kind: model.Recv})
	open, ok := l.Open()
	require.True(t, ok)
	assert.Equal(t, model.Recv, open.Kind)
	h := Merge(Stuck, l)
	require.Len(t, h.Calls, 2)
	assert.False(t, h.Calls[0].Pending())
	assert.True(t, h.Calls[1].Pending())
	assert.Len(t, h.Pending(), 1)
}

func TestFoldedAttemptsLeaveTheHistoryAndStillContend(t *testing.T) {
	var c Clock
	cons, prod := NewLog(&c), NewLog(&c)
	for range 3 { // the consumer polls three times
		cons.Begin(model.Op{Kind: model.TryRecv, Proc: 1})
		cons.End(model.Result{Status: model.Empty})
		cons.Fold()
	}
	cons.Begin(model.Op{Kind: model.TryRecv, Proc: 1})
	prod.Begin(model.Op{Kind: model.TrySend, Proc: 0, Value: 1})
	cons.End(model.Result{Status: model.Empty})
	cons.Fold()
	prod.End(model.Result{Status: model.Full})
	h := Merge(Complete, prod, cons)
	require.Len(t, h.Calls, 1)
	assert.True(t, h.Calls[0].Contended, "a poll was under way")
}

func TestContentionAndOverlapAgreeWithPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Clock
		n := rapid.IntRange(1, 4).Draw(t, "processes")
		logs := make([]*Log, n)
		open := make([]bool, n)
		for i := range logs {
			logs[i] = NewLog(&c)
		}
		kinds := []model.Kind{model.Send, model.TryRecv, model.Close}
		for range rapid.IntRange(0, 30).Draw(t, "events") {
			p := rapid.IntRange(0, n-1).Draw(t, "process")
			if open[p] {
				logs[p].End(model.Result{})
			} else {
				logs[p].Begin(model.Op{Proc: p, Kind: rapid.SampledFrom(kinds).Draw(t, "kind")})
			}
			open[p] = !open[p]
		}
		h := Merge(Cut, logs...)
		overlapping := 0
		for i, a := range h.Calls {
			any, opposite := false, false
			for j, b := range h.Calls {
				if i == j || !a.Overlaps(b) {
					continue
				}
				any = true
				opposite = opposite || a.Kind.Opposite(b.Kind)
			}
			if any {
				overlapping++
			}
			if a.Overlapped != any {
				t.Fatalf("call %d: overlapped %v, want %v", i, a.Overlapped, any)
			}
			if a.Contended != opposite {
				t.Fatalf("call %d: contended %v, want %v", i, a.Contended, opposite)
			}
		}
		if got := h.Overlapping(); got != overlapping {
			t.Fatalf("overlapping %d, want %d", got, overlapping)
		}
	})
}

func TestRecordingAllocatesNothing(t *testing.T) {
	var c Clock
	const n = 10_000
	l := NewLogFor(&c, n)
	i := 0
	assert.Zero(t, testing.AllocsPerRun(n/2, func() {
		i++
		l.Begin(model.Op{Kind: model.Send, Value: Tag(3, i)})
		l.End(model.Result{})
	}))
	assert.Equal(t, n/2+1, l.Len())
	proc, k := Untag(Tag(3, 7))
	assert.Equal(t, []int{3, 7}, []int{proc, k})
}

// TestLogIsReadWhileItIsWritten: a reader sees operations that have begun, and of
// those that have ended everything. The race detector watches.
func TestLogIsReadWhileItIsWritten(t *testing.T) {
	var c Clock
	l := NewLog(&c)
	const n = 5000
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range n {
			l.Begin(model.Op{Kind: model.TryRecv})
			if i%3 == 0 {
				l.End(model.Result{Status: model.Empty})
				l.Fold()
			} else {
				l.End(model.Result{Value: int64(i)})
			}
		}
	})
	for seen := 0; seen < n; {
		h := Merge(Cut, l)
		for i, call := range h.Calls {
			if call.Pending() {
				assert.Equal(t, len(h.Calls)-1, i, "only the last one")
				continue
			}
			assert.Less(t, call.Call, call.Return)
		}
		l.Open()
		l.Last()
		seen = l.Len()
	}
	wg.Wait()
	h := Merge(Complete, l)
	assert.Len(t, h.Calls, n-(n+2)/3)
	for i, call := range h.Calls {
		assert.Equal(t, int64(i/2*3+i%2+1), call.Value)
	}
}

func BenchmarkLog(b *testing.B) {
	var c Clock
	l := NewLogFor(&c, b.N)
	b.ReportAllocs()
	for i := range b.N {
		l.Begin(model.Op{Kind: model.Send, Value: int64(i)})
		l.End(model.Result{})
	}
}

// One process does not overlap itself: what it calls at the time of a return comes after.
func TestProcessDoesNotOverlapItself(t *testing.T) {
	call := func(k model.Kind, p int, from, to int64) Call {
		return NewCall(model.Op{Kind: k, Proc: p}, model.Result{}, from, to)
	}
	one := History{Calls: []Call{call(model.Send, 0, 1, 2), call(model.Recv, 0, 2, 2), call(model.Send, 0, 2, 3)}}
	one.Contend()
	assert.Zero(t, one.Overlapping())
	assert.True(t, one.Touching())
	for _, c := range one.Calls {
		assert.False(t, c.Contended)
	}
	two := History{Calls: append(one.Calls, call(model.Recv, 1, 3, 4))}
	two.Contend()
	assert.Equal(t, 2, two.Overlapping())
	assert.Equal(t, []bool{false, false, true, true}, []bool{two.Calls[0].Contended, two.Calls[1].Contended, two.Calls[2].Contended, two.Calls[3].Contended})
	apart := History{Calls: []Call{call(model.Send, 0, 0, 1), call(model.Recv, 100, 1, 2), call(model.Recv, 0, 2, 3)}}
	assert.False(t, apart.Touching())
	assert.Equal(t, 3, apart.Overlapping())
	many := History{Calls: []Call{call(model.Send, 100, 0, 1), call(model.Send, 100, 1, 2)}}
	assert.True(t, many.Touching())
	unordered := History{Calls: []Call{call(model.Send, 0, 1, 9), call(model.Recv, 0, 2, 3), call(model.Send, 0, 3, 4)}}
	assert.True(t, unordered.Touching(), "a process that is not sequential")
}
