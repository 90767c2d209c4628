package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// world is what a random program works on.
type world struct {
	vars   [2]atomic.Int32
	mu     sync.Mutex
	rw     sync.RWMutex
	cond   *sync.Cond
	wg     sync.WaitGroup
	one    chan int
	none   chan int
	done   chan int
	logs   [4]strings.Builder
	closed atomic.Bool
}

func newWorld() *world {
	w := &world{one: make(chan int, 1), none: make(chan int), done: make(chan int)}
	w.cond = sync.NewCond(&w.mu)
	return w
}

// instruction is one thing that a goroutine of a random program does.
type instruction struct {
	name string
	do   func(w *world, log *strings.Builder, v int)
}

func note(log *strings.Builder, format string, args ...any) { fmt.Fprintf(log, format+";", args...) }

var instructions = []instruction{
	{"load0", func(w *world, l *strings.Builder, _ int) { note(l, "%d", w.vars[0].Load()) }},
	{"load1", func(w *world, l *strings.Builder, _ int) { note(l, "%d", w.vars[1].Load()) }},
	{"store0", func(w *world, _ *strings.Builder, v int) { w.vars[0].Store(int32(v)) }},
	{"store1", func(w *world, _ *strings.Builder, v int) { w.vars[1].Store(int32(v)) }},
	{"add0", func(w *world, l *strings.Builder, v int) { note(l, "%d", w.vars[0].Add(int32(v))) }},
	{"cas0", func(w *world, l *strings.Builder, v int) { note(l, "%v", w.vars[0].CompareAndSwap(0, int32(v))) }},
	{"swap1", func(w *world, l *strings.Builder, v int) { note(l, "%d", w.vars[1].Swap(1)) }},
	{"locked", func(w *world, l *strings.Builder, v int) {
		w.mu.Lock()
		w.vars[1].Add(1)
		w.mu.Unlock()
	}},
	{"trylock", func(w *world, l *strings.Builder, _ int) {
		ok := w.mu.TryLock()
		note(l, "%v", ok)
		if ok {
			w.mu.Unlock()
		}
	}},
	{"lock", func(w *world, _ *strings.Builder, _ int) { w.mu.Lock() }},
	{"rlocked", func(w *world, l *strings.Builder, _ int) {
		w.rw.RLock()
		note(l, "%d", w.vars[0].Load())
		w.rw.RUnlock()
	}},
	{"wlocked", func(w *world, _ *strings.Builder, v int) {
		w.rw.Lock()
		w.vars[0].Store(int32(v))
		w.rw.Unlock()
	}},
	{"tryrlock", func(w *world, l *strings.Builder, _ int) {
		ok := w.rw.TryRLock()
		note(l, "%v", ok)
		if ok {
			w.rw.RUnlock()
		}
	}},
	{"trywlock", func(w *world, l *strings.Builder, _ int) {
		ok := w.rw.TryLock()
		note(l, "%v", ok)
		if ok {
			w.rw.Unlock()
		}
	}},
	{"wait", func(w *world, l *strings.Builder, _ int) {
		w.mu.Lock()
		w.cond.Wait()
		note(l, "woken")
		w.mu.Unlock()
	}},
	{"signal", func(w *world, _ *strings.Builder, _ int) { w.cond.Signal() }},
	{"broadcast", func(w *world, _ *strings.Builder, _ int) { w.cond.Broadcast() }},
	{"wgadd", func(w *world, _ *strings.Builder, _ int) { w.wg.Add(1) }},
	{"wgdone", func(w *world, _ *strings.Builder, _ int) { w.wg.Add(2); w.wg.Done() }},
	{"wgchild", func(w *world, _ *strings.Builder, _ int) { w.wg.Add(1); sched.Go(w.wg.Done) }},
	{"wgwait", func(w *world, l *strings.Builder, _ int) { w.wg.Wait(); note(l, "waited") }},
	{"send1", func(w *world, _ *strings.Builder, v int) { sched.Send(w.one, v) }},
	{"recv1", func(w *world, l *strings.Builder, _ int) { v, ok := sched.Recv2(w.one); note(l, "%d%v", v, ok) }},
	{"send0", func(w *world, _ *strings.Builder, v int) { sched.Send(w.none, v) }},
	{"recv0", func(w *world, l *strings.Builder, _ int) { v, ok := sched.Recv2(w.none); note(l, "%d%v", v, ok) }},
	{"len1", func(w *world, l *strings.Builder, _ int) { note(l, "%d", sched.Len(w.one)) }},
	{"trysend1", func(w *world, l *strings.Builder, v int) { note(l, "%d", sched.Select(true, sched.SendCase(w.one, v))) }},
	{"tryrecv1", func(w *world, l *strings.Builder, _ int) {
		var v int
		note(l, "%d %d", sched.Select(true, sched.RecvCase(w.one, &v, nil)), v)
	}},
	{"trysend0", func(w *world, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(true, sched.SendCase(w.none, v)))
	}},
	{"tryrecv0", func(w *world, l *strings.Builder, _ int) {
		var v int
		note(l, "%d %d", sched.Select(true, sched.RecvCase(w.none, &v, nil)), v)
	}},
	{"select", func(w *world, l *strings.Builder, v int) {
		var a, b int
		i := sched.Select(false, sched.RecvCase(w.one, &a, nil), sched.RecvCase(w.none, &b, nil))
		note(l, "%d %d %d", i, a, b)
	}},
	{"select2", func(w *world, l *strings.Builder, v int) {
		var a int
		i := sched.Select(false, sched.SendCase(w.none, v), sched.RecvCase(w.one, &a, nil), sched.RecvCase(w.done, nil, nil))
		note(l, "%d %d", i, a)
	}},
	{"select3", func(w *world, l *strings.Builder, v int) {
		var a int
		i := sched.Select(false, sched.SendCase(w.one, v), sched.RecvCase(w.one, &a, nil))
		note(l, "%d %d", i, a)
	}},
	{"close", func(w *world, _ *strings.Builder, _ int) {
		if w.closed.CompareAndSwap(false, true) {
			sched.Close(w.done)
		}
	}},
	{"done", func(w *world, l *strings.Builder, _ int) { _, ok := sched.Recv2(w.done); note(l, "%v", ok) }},
	{"closeone", func(w *world, _ *strings.Builder, _ int) { sched.Close(w.one) }},
	{"sleep", func(w *world, l *strings.Builder, v int) { time.Sleep(time.Duration(v)); note(l, "slept") }},
	{"quiet", func(w *world, l *strings.Builder, v int) {
		if v < 20 { // only one may wait for all others
			everybodyWaits()
			note(l, "quiet")
		}
	}},
	{"timeout", func(w *world, l *strings.Builder, v int) {
		var a int
		i := sched.Select(false, sched.RecvCase(w.none, &a, nil), sched.RecvCase(time.After(2), nil, nil))
		note(l, "%d %d", i, a)
	}},
	{"spin", func(w *world, l *strings.Builder, _ int) {
		for w.vars[0].Load() == 0 {
		}
		note(l, "spun")
	}},
	{"spinlock", func(w *world, l *strings.Builder, _ int) {
		for !w.vars[1].CompareAndSwap(0, 1) {
		}
		w.vars[1].Store(0)
	}},
	{"poll", func(w *world, l *strings.Builder, _ int) {
		for range 2 {
			note(l, "%d", w.vars[0].Load())
		}
	}},
}

// program is what each goroutine does.
type program [][]int

func (p program) String() string {
	var b strings.Builder
	for _, g := range p {
		for _, i := range g {
			b.WriteString(instructions[i].name + " ")
		}
		b.WriteString("| ")
	}
	return b.String()
}

// body is the program as a body; the world it used is left in *last.
func (p program) body(last **world) func() {
	return func() {
		w := newWorld()
		*last = w
		for g, list := range p {
			sched.Go(func() {
				for k, i := range list {
					instructions[i].do(w, &w.logs[g], 10*(g+1)+k)
				}
				note(&w.logs[g], "end")
			})
		}
	}
}

// outcome is how a run ended, for all to see.
func outcome(x *prim.Execution, w *world) string {
	s := fmt.Sprint(x.End, x.Panic, x.Where)
	if x.End == prim.Panicked {
		// A panic ends the run: what the others had done by then is chance.
		return fmt.Sprint(x.End, x.Panic)
	}
	for i := range w.logs {
		s += "|" + w.logs[i].String()
	}
	return s
}

// canonical is the trace of a run: each event with its clock.
func canonical(c *clocks, x *prim.Execution) string {
	c.compute(x, 0)
	var b strings.Builder
	for g := range x.Threads {
		for _, i := range c.perG[g] {
			e := &x.Events[i]
			fmt.Fprint(&b, g, e.Op.Kind, e.Alt, c.ev[i], " ")
		}
	}
	return b.String()
}

func TestDifferential(t *testing.T) {
	if raceBuild {
		t.Skip("the programs have data races")
	}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.IntRange(0, len(instructions)-1), 1, 3)
		p := program(rapid.SliceOfN(list, 2, 3).Draw(t, "program"))
		any := rapid.Bool().Draw(t, "any")
		compare(t, p, any)
	})
}

const most = 10000

func compare(t require.TestingT, p program, any bool) {
	var w *world
	x := exec.New("", p.body(&w))
	defer x.Close()
	base := prim.Plan{SignalAny: any, Steps: 200}
	var c clocks
	var outcomes, traces map[string]bool
	var all tally
	panics := false
	for range 2 { // the first time it may learn about loops
		outcomes, traces = map[string]bool{}, map[string]bool{}
		n := 0
		all = exploreAll(x, base, naive, func(x *prim.Execution) bool {
			panics = panics || x.End == prim.Panicked
			outcomes[outcome(x, w)] = true
			traces[canonical(&c, x)] = true
			n++
			return n < most && !panics
		})
		if n >= most || panics {
			return // too large for the reference, or cut short by a panic
		}
	}
	got, seen := map[string]bool{}, map[string]int{}
	live := x
	best := exploreAll(x, base, optimal, func(x *prim.Execution) bool {
		sameStates(t, live, x)
		if x.End != prim.Stopped {
			got[outcome(x, w)] = true
			seen[canonical(&c, x)]++
		}
		return true
	})
	require.Equal(t, keys(outcomes), keys(got), "%v", p)
	require.Equal(t, len(traces), len(seen), "%v: traces", p)
	if p.exact() {
		require.Equal(t, 0, best.blocked, "%v", p)
		require.Equal(t, len(traces), best.executions, "%v: executions", p)
	}
	require.LessOrEqual(t, best.executions, all.executions)

	clear(got)
	clear(seen)
	exploreAll(x, base, source, func(x *prim.Execution) bool {
		if x.End != prim.Stopped {
			got[outcome(x, w)] = true
			seen[canonical(&c, x)]++
		}
		return true
	})
	require.Equal(t, keys(outcomes), keys(got), "%v: source sets", p)
	require.Equal(t, len(traces), len(seen), "%v: traces with source sets", p)
}

// sameStates: the states that the log of an execution gives are those that the
// goroutines have left.
func sameStates(t require.TestingT, live *exec.Exec, x *prim.Execution) {
	if x.End == prim.Panicked {
		return // in the middle of an operation
	}
	for obj := range x.First {
		want, got := *live.State(int32(obj)), x.State(int32(obj))
		if slices.ContainsFunc(x.Events, func(e prim.Event) bool { return int(e.Chan) == obj }) && want.Size == 0 {
			continue // nothing is ever in a channel without a buffer
		}
		require.Equal(t, want, got, "object %d", obj)
	}
}

// exact reports whether nothing in the program may cost a redundant run now and
// then: what an attempt at a lock that is used otherwise too would turn out to
// be, had it been made earlier, is not always known.
func (p program) exact() bool {
	for _, g := range p {
		for _, i := range g {
			if strings.HasPrefix(instructions[i].name, "try") {
				return false
			}
		}
	}
	return true
}

func keys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
