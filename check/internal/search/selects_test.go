package search

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// Programs with several selects: what an operation depends on is then not the same
// wherever it stands, for it may complete a select that waits on other channels
// too. They have more goroutines than those of TestDifferential, so that there is
// somebody to be asleep, and go on after a panic.

// crossing is what such a program works on.
type crossing struct {
	mu   sync.Mutex
	x, y atomic.Int32
	a, b chan int
	c    chan int // with a buffer
	logs [8]strings.Builder
}

func (w *crossing) locked(f func()) {
	w.mu.Lock()
	f()
	w.mu.Unlock()
}

type step struct {
	name string
	do   func(w *crossing, l *strings.Builder, v int)
}

var steps = []step{
	{"lock", func(w *crossing, _ *strings.Builder, _ int) { w.locked(func() {}) }},
	{"lockx", func(w *crossing, _ *strings.Builder, _ int) { w.locked(func() { w.x.Store(1) }) }},
	{"x", func(w *crossing, l *strings.Builder, v int) { w.x.Store(1) }},
	{"y", func(w *crossing, l *strings.Builder, v int) { w.y.Store(1) }},
	{"addx", func(w *crossing, l *strings.Builder, v int) { note(l, "%d", w.x.Add(1)) }},
	{"loadx", func(w *crossing, l *strings.Builder, v int) { note(l, "%d", w.x.Load()) }},
	{"branch", func(w *crossing, l *strings.Builder, v int) {
		if w.x.Load() == 0 {
			w.y.Store(2)
		} else {
			w.locked(func() {})
		}
	}},
	{"selab", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(false, sched.RecvCase(w.a, nil, nil), sched.RecvCase(w.b, nil, nil)))
	}},
	{"selac", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(false, sched.RecvCase(w.a, nil, nil), sched.RecvCase(w.c, nil, nil)))
	}},
	{"selaa", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(false, sched.RecvCase(w.a, nil, nil), sched.RecvCase(w.a, nil, nil)))
	}},
	{"selsend", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(false, sched.SendCase(w.a, v), sched.RecvCase(w.b, nil, nil)))
	}},
	{"selbc", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(false, sched.SendCase(w.c, v), sched.RecvCase(w.b, nil, nil)))
	}},
	{"trya", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(true, sched.RecvCase(w.a, nil, nil)))
	}},
	{"closea", func(w *crossing, l *strings.Builder, v int) { sched.Close(w.a) }},
	{"closeb", func(w *crossing, l *strings.Builder, v int) { sched.Close(w.b) }},
	{"closec", func(w *crossing, l *strings.Builder, v int) { sched.Close(w.c) }},
	{"senda", func(w *crossing, l *strings.Builder, v int) { sched.Send(w.a, v) }},
	{"sendb", func(w *crossing, l *strings.Builder, v int) { sched.Send(w.b, v) }},
	{"sendc", func(w *crossing, l *strings.Builder, v int) { sched.Send(w.c, v) }},
	{"recva", func(w *crossing, l *strings.Builder, v int) { _, ok := sched.Recv2(w.a); note(l, "%v", ok) }},
	{"recvc", func(w *crossing, l *strings.Builder, _ int) { v, ok := sched.Recv2(w.c); note(l, "%v %v", v, ok) }},
	// What has somebody wait for certain, and what would overtake him.
	{"sleep", func(w *crossing, l *strings.Builder, v int) { time.Sleep(time.Duration(v)) }},
	{"tryrecvc", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(true, sched.RecvCase(w.c, nil, nil)))
	}},
	{"trysendc", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(true, sched.SendCase(w.c, v)))
	}},
	{"tryb", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(true, sched.RecvCase(w.b, nil, nil)))
	}},
	{"selabc", func(w *crossing, l *strings.Builder, v int) {
		note(l, "%d", sched.Select(false, sched.RecvCase(w.a, nil, nil), sched.SendCase(w.b, v), sched.RecvCase(w.c, nil, nil)))
	}},
	// What goes round until there is something.
	{"roundab", func(w *crossing, l *strings.Builder, _ int) {
		for over := [2]uint64{}; over != [2]uint64{1, 1}; exec.Counts("roundab.go:1", over[:]...) {
			var ok bool
			if i := sched.Select(false, sched.RecvCase(w.a, nil, &ok), sched.RecvCase(w.b, nil, &ok)); ok {
				note(l, "%d", i)
				return
			} else {
				over[i] = 1
			}
		}
		note(l, "over")
	}},
	{"roundac", func(w *crossing, l *strings.Builder, _ int) {
		for ok := false; !ok; exec.Loop() {
			i := sched.Select(false, sched.RecvCase(w.c, nil, &ok), sched.RecvCase(w.a, nil, &ok))
			note(l, "%d%v", i, ok)
		}
	}},
	{"roundx", func(w *crossing, l *strings.Builder, _ int) {
		for w.x.Load() == 0 {
			exec.Loop()
			sched.Select(false, sched.RecvCase(w.a, nil, nil), sched.RecvCase(w.b, nil, nil))
		}
	}},
	{"roundb", func(w *crossing, l *strings.Builder, _ int) {
		var ok bool
		for sched.Select(true, sched.RecvCase(w.b, nil, &ok)) < 0 {
			exec.Loop()
		}
		note(l, "%v", ok)
	}},
	{"roundsend", func(w *crossing, l *strings.Builder, v int) {
		for sched.Select(true, sched.SendCase(w.a, v)) < 0 {
			exec.Loop()
		}
	}},
}

// untimed are the first steps, without sleep and what only matters beside it.
var untimed = slices.IndexFunc(steps, func(s step) bool { return s.name == "sleep" })

// queueing are the steps that have to do with channels, and sleep.
var queueing = func() (list []int) {
	for i, s := range steps {
		if strings.HasPrefix(s.name, "round") {
			break
		}
		if i >= untimed || strings.HasPrefix(s.name, "sel") || strings.HasPrefix(s.name, "close") || strings.HasSuffix(s.name, "c") {
			list = append(list, i)
		}
	}
	return list
}()

// randomQueues is a program whose goroutines come to wait while others sleep.
func randomQueues(seed uint64) (p crossings) {
	r := rand.New(rand.NewPCG(seed, 2))
	closed := map[int]bool{}
	sleep := untimed
	for g := range 3 + r.IntN(2) {
		var list []int
		if g > 0 && r.IntN(2) == 0 {
			list = append(list, sleep)
		}
		for range 1 + r.IntN(3) {
			i := queueing[r.IntN(len(queueing))]
			if closed[i] {
				continue
			}
			closed[i] = strings.HasPrefix(steps[i].name, "close")
			list = append(list, i)
		}
		p = append(p, list)
	}
	return p
}

// crossings is what each goroutine does.
type crossings [][]int

func (p crossings) String() string {
	return written(p, func(i int) string { return steps[i].name })
}

// written is a program as [parseCrossings] reads it.
func written(p [][]int, name func(i int) string) string {
	var parts []string
	for _, g := range p {
		var names []string
		for _, i := range g {
			names = append(names, name(i))
		}
		parts = append(parts, strings.Join(names, " "))
	}
	return strings.Join(parts, " | ")
}

// parseCrossings reads what String writes.
func parseCrossings(t require.TestingT, text string) (p crossings) {
	for part := range strings.SplitSeq(text, "|") {
		var g []int
	names:
		for _, name := range strings.Fields(part) {
			for i, s := range steps {
				if s.name == name {
					g = append(g, i)
					continue names
				}
			}
			require.Fail(t, "there is no step "+name)
		}
		p = append(p, g)
	}
	return p
}

// randomCrossings is a program that closes a channel once at the most.
func randomCrossings(seed uint64) (p crossings) {
	r := rand.New(rand.NewPCG(seed, 1))
	closed := map[int]bool{}
	for range 3 + r.IntN(3) {
		var g []int
		for range 1 + r.IntN(3) {
			i := r.IntN(untimed)
			if closed[i] {
				continue
			}
			closed[i] = strings.HasPrefix(steps[i].name, "close")
			g = append(g, i)
		}
		p = append(p, g)
	}
	return p
}

// randomRounds is a program of which most goroutines do something with channels, and one at
// least goes round.
func randomRounds(seed uint64) (p crossings) {
	r := rand.New(rand.NewPCG(seed, 3))
	rounds := slices.IndexFunc(steps, func(s step) bool { return s.name == "roundab" })
	closed := map[int]bool{}
	for k := range 2 + r.IntN(3) {
		var g []int
		for range 1 + r.IntN(3) {
			i := queueing[r.IntN(len(queueing))]
			if k == 0 && len(g) == 0 || r.IntN(6) == 0 {
				i = rounds + r.IntN(len(steps)-rounds)
			} else if r.IntN(3) == 0 {
				i = r.IntN(untimed)
			}
			if closed[i] || steps[i].name == "sleep" {
				continue
			}
			closed[i] = strings.HasPrefix(steps[i].name, "close")
			g = append(g, i)
		}
		p = append(p, g)
	}
	return p
}

// room is what channel c has room for.
var room = 1

// body is the program as a body; what it worked on is left in *last.
func (p crossings) body(last **crossing) func() {
	return func() {
		w := sched.New[crossing]()
		w.a, w.b, w.c = sched.Make[int](0), sched.Make[int](0), sched.Make[int](room)
		*last = w
		perform(p, w.logs[:], func(i int, log *strings.Builder, v int) { steps[i].do(w, log, v) })
	}
}

// explored is what the executions of a program showed.
type explored struct {
	tally
	outcomes map[string]bool
	traces   map[string]int
	large    bool // there may be more
	cut      bool // some executions were cut short
}

func (p crossings) explore(strategy func() Strategy, most int) explored {
	var w *crossing
	x := exec.New("", p.body(&w))
	defer x.Close()
	var c clocks
	r := explored{outcomes: map[string]bool{}, traces: map[string]int{}}
	n, learned := 0, 0
	r.tally = exploreAll(x, prim.Plan{Steps: 200}, strategy, func(x *prim.Execution) bool {
		if x.Learned > learned { // it has begun anew
			n, learned = 0, x.Learned
			clear(r.outcomes)
			clear(r.traces)
		}
		if n++; x.End != prim.Stopped {
			r.cut = r.cut || x.End == prim.Bound
			out := fmt.Sprint(x.End)
			out += logged(w.logs[:])
			r.outcomes[out] = true
			r.traces[canonical(&c, x)]++
		}
		return n < most
	})
	r.large = n >= most
	return r
}

// programs is how many random programs are compared: IPCCHECK_PROGRAMS, or few.
func programs(t *testing.T, few int) int {
	if text := os.Getenv("IPCCHECK_PROGRAMS"); text != "" {
		n, err := strconv.Atoi(text)
		require.NoError(t, err, "IPCCHECK_PROGRAMS")
		return n
	}
	if testing.Short() {
		return few / 10
	}
	return few
}

// Optimal and source sets, which share the races of an execution and little else,
// find the same traces, and optimal begins none that turns out to be blocked. Where one of two
// outcomes of a select depends on less than the other one, it may show a trace twice.
func TestSelectsCross(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time")
	}
	compared, redundant := 0, 0
	for seed := range programs(t, 150) {
		p := randomCrossings(uint64(seed))
		want, got := p.explore(source, 6000), p.explore(optimal, 6000)
		if want.large || got.large {
			continue
		}
		compared++
		require.Equal(t, keys(want.outcomes), keys(got.outcomes), "program %d: %v", seed, p)
		require.Equal(t, len(want.traces), len(got.traces), "program %d: %v", seed, p)
		require.Zero(t, got.blocked, "program %d: %v", seed, p)
		p.loud(t, seed, 6000, got)
		if got.executions > len(got.traces) {
			redundant++
		}
	}
	t.Logf("%d programs; optimal makes redundant executions in %d", compared, redundant)
	assert.LessOrEqual(t, redundant, 1+compared/200, "optimal is to be optimal but for rare programs")
}

// So they do where a channel has room for more, and a send and a receive of it commute.
func TestSelectsWithRoomCross(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time")
	}
	room = 2
	defer func() { room = 1 }()
	const few = 60
	list := []crossings{parseCrossings(t, "senda | selbc selbc | selaa | closeb selab | selac")}
	for seed := range programs(t, few) {
		list = append(list, randomCrossings(uint64(seed)), randomQueues(uint64(seed)))
	}
	n := 0
	for seed, p := range list {
		got, compared, _ := p.same(t, seed, 3000)
		if compared {
			n++
			require.Zero(t, got.blocked, "program %d: %v", seed, p)
		}
	}
	t.Logf("%d programs", n)
}

// loud requires that the outcomes are the same if who receives from a channel without a
// buffer comes there in an order, also where nobody sends.
func (p crossings) loud(t *testing.T, seed, most int, quiet explored) {
	exec.Seeded = exec.SeedLoud
	defer func() { exec.Seeded = exec.SeedNone }()
	if got := p.explore(optimal, most); !got.large && !got.cut {
		require.Equal(t, keys(got.outcomes), keys(quiet.outcomes), "program %d: %v", seed, p)
	}
}

// same requires that source and optimal find the same, and naive search if that comes to an
// end. It reports false if they are not compared, for there are too many executions.
func (p crossings) same(t *testing.T, seed, most int) (got explored, compared, each bool) {
	want, got := p.explore(source, most), p.explore(optimal, most)
	if want.large || got.large {
		return got, false, false
	}
	require.Equal(t, keys(want.outcomes), keys(got.outcomes), "program %d: %v", seed, p)
	require.Equal(t, len(want.traces), len(got.traces), "program %d: %v", seed, p)
	all := p.explore(naive, most)
	if !all.large {
		require.Equal(t, keys(all.outcomes), keys(got.outcomes), "program %d: %v", seed, p)
		require.Equal(t, len(all.traces), len(got.traces), "program %d: %v", seed, p)
	}
	return got, true, !all.large
}

// So they do where somebody is seen to wait for a channel with a buffer, and who would
// overtake him has to wait.
func TestQueuesCross(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time")
	}
	n := 0
	for seed := range programs(t, 100) {
		p := randomQueues(uint64(seed))
		got, compared, _ := p.same(t, seed, 3000)
		if !compared {
			continue
		}
		n++
		require.Zero(t, got.blocked, "program %d: %v", seed, p)
		p.loud(t, seed, 3000, got)
	}
	t.Logf("%d programs", n)
}

// So they do with loops that go round until there is something, also if their selects find
// channels that are closed.
func TestRoundsCross(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time")
	}
	n, all, blocked := 0, 0, 0
	for seed := range programs(t, 60) {
		got, compared, each := randomRounds(uint64(seed)).same(t, seed, 3000)
		if !compared {
			continue
		}
		n++
		if each {
			all++
		}
		blocked += min(got.blocked, 1)
	}
	t.Logf("%d programs, %d of them with each order; optimal begins what is blocked in %d", n, all, blocked)
	assert.LessOrEqual(t, blocked, n/1000, "where an outcome of a select depends on less than another one")
}

// The smallest programs for which optimal has been wrong, with the number of
// traces that naive search finds.
func TestSelectsThatCrossedOnce(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time, and share what they log")
	}
	exec.Seeded = exec.SeedLoud // as they were found
	defer func() { exec.Seeded = exec.SeedNone }()
	for _, tt := range []struct {
		program  string
		traces   int
		outcomes int
	}{
		// A receive that finds the channel closed, moved before a send that panics.
		{"closea | senda | recva", 5, 2},
		// A close completes a select, and would complete none before it.
		{"selac | sendc | closea | recva", 23, 2},
		{"addx closea | closeb | trya x | selab", 29, 6},
		// What an outcome of a select leads to is needed before another event.
		{"x | selbc | sendb x", 4, 2},
		{"lock | loadx | selab lockx | x trya | closeb", 42, 2},
		// An outcome depends on what another one does not.
		{"recvc | sendc closeb selsend | selac", 9, 3},
		{"closea | selbc senda | x | x closeb selsend | selac", 666, 12},
		// A send completes a select that another one completed before.
		{"sendb trya | addx | loadx | senda loadx | selab", 28, 10},
		{"lock | x | senda | lockx selab | lock", 24, 1},
		// Who completes a select does not do what that waits for besides.
		{"recvc trysendc | recvc | sleep selac | sleep selbc selsend", 6, 2},
		// A branch keeps the object numbers of the run that it is from.
		{"x x | x lockx | sendc trya | branch recva | branch selac", 6496, 1},
		// What two runs that have parted meet first is one object.
		{"y | loadx lockx sendc | lock closea | branch closeb", 7, 1},
		// An outcome was left out for a sleeper that something wakes later.
		{"selbc | x | addx selsend | sendb y | branch addx", 108, 8},
		// So it was where a leaf went on with it.
		{"roundsend | tryb | sendc roundac closea | selsend", 72, 2},
		// A select that waits for a channel twice goes on with either case.
		{"senda | selaa", 4, 2},
		{"closea | selaa", 4, 2},
		{"selsend | selaa", 4, 2},
		// A receive makes room for a send that finds the channel closed if it comes later.
		{"sendc closec | sendc | recvc", 3, 3},
		// A select that waits is not completed by the close of a channel with a buffer.
		{"sendc | closea | closec sendc | selac", 60, 4},
		// A close does not overtake who receives an item.
		{"recvc | selac closec | sleep selsend sendc | recvc", 3, 3},
	} {
		p := parseCrossings(t, tt.program)
		for name, strategy := range map[string]func() Strategy{"optimal": optimal, "source": source, "naive": naive} {
			if name == "naive" && tt.traces > 100 {
				continue
			}
			r := p.explore(strategy, 300_000)
			assert.Equal(t, tt.traces, len(r.traces), "%s: %s", name, tt.program)
			assert.Len(t, r.outcomes, tt.outcomes, "%s: %s", name, tt.program)
		}
		assert.Zero(t, p.explore(optimal, 300_000).blocked, tt.program)
	}
}

// A race that two runs have is not the same race in both: what stands before it is
// longer in one.
func TestRacesOfEarlierRunsCountAgain(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time, and share what they log")
	}
	p := parseCrossings(t, "loadx | trya | trya | addx | loadx selsend")
	assert.Len(t, p.explore(naive, 300_000).traces, 24)
	assert.Len(t, p.explore(optimal, 300_000).traces, 24)
}
