package search

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/context"
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
	once   sync.Once
	table  sync.Map
	pool   sync.Pool
	ctx    context.Context
	cancel context.CancelFunc
	timer  *time.Timer // of all; nil in programs that do not mention it
}

func newWorld() *world {
	w := &world{one: make(chan int, 1), none: make(chan int), done: make(chan int)}
	w.cond = sync.NewCond(&w.mu)
	w.ctx, w.cancel = context.WithCancel(context.Background())
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
	// What unbalances counts, and what panics.
	{"wgdoneonly", func(w *world, _ *strings.Builder, _ int) { w.wg.Done() }},
	{"wgless", func(w *world, _ *strings.Builder, _ int) { w.wg.Add(-2) }},
	{"wgreuse", func(w *world, l *strings.Builder, _ int) {
		for range 2 {
			w.wg.Add(1)
			w.wg.Done()
			w.wg.Wait()
		}
	}},
	{"rlock", func(w *world, _ *strings.Builder, _ int) { w.rw.RLock() }},
	{"runlock", func(w *world, _ *strings.Builder, _ int) { w.rw.RUnlock() }},
	{"unlock", func(w *world, _ *strings.Builder, _ int) { w.mu.Unlock() }},
	{"wunlock", func(w *world, _ *strings.Builder, _ int) { w.rw.Unlock() }},
	{"closedone", func(w *world, _ *strings.Builder, _ int) { sched.Close(w.done) }},
	{"closenone", func(w *world, _ *strings.Builder, _ int) { sched.Close(w.none) }},
	{"once", func(w *world, l *strings.Builder, v int) {
		w.once.Do(func() { w.vars[0].Store(int32(v)); note(l, "first") })
	}},
	{"oncepanics", func(w *world, _ *strings.Builder, v int) { w.once.Do(func() { panic(v) }) }},
	{"mapload", func(w *world, l *strings.Builder, _ int) { v, _ := w.table.Load(1); note(l, "%v", v) }},
	{"mapstore", func(w *world, _ *strings.Builder, v int) { w.table.Store(1, v) }},
	{"mapmake", func(w *world, l *strings.Builder, v int) { a, ok := w.table.LoadOrStore(1, v); note(l, "%v %v", a, ok) }},
	{"maptake", func(w *world, l *strings.Builder, _ int) { a, ok := w.table.LoadAndDelete(1); note(l, "%v %v", a, ok) }},
	{"maprange", func(w *world, l *strings.Builder, _ int) {
		w.table.Range(func(k, v any) bool { note(l, "%v %v", k, v); return true })
	}},
	{"poolput", func(w *world, _ *strings.Builder, v int) { w.pool.Put(v) }},
	{"poolget", func(w *world, l *strings.Builder, _ int) { note(l, "%v", w.pool.Get()) }},
	{"cancel", func(w *world, _ *strings.Builder, _ int) { w.cancel() }},
	{"cancelled", func(w *world, l *strings.Builder, _ int) { sched.Recv(w.ctx.Done()); note(l, "%v", w.ctx.Err()) }},
	{"ctxerr", func(w *world, l *strings.Builder, _ int) { note(l, "%v", w.ctx.Err()) }},
	{"afterfunc", func(w *world, l *strings.Builder, v int) {
		stop := context.AfterFunc(w.ctx, func() { w.vars[1].Store(int32(v)) })
		note(l, "%v", stop())
	}},
	{"selctx", func(w *world, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(false, sched.RecvCase(w.ctx.Done(), nil, nil), sched.SendCase(w.none, v)))
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
		if strings.Contains(p.String(), "shared") {
			w.timer = time.NewTimer(1000)
		}
		perform(p, w.logs[:], func(i int, log *strings.Builder, v int) { instructions[i].do(w, log, v) })
	}
}

// perform starts a goroutine for each list of steps, which does these, each with a value
// of its own, and notes in a log of its own what it saw. It goes on after a panic.
func perform(p [][]int, logs []strings.Builder, do func(i int, log *strings.Builder, v int)) {
	for g, list := range p {
		sched.Go(func() {
			log := &logs[g]
			for k, i := range list {
				goesOn(log, func() { do(i, log, 10*(g+1)+k) })
			}
			note(log, "end")
		})
	}
}

// goesOn calls do, and notes its panic.
func goesOn(log *strings.Builder, do func()) {
	defer func() {
		if r := recover(); r != nil {
			note(log, "%v", r)
		}
	}()
	do()
}

// logged is what all have noted.
func logged(logs []strings.Builder) (s string) {
	for i := range logs {
		s += "|" + logs[i].String()
	}
	return s
}

// outcome is how a run ended, for all to see.
func outcome(x *prim.Execution, w *world) string {
	s := fmt.Sprint(x.End, x.Panic, x.Where)
	if x.End == prim.Panicked {
		// The program has died: what the others had done by then is chance.
		return fmt.Sprint(x.End, x.Panic)
	}
	return s + logged(w.logs[:])
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

// draw draws a program, half of the time of a few instructions only: of many different
// ones, few have much to do with each other (Groce, Zhang, Eide, Chen and Regehr, "Swarm
// Testing", ISSTA 2012).
func draw(t *rapid.T, of *rapid.Generator[int]) [][]int {
	goroutines := 3
	if rapid.Bool().Draw(t, "swarm") {
		of, goroutines = rapid.SampledFrom(rapid.SliceOfNDistinct(of, 2, 4, rapid.ID).Draw(t, "instructions")), 4
	}
	return rapid.SliceOfN(rapid.SliceOfN(of, 1, 3), 2, goroutines).Draw(t, "program")
}

// The searches see the outcomes and traces of a program that all interleavings have.
// Of a program that can die they show that it does.
func TestDifferential(t *testing.T) {
	if raceBuild {
		t.Skip("the programs have data races")
	}
	require.NoError(t, flag.Set("rapid.checks", strconv.Itoa(programs(t, 600))))
	var kinds compared
	rapid.Check(t, func(t *rapid.T) {
		p := program(draw(t, rapid.IntRange(0, len(instructions)-1)))
		any := rapid.Bool().Draw(t, "any")
		kinds.compare(t, p, any)
	})
	t.Logf("%+v", kinds)
	assert.LessOrEqual(t, len(kinds.More), kinds.All/500, "optimal is to be optimal but for rare programs: %v", kinds.More)
	assert.Less(t, kinds.Large, (kinds.All+kinds.Large)/4, "programs too large for the reference")
}

// compared counts programs.
type compared struct {
	Large int       // for the reference
	All   int       // that were compared; of these
	Die   int       // that can die
	Below int       // in which a count can go below zero
	More  []program // with redundant executions: objects that could not be told from one another
}

const most = 2000

// reference is what all interleavings of a program show.
type reference struct {
	outcomes, traces map[string]bool
	executions       int
	dies             bool
	below            bool  // a count has gone below zero
	phases           int32 // at most, in one
	timed            bool  // there are timers
	advances         bool  // the clock goes on though others can
}

// explore reports false if there are too many.
func (r *reference) explore(x *exec.Exec, base prim.Plan, w **world) bool {
	var c clocks
	for range 2 { // the first time it may learn about loops
		*r = reference{outcomes: map[string]bool{}, traces: map[string]bool{}}
		n := 0
		r.executions = exploreAll(x, base, naive, func(x *prim.Execution) bool {
			out := outcome(x, *w)
			r.dies = r.dies || x.End == prim.Panicked
			r.below = r.below || strings.Contains(out, "negative WaitGroup counter") || strings.Contains(out, "RUnlock of unlocked")
			r.outcomes[out] = true
			r.phases, r.timed, r.advances = max(r.phases, x.Phases), r.timed || x.Timed, r.advances || len(x.Held) > 0
			r.traces[canonical(&c, x)] = true
			n++
			return n < most && !r.dies
		}).executions
		if n >= most {
			return false
		}
	}
	return true
}

func (k *compared) compare(t require.TestingT, p program, any bool) {
	k.under(t, p, prim.Plan{SignalAny: any, Steps: 200})
}

// under compares the executions that a plan allows. It returns what all interleavings
// show, nil if there are too many.
func (k *compared) under(t require.TestingT, p program, base prim.Plan) *reference {
	var w *world
	x := exec.New("", p.body(&w))
	defer x.Close()
	var want reference
	if !want.explore(x, base, &w) {
		k.Large++
		return nil
	}
	k.All++
	if below := ordered(x, base); below.OrderSums {
		k.Below++
		base = below
		require.True(t, want.explore(x, base, &w)) // for the traces
		require.True(t, want.below || want.dies, "%v: no count goes below zero", p)
	} else {
		require.False(t, want.below, "%v: a count goes below zero", p)
	}
	if want.dies {
		k.Die++
	}
	for name, strategy := range map[string]func() Strategy{"optimal": optimal, "source": source} {
		var c clocks
		dies := false
		got, seen := map[string]bool{}, map[string]int{}
		live := x
		n := exploreAll(x, base, strategy, func(x *prim.Execution) bool {
			sameStates(t, live, x)
			dies = dies || x.End == prim.Panicked
			if x.End != prim.Stopped {
				got[outcome(x, w)] = true
				seen[canonical(&c, x)]++
			}
			return !dies
		})
		require.Equal(t, want.dies, dies, "%v: %s: dies", p, name)
		if dies {
			continue
		}
		require.Equal(t, keys(want.outcomes), keys(got), "%v: %s %v", p, name, base.Early)
		require.Equal(t, len(want.traces), len(seen), "%v: traces of %s %v", p, name, base.Early)
		if name == "optimal" {
			if n.blocked > 0 || n.executions > len(want.traces) {
				k.More = append(k.More, p)
			}
		}
	}
	return &want
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

func keys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
