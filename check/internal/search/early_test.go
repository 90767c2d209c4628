package search

import (
	"flag"
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
	"github.com/ipccheck/ipccheck/check/sched/context"
	"github.com/ipccheck/ipccheck/check/sched/time"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// What programs with timers do besides.
var timely = []instruction{
	{"sleep1", func(w *world, l *strings.Builder, _ int) { time.Sleep(1000); note(l, "slept") }},
	{"sleep2", func(w *world, l *strings.Builder, _ int) { time.Sleep(2000); note(l, "slept") }},
	{"after", func(w *world, l *strings.Builder, _ int) {
		var a int
		i := sched.Select(false, sched.RecvCase(w.one, &a, nil), sched.RecvCase(time.After(1000), nil, nil))
		note(l, "%d %d", i, a)
	}},
	{"timer", func(w *world, l *strings.Builder, _ int) {
		t := time.NewTimer(1000)
		note(l, "%d", w.vars[0].Load())
		note(l, "%v", t.Stop())
	}},
	{"reset", func(w *world, l *strings.Builder, v int) {
		t := time.NewTimer(2000)
		w.vars[0].Store(int32(v))
		note(l, "%v", t.Reset(1000))
		sched.Recv(t.C)
	}},
	{"func", func(w *world, l *strings.Builder, v int) {
		t := time.AfterFunc(1000, func() { w.vars[0].Add(1) })
		w.vars[1].Store(int32(v))
		note(l, "%v", t.Stop())
	}},
	{"func2", func(w *world, _ *strings.Builder, v int) {
		time.AfterFunc(2000, func() { w.vars[0].Store(int32(v)) })
	}},
	{"ticker", func(w *world, l *strings.Builder, _ int) {
		t := time.NewTicker(1000)
		sched.Recv(t.C)
		note(l, "%d", w.vars[0].Load())
		t.Stop()
	}},
	{"ticks", func(w *world, l *strings.Builder, _ int) {
		t := time.NewTicker(1000)
		for range 2 {
			i := sched.Select(false, sched.RecvCase(w.one, nil, nil), sched.RecvCase(t.C, nil, nil))
			note(l, "%d", i)
		}
		t.Stop()
	}},
	{"deadline", func(w *world, l *strings.Builder, _ int) {
		ctx, cancel := context.WithTimeout(context.Background(), 1000)
		defer cancel()
		i := sched.Select(false, sched.RecvCase(w.one, nil, nil), sched.RecvCase(ctx.Done(), nil, nil))
		note(l, "%d %v", i, ctx.Err())
	}},
	{"resetshared", func(w *world, l *strings.Builder, v int) { note(l, "%v", w.timer.Reset(time.Duration(1000*(1+v%2)))) }},
	{"stopshared", func(w *world, l *strings.Builder, _ int) { note(l, "%v", w.timer.Stop()) }},
	{"awaitshared", func(w *world, l *strings.Builder, _ int) {
		i := sched.Select(false, sched.RecvCase(w.timer.C, nil, nil), sched.RecvCase(w.one, nil, nil))
		note(l, "%d", i)
	}},
	{"elapsed", func(w *world, l *strings.Builder, v int) {
		begin := time.Now()
		w.vars[0].Store(int32(v))
		note(l, "%v", time.Since(begin) > 500)
	}},
	{"zero", func(w *world, l *strings.Builder, _ int) {
		i := sched.Select(false, sched.RecvCase(w.one, nil, nil), sched.RecvCase(time.After(0), nil, nil))
		note(l, "%d", i)
	}},
	{"poll", func(w *world, l *strings.Builder, _ int) {
		t := time.NewTimer(1000)
		note(l, "%d", sched.Select(true, sched.RecvCase(t.C, nil, nil), sched.RecvCase(w.one, nil, nil)))
		note(l, "%v", t.Reset(1000))
		note(l, "%d", sched.Select(true, sched.RecvCase(t.C, nil, nil)))
	}},
	{"refunc", func(w *world, l *strings.Builder, v int) {
		t := time.AfterFunc(1000, func() { w.vars[0].Add(1) })
		note(l, "%v", t.Reset(2000))
		w.vars[1].Store(int32(v))
		note(l, "%v", t.Stop())
	}},
	{"reticker", func(w *world, l *strings.Builder, _ int) {
		t := time.NewTicker(2000)
		t.Reset(1000)
		sched.Recv(t.C)
		t.Stop()
		note(l, "%d", sched.Select(true, sched.RecvCase(t.C, nil, nil)))
	}},
	{"nested", func(w *world, l *strings.Builder, v int) {
		outer, cancel := context.WithTimeout(context.Background(), 1000)
		defer cancel()
		inner, cancelInner := context.WithTimeout(outer, 2000)
		defer cancelInner()
		w.vars[0].Store(int32(v))
		note(l, "%v %v", inner.Err(), outer.Err())
	}},
	{"afterdone", func(w *world, l *strings.Builder, v int) {
		ctx, cancel := context.WithTimeout(context.Background(), 1000)
		stop := context.AfterFunc(ctx, func() { w.vars[0].Store(int32(v)) })
		note(l, "%v", stop())
		cancel()
	}},
	{"same", func(w *world, l *strings.Builder, v int) {
		time.AfterFunc(1000, func() { w.vars[0].Store(int32(v)) })
		time.AfterFunc(1000, func() { w.vars[0].Store(int32(-v)) })
	}},
}

func init() { instructions = append(instructions, timely...) }

// Where timers may fire though others can go on, the searches see what all
// interleavings show.
func TestDifferentialOfTime(t *testing.T) {
	if raceBuild {
		t.Skip("the programs have data races")
	}
	require.NoError(t, flag.Set("rapid.checks", strconv.Itoa(programs(t, 100))))
	others := []int{}
	for i, in := range instructions {
		if slices.Contains([]string{"load0", "load1", "store0", "store1", "add0", "send1", "trysend1", "recv1", "locked", "signal", "send0", "recv0"}, in.name) {
			others = append(others, i)
		}
	}
	first := len(instructions) - len(timely)
	var kinds compared
	early := 0
	rapid.Check(t, func(t *rapid.T) {
		p := program(draw(t, rapid.OneOf(rapid.IntRange(first, len(instructions)-1), rapid.SampledFrom(others))))
		plain := kinds.under(t, p, prim.Plan{Steps: 200})
		if plain == nil || plain.dies || !plain.timed {
			return
		}
		once := rapid.IntRange(0, int(plain.phases)).Draw(t, "once")
		one := kinds.under(t, p, prim.Plan{Steps: 200, Early: []int{once}})
		if one == nil || one.dies {
			return
		}
		if one.advances {
			early++
		}
		kinds.under(t, p, prim.Plan{Steps: 200, Early: []int{once, rapid.IntRange(0, 1).Draw(t, "twice")}})
	})
	t.Logf("%+v, the clock goes on early in %d", kinds, early)
}

// The ends of a program with timers are not all that there are: the search for a fault
// looks at those first in which no timer fires early.
func TestEndsOfTimersAreNotAll(t *testing.T) {
	impatient := func(t *sched.T) {
		sched.Recv(time.After(time.Second))
		t.Error("it is over")
	}
	for _, o := range []Options{{Further: 100}, {Further: 100, NoEarly: true}} {
		v := explore("timer", impatient, o)
		require.Equal(t, verdict.Fail, v.Answer)
		assert.Equal(t, o.NoEarly, v.AllOutcomes)
	}
}

// A pass that has not looked at all of the timers that may fire early says so, and with a
// larger budget looks at more.
func TestTheBoundOfEarlyTimersIsAPremise(t *testing.T) {
	bound := func(sleeps int, executions uint64) (n int) {
		v := explore("sleepers", func(*sched.T) {
			done := make(chan int)
			for range 2 {
				exec.Current().Go(func() {
					for range sleeps {
						time.Sleep(1000)
					}
					sched.Send(done, 1)
				})
			}
			sched.Recv(done)
			sched.Recv(done)
		}, Options{Executions: executions})
		require.Equal(t, verdict.Pass, v.Answer, v.Reason)
		for _, a := range v.Assumes {
			text, ok := strings.CutPrefix(a.Premise, verdict.EarlyTimers+": no more than ")
			require.True(t, ok, a.Premise)
			text, _, _ = strings.Cut(text, " ")
			var err error
			n, err = strconv.Atoi(text)
			require.NoError(t, err)
		}
		return n
	}
	assert.Zero(t, bound(1, 20_000), "all are looked at")
	few := bound(6, 20_000)
	assert.Positive(t, few)
	assert.Greater(t, bound(6, 100_000), few)
}
