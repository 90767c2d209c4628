package search

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
)

// Programs whose updates write or do not, as it comes out: whether an operation would
// have failed elsewhere in an execution follows from values.

// cells is what such a program works on.
type cells struct {
	x, z  atomic.Int32
	y     atomic.Bool
	p     atomic.Pointer[int]
	v     atomic.Value
	table sync.Map
	mu    sync.Mutex
	logs  [8]strings.Builder
	items [3]int
}

type change struct {
	name string
	do   func(w *cells, l *strings.Builder)
}

var updates = []change{
	{"load", func(w *cells, l *strings.Builder) { note(l, "%v", w.x.Load()) }},
	{"store", func(w *cells, l *strings.Builder) { w.x.Store(1) }},
	{"add", func(w *cells, l *strings.Builder) { note(l, "%v", w.x.Add(1)) }},
	{"swap", func(w *cells, l *strings.Builder) { note(l, "%v", w.x.Swap(0)) }},
	{"cas01", func(w *cells, l *strings.Builder) { note(l, "%v", w.x.CompareAndSwap(0, 1)) }},
	{"cas10", func(w *cells, l *strings.Builder) { note(l, "%v", w.x.CompareAndSwap(1, 0)) }},
	{"cas12", func(w *cells, l *strings.Builder) { note(l, "%v", w.x.CompareAndSwap(1, 2)) }},
	{"cas20", func(w *cells, l *strings.Builder) { note(l, "%v", w.x.CompareAndSwap(2, 0)) }},
	{"casread", func(w *cells, l *strings.Builder) { note(l, "%v", w.x.CompareAndSwap(w.x.Load(), 2)) }},
	{"ift", func(w *cells, l *strings.Builder) {
		if w.x.CompareAndSwap(0, 1) {
			note(l, "%v", w.y.CompareAndSwap(false, true))
		}
	}},
	{"set", func(w *cells, l *strings.Builder) { note(l, "%v", w.y.CompareAndSwap(false, true)) }},
	{"reset", func(w *cells, l *strings.Builder) { note(l, "%v", w.y.CompareAndSwap(true, false)) }},
	{"point", func(w *cells, l *strings.Builder) { note(l, "%v", w.p.CompareAndSwap(nil, &w.items[0])) }},
	{"move", func(w *cells, l *strings.Builder) {
		note(l, "%v", w.p.CompareAndSwap(&w.items[0], &w.items[1]))
	}},
	{"null", func(w *cells, l *strings.Builder) { note(l, "%v", w.p.Swap(nil) != nil) }},
	{"value", func(w *cells, l *strings.Builder) { note(l, "%v", w.v.CompareAndSwap(nil, "a")) }},
	{"valueab", func(w *cells, l *strings.Builder) { note(l, "%v", w.v.CompareAndSwap("a", "b")) }},
	{"valuea", func(w *cells, l *strings.Builder) { w.v.Store("a") }},
	{"mapload", func(w *cells, l *strings.Builder) { v, ok := w.table.Load(1); note(l, "%v %v", v, ok) }},
	{"map1", func(w *cells, l *strings.Builder) { w.table.Store(1, "a") }},
	{"map2", func(w *cells, l *strings.Builder) { v, ok := w.table.LoadOrStore(2, "c"); note(l, "%v %v", v, ok) }},
	{"mapor", func(w *cells, l *strings.Builder) { v, ok := w.table.LoadOrStore(1, "b"); note(l, "%v %v", v, ok) }},
	{"maptake", func(w *cells, l *strings.Builder) { v, ok := w.table.LoadAndDelete(1); note(l, "%v %v", v, ok) }},
	{"mapswap", func(w *cells, l *strings.Builder) { note(l, "%v", w.table.CompareAndSwap(1, "a", "b")) }},
	{"mapdel", func(w *cells, l *strings.Builder) { note(l, "%v", w.table.CompareAndDelete(1, "b")) }},
	{"mapclear", func(w *cells, l *strings.Builder) { w.table.Clear() }},
	{"lock", func(w *cells, l *strings.Builder) { w.mu.Lock(); defer w.mu.Unlock() }},
	{"trylock", func(w *cells, l *strings.Builder) {
		ok := w.mu.TryLock()
		if note(l, "%v", ok); ok {
			w.mu.Unlock()
		}
	}},
	{"spin", func(w *cells, l *strings.Builder) {
		for !w.y.CompareAndSwap(false, true) {
			exec.Loop()
		}
		w.y.Store(false)
	}},
	{"await", func(w *cells, l *strings.Builder) {
		for w.x.Load() == 0 {
			exec.Loop()
		}
	}},
	{"awaitboth", func(w *cells, l *strings.Builder) {
		for w.x.Load() == 0 || !w.y.Load() {
			exec.Loop()
		}
		note(l, "both")
	}},
	{"awaitsum", func(w *cells, l *strings.Builder) {
		for w.x.Load()+w.z.Load() < 2 {
			exec.Loop()
		}
		note(l, "%v", w.y.Load())
	}},
	{"setx", func(w *cells, _ *strings.Builder) { w.x.Store(1) }},
	{"sety", func(w *cells, _ *strings.Builder) { w.y.Store(true) }},
	{"setz", func(w *cells, _ *strings.Builder) { w.z.Store(1) }},
	{"awaitlock", func(w *cells, l *strings.Builder) {
		for !w.mu.TryLock() {
			exec.Loop()
		}
		w.mu.Unlock()
	}},
	{"count", func(w *cells, l *strings.Builder) {
		n := 0
		for ; w.x.Load() == 0 || w.z.Load() == 0; n++ {
			exec.Counts("count")
		}
		note(l, "%d", n)
	}},
	{"setz", func(w *cells, _ *strings.Builder) { w.z.Add(1) }},
}

// changes is what each goroutine of such a program does.
type changes [][]int

func (p changes) String() string {
	return written(p, func(i int) string { return updates[i].name })
}

// randomChanges is a program of three or four goroutines that works on few things.
func randomChanges(seed uint64) (p changes) {
	r := rand.New(rand.NewPCG(seed, 2))
	from, to := 0, len(updates)
	switch r.IntN(4) { // most of them on one object
	case 0, 1:
		to = 10
	case 2:
		from = r.IntN(len(updates) - 6)
		to = from + 6
	}
	for range 3 + r.IntN(2) {
		var g []int
		for range 1 + r.IntN(2) {
			g = append(g, from+r.IntN(to-from))
		}
		p = append(p, g)
	}
	return p
}

// body is the program as a body; what it worked on is left in *last.
func (p changes) body(last **cells) func() {
	return func() {
		w := new(cells)
		*last = w
		for g, list := range p {
			sched.Go(func() {
				for _, i := range list {
					updates[i].do(w, &w.logs[g])
				}
			})
		}
	}
}

func exploreChanges(x *exec.Exec, w **cells, strategy func() Strategy, most int) (r explored) {
	var c clocks
	n, learned := 0, -1
	r.tally = exploreAll(x, prim.Plan{Steps: 200}, strategy, func(x *prim.Execution) bool {
		if x.Learned > learned {
			learned, r.outcomes, r.traces = x.Learned, map[string]bool{}, map[string]int{}
		}
		if n++; x.End != prim.Stopped {
			out := fmt.Sprint(x.End)
			out += logged((*w).logs[:])
			r.outcomes[out] = true
			r.traces[canonical(&c, x)]++
		}
		return n < most
	})
	r.large = n >= most
	return r
}

// What an update would turn out to be elsewhere is known: optimal finds every outcome
// and executes every trace once.
func TestUpdates(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time, and share what they log")
	}
	compared := 0
	for seed := range programs(t, 60) {
		p := randomChanges(uint64(seed))
		var w *cells
		x := exec.New("", p.body(&w))
		want := exploreChanges(x, &w, naive, 5000)
		bySource := exploreChanges(x, &w, source, 5000)
		got := exploreChanges(x, &w, optimal, 5000)
		x.Close()
		if want.large {
			continue
		}
		compared++
		for out := range want.outcomes {
			require.NotContains(t, out, fmt.Sprint(prim.Bound, "|"), "program %d: %v: a loop that waits is not cut short", seed, p)
		}
		require.Equal(t, keys(want.outcomes), keys(bySource.outcomes), "program %d: %v", seed, p)
		require.Len(t, bySource.traces, len(want.traces), "program %d: %v", seed, p)
		require.Equal(t, keys(want.outcomes), keys(got.outcomes), "program %d: %v", seed, p)
		require.Equal(t, len(want.traces), len(got.traces), "program %d: %v", seed, p)
		if strings.Contains(p.String(), "mapclear") {
			continue // what it cleared is not known
		}
		require.Zero(t, got.blocked, "program %d: %v", seed, p)
		require.Equal(t, len(want.traces), got.executions, "program %d: %v", seed, p)
	}
	t.Logf("%d programs", compared)
	assert.Greater(t, compared, programs(t, 60)/2)
}
