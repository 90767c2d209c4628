//go:build linux && amd64 && !race

package cprog

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// trace tells executions apart that are not equivalent: for each step of each thread,
// how many steps of each other thread happen before it.
// One that fails is cut short, so it counts as what it fails with.
func trace(x *executor) string {
	if x.End == prim.Failed || x.End == prim.Panicked {
		return fmt.Sprint(x.Report.Log, x.Panic)
	}
	n := len(x.Threads)
	clocks := make([][]int, len(x.Events))
	next := make([][]int, n)
	for g := range next {
		next[g] = make([]int, n)
	}
	join := func(a, b []int) {
		for i, v := range b {
			a[i] = max(a[i], v)
		}
	}
	spawned := 0
	seq := make([]int, n)
	text := make([]strings.Builder, n)
	for i := 0; i <= len(x.Events); i++ {
		for ; spawned < len(x.Spawned) && int(x.Threads[x.Spawned[spawned]].SpawnAt) <= i; spawned++ {
			g := x.Spawned[spawned]
			if p := x.Threads[g].Parent; p >= 0 {
				copy(next[g], next[p])
			}
		}
		if i == len(x.Events) {
			break
		}
		e := &x.Events[i]
		c := append([]int(nil), next[e.G]...)
		if e.After >= 0 {
			join(c, clocks[e.After])
		}
		for k := range i {
			if f := &x.Events[k]; f.G == e.G || prim.Depends(&f.Op, &e.Op) {
				join(c, clocks[k])
			}
		}
		seq[e.G]++
		c[e.G] = seq[e.G]
		clocks[i] = c
		copy(next[e.G], c)
		for _, w := range x.Wakes(e) {
			join(next[w], c)
		}
		fmt.Fprintf(&text[e.G], "%d.%d%v ", e.Op.Kind, e.Alt, c)
	}
	var all strings.Builder
	for g := range text {
		fmt.Fprintf(&all, "%d: %s\n", g, text[g].String())
	}
	fmt.Fprint(&all, x.End)
	return all.String()
}

// No execution that is met at random is missing among those that have been explored. Here
// nothing knows what is right: it is found out twice. Of programs that differ in other
// flags than WHICH, IPCCHECK_LONG=1 looks at more than the first.
func TestNothingIsMissing(t *testing.T) {
	times := uint64(50)
	seen := map[string]bool{}
	if long {
		times = 20_000
	}
	for _, text := range []string{
		"buffer.c -DP=2 -DN=1", "buffer.c -DC=2 -DN=2", "backoff.c", "backoff.c -DSPIN", "sleepy.c", "sleepy.c -DCHILD", "sleepy.c -DGIVESUP", "ring.c", "ring.c -DKIND=volatile -DN=1 -DP=2", "semaphores.c", "semaphores.c -DFIRST",
		"pipes.c", "pipes.c -DLEAK", "inherits.c", "shared.c -DPRIVATE", "shared.c -DNAMED=1",
		"locks.c -DWHICH=1", "locks.c -DWHICH=2", "locks.c -DWHICH=3", "locks.c -DWHICH=4", "locks.c -DWHICH=5", "locks.c -DWHICH=6", "locks.c -DWHICH=7", "locks.c -DWHICH=8", "locks.c -DWHICH=9",
		"fine.c -DWHICH=2", "fine.c -DWHICH=3", "fine.c -DWHICH=4", "fine.c -DWHICH=5", "fine.c -DWHICH=7", "fine.c -DWHICH=8", "fine.c -DWHICH=10",
		"mistakes.c -DWHICH=2", "mistakes.c -DWHICH=3", "mistakes.c -DWHICH=15",
		"signals.c -DWHICH=1", "signals.c -DWHICH=2", "signals.c -DWHICH=2 -DPAUSE", "signals.c -DWHICH=3", "signals.c -DWHICH=3 -DSPINS", "signals.c -DWHICH=4", "signals.c -DWHICH=7", "signals.c -DWHICH=8 -DREADY", "poll.c", "poll.c -DBUSY -DCHILDREN=1",
	} {
		kind := kindOfProgram.FindString(text)
		if seen[kind] && !long {
			continue
		}
		seen[kind] = true
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			missesNothing(t, text, Config{}, times)
		})
	}
	t.Run("fifos", func(t *testing.T) {
		t.Parallel()
		missesNothing(t, "fifos.c", Config{Args: []string{"2"}}, times)
	})
	for _, which := range "134" {
		t.Run("sockets "+string(which), func(t *testing.T) {
			t.Parallel()
			missesNothing(t, "sockets.c", Config{Args: []string{string(which)}}, times)
		})
	}
	t.Run("spurious", func(t *testing.T) {
		t.Parallel()
		missesNothing(t, "wakeups.c", Config{Spurious: true}, times)
	})
}

var kindOfProgram = regexp.MustCompile(`^\S+( -DWHICH=\d+)?`)

func missesNothing(t *testing.T, text string, c Config, times uint64) {
	p := program(t, text)
	x := newExecutor(p, c)
	explored, redundant := map[string]bool{}, 0
	o := search.Options{SignalAny: true, All: true, Executions: 200_000, NoEarly: true, Judge: func(e *prim.Execution) (verdict.Code, string, bool) {
		if e.End != prim.Stopped {
			key := trace(x)
			if explored[key] && e.End != prim.Failed && e.End != prim.Panicked {
				redundant++
			}
			explored[key] = true
		}
		return "", "", true
	}}
	learned := -1
	for learned != x.Learned { // what has been seen of a program that it was not known to share is not all
		learned = x.Learned
		clear(explored)
		redundant = 0
		search.Explore(text, x, o)
	}
	assert.Zero(t, redundant, text)
	o.Strategy, o.Executions = "random", times
	met := 0
	o.Judge = func(e *prim.Execution) (verdict.Code, string, bool) {
		if met++; e.End != prim.Stopped && x.Learned == learned {
			require.True(t, explored[trace(x)], "%s: met, and not explored:\n%s", text, trace(x))
		}
		return "", "", true
	}
	v := search.Explore(text, x, o)
	assert.Equal(t, learned, x.Learned, text)
	assert.EqualValues(t, times, met, "%s: %s", text, v.Reason)
	x.Close()
}

// The check has something to find: without the executions that the search has added last,
// others are met.
func TestSomethingIsMissing(t *testing.T) {
	x := newExecutor(program(t, "buffer.c -DP=2 -DN=1"), Config{})
	defer x.Close()
	explored, missing := map[string]bool{}, false
	o := search.Options{SignalAny: true, All: true, Executions: 5, Judge: func(*prim.Execution) (verdict.Code, string, bool) {
		explored[trace(x)] = true
		return "", "", true
	}}
	search.Explore("", x, o)
	o.Strategy, o.Executions = "random", 200
	o.Judge = func(*prim.Execution) (verdict.Code, string, bool) {
		missing = missing || !explored[trace(x)]
		return "", "", true
	}
	search.Explore("", x, o)
	assert.True(t, missing)
}
