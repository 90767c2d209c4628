package search

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/time"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Faults that are put into the engine change the verdicts of programs that are there
// to find them.
func TestSeededFaultsAreFound(t *testing.T) {
	overtaken := func(t *sched.T) {
		c := make(chan int, 1)
		sched.Send(c, 0)
		for i := 1; i < 3; i++ {
			t.Go(func() { sched.Send(c, i) })
			everybodyWaits()
		}
		for want := range 3 {
			if v := sched.Recv(c); v != want {
				t.Errorf("got %d, not %d", v, want)
			}
		}
	}
	spins := func(t *sched.T) {
		var never atomic.Bool
		for !never.Load() {
			exec.Loop()
		}
	}
	outcomes := func(t *sched.T) {
		a, b := make(chan int, 1), make(chan int, 1)
		sched.Send(a, 1)
		sched.Send(b, 2)
		if sched.Select(false, sched.RecvCase(a, nil, nil), sched.RecvCase(b, nil, nil)) == 1 {
			t.Error("the second case")
		}
	}
	over := func(t *sched.T) {
		closed, c := make(chan int), make(chan int, 1)
		sched.Close(closed)
		t.Go(func() { sched.Send(c, 1) })
		for sched.Select(false, sched.RecvCase(closed, nil, nil), sched.RecvCase(c, nil, nil)) == 0 {
			exec.Loop()
		}
	}
	handed := func(t *sched.T) {
		c, stop := make(chan int), make(chan int, 1)
		t.Go(func() {
			if v := 0; sched.Select(false, sched.RecvCase(c, &v, nil), sched.RecvCase(stop, nil, nil)) == 0 && v == 1 {
				t.Error("who was told to stop got an item")
			}
		})
		sched.Send(stop, 1)
		sched.Select(true, sched.SendCase(c, 1))
		sched.Close(c)
	}
	first := func(t *sched.T) {
		a, b := make(chan int, 1), make(chan int, 1)
		t.Go(func() {
			if sched.Select(false, sched.RecvCase(b, nil, nil), sched.RecvCase(a, nil, nil)) == 0 {
				t.Error("it has gone on with what came later")
			}
		})
		time.Sleep(1)
		sched.Send(a, 1)
		sched.Send(b, 1)
	}
	inTurn := func(t *sched.T) {
		a, b, done := make(chan int, 1), make(chan int, 1), make(chan struct{})
		t.Go(func() {
			if sched.Select(false, sched.RecvCase(b, nil, nil), sched.RecvCase(a, nil, nil)) == 0 {
				t.Error("it has gone on with what came later")
			}
		})
		t.Go(func() {
			sched.Recv(done)
			sched.Send(b, 1)
		})
		time.Sleep(1)
		sched.Send(a, 1)
		sched.Close(done)
	}
	sent := func(t *sched.T) {
		c := make(chan int)
		t.Go(func() { sched.Send(c, 1) })
		sched.Recv(c)
	}
	full := func(t *sched.T) {
		full, over := make(chan int), make(chan int)
		t.Go(func() {
			sched.Recv2(full)
			sched.Close(over)
		})
		for n := uint64(0); sched.Select(true, sched.RecvCase(over, nil, nil)) < 0; exec.Counts("full.go:1", n) {
			if n++; n == 100 {
				sched.Close(full)
			} else if n > 100 {
				n = 101
			}
		}
	}
	parked := func(t *sched.T) {
		c, never := make(chan int), make(chan int)
		t.Go(func() { sched.Select(false, sched.SendCase(c, 1), sched.RecvCase(never, nil, nil)) })
		for sched.Select(true, sched.RecvCase(c, nil, nil)) < 0 {
			exec.Loop()
		}
	}
	for _, c := range []struct {
		seed          exec.Seed
		body          func(t *sched.T)
		without, with verdict.Answer
	}{
		{exec.SeedQueue, overtaken, verdict.Pass, verdict.Fail},
		{exec.SeedSpin, spins, verdict.Fail, verdict.Inconclusive},
		{exec.SeedOutcome, outcomes, verdict.Fail, verdict.Pass},
		{exec.SeedOver, over, verdict.Pass, verdict.Inconclusive},
		{exec.SeedParked, parked, verdict.Pass, verdict.Fail},
		{exec.SeedHanded, handed, verdict.Pass, verdict.Fail},
		{exec.SeedFirst, first, verdict.Pass, verdict.Fail},
		{exec.SeedFirst, inTurn, verdict.Pass, verdict.Fail},
		{exec.SeedQuiet, sent, verdict.Pass, verdict.Fail},
		{exec.SeedSure, full, verdict.Pass, verdict.Fail},
	} {
		o := Options{Steps: 200, Executions: 1000}
		v := explore(string(c.seed), c.body, o)
		exec.Seeded = c.seed
		w := explore(string(c.seed), c.body, o)
		exec.Seeded = exec.SeedNone
		assert.Equal(t, c.without, v.Answer, c.seed)
		assert.Equal(t, c.with, w.Answer, "%s: %v", c.seed, w.Findings)
	}
	blindToLeaks = true
	v := explore("leaks", leaveSometimes, Options{Leaks: LeaksWarn})
	blindToLeaks = false
	assert.Equal(t, verdict.Pass, v.Answer, "and a failure otherwise: see TestLeaksAreCompared")
}
