package search

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// everybodyWaits returns when nobody else can go on.
func everybodyWaits() { exec.Current().Quiet() }

// Who waits for a channel with a buffer for certain is served before who comes
// later, as Go's runtime does it. The bodies fail if anybody overtakes.
func TestNobodyOvertakes(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time, and share what they log")
	}
	full := func(size int) chan int {
		c := make(chan int, size)
		for range size {
			sched.Send(c, 0)
		}
		return c
	}
	bodies := map[string]func(t *sched.T){
		"senders": func(t *sched.T) {
			c := full(2)
			for i := 1; i < 4; i++ {
				t.Go(func() { sched.Send(c, i) })
				everybodyWaits()
			}
			for want := range 4 {
				if v := sched.Recv(c); want > 0 && v != want-1 && v != 0 {
					t.Errorf("got %d", v)
				}
			}
			if v := sched.Recv(c); v != 3 {
				t.Errorf("got %d at last", v)
			}
		},
		"receivers": func(t *sched.T) {
			c, got := make(chan int, 1), make(chan int, 3)
			for i := range 3 {
				t.Go(func() { sched.Send(got, 10*i+sched.Recv(c)) })
				everybodyWaits()
			}
			for i := range 3 {
				sched.Send(c, i)
			}
			seen := map[int]bool{}
			for range 3 {
				seen[sched.Recv(got)] = true
			}
			if !seen[0] || !seen[11] || !seen[22] {
				t.Errorf("got %v", seen)
			}
		},
		"a send that does not wait": func(t *sched.T) {
			c := full(1)
			t.Go(func() { sched.Send(c, 1) })
			everybodyWaits()
			sched.Recv(c)
			if sched.Select(true, sched.SendCase(c, 2)) == 0 {
				t.Errorf("it overtook")
			}
			sched.Recv(c)
		},
		"a receive that does not wait": func(t *sched.T) {
			c := make(chan int, 1)
			t.Go(func() { sched.Recv(c) })
			everybodyWaits()
			sched.Send(c, 1)
			if sched.Select(true, sched.RecvCase(c, nil, nil)) == 0 {
				t.Errorf("it overtook")
			}
		},
		"len": func(t *sched.T) {
			c := full(1)
			t.Go(func() { sched.Send(c, 1) })
			everybodyWaits()
			sched.Recv(c)
			if sched.Len(c) != 1 {
				t.Errorf("there is room")
			}
			sched.Recv(c)
		},
		"close, when it has been handed over": func(t *sched.T) {
			c := full(1)
			t.Go(func() { sched.Send(c, 1) })
			everybodyWaits()
			sched.Recv(c)
			sched.Close(c)
			if sched.Recv(c) != 1 {
				t.Errorf("it is lost")
			}
		},
		"a select": func(t *sched.T) {
			c, d := full(1), make(chan int, 1)
			t.Go(func() { sched.Select(false, sched.SendCase(c, 1), sched.RecvCase(d, nil, nil)) })
			everybodyWaits()
			t.Go(func() { sched.Send(c, 2) })
			sched.Recv(c)
			if v := sched.Recv(c); v != 1 {
				t.Errorf("got %d", v)
			}
			sched.Recv(c)
		},
		"a select that a close completes": func(t *sched.T) {
			c, done := make(chan int, 1), make(chan int)
			t.Go(func() { sched.Select(false, sched.RecvCase(c, nil, nil), sched.RecvCase(done, nil, nil)) })
			everybodyWaits()
			t.Go(func() { sched.Select(true, sched.SendCase(c, 1)) })
			t.Go(func() { sched.Close(done) })
			sched.Select(true, sched.RecvCase(c, nil, nil))
			sched.Select(true, sched.SendCase(c, 2))
			everybodyWaits()
		},
		"a select that a partner completes": func(t *sched.T) {
			c, done := full(1), make(chan int)
			t.Go(func() { sched.Select(false, sched.SendCase(c, 1), sched.SendCase(done, 1)) })
			everybodyWaits()
			t.Go(func() { sched.Recv(c) })
			t.Go(func() { sched.Select(true, sched.RecvCase(done, nil, nil)) })
			if sched.Select(true, sched.SendCase(c, 2)) == 0 {
				sched.Recv(c)
				sched.Select(true, sched.RecvCase(done, nil, nil), sched.RecvCase(c, nil, nil))
			}
			everybodyWaits()
			sched.Select(true, sched.RecvCase(done, nil, nil))
		},
		"a timer and a select that a close completes": func(t *sched.T) {
			tick, done := time.NewTicker(2), make(chan int)
			t.Go(func() {
				for range 3 {
					if sched.Select(false, sched.RecvCase(tick.C, nil, nil), sched.RecvCase(done, nil, nil)) == 1 {
						break
					}
				}
				tick.Stop()
			})
			time.Sleep(4)
			sched.Close(done)
		},
		"time": func(t *sched.T) {
			c := make(chan int, 1)
			last := 0
			t.Go(func() { last = sched.Recv(c) })
			time.Sleep(1)
			t.Go(func() { sched.Recv(c) })
			sched.Send(c, 1)
			sched.Send(c, 2)
			time.Sleep(1)
			if last != 1 {
				t.Errorf("got %d", last)
			}
		},
	}
	for name, body := range bodies {
		for _, strategy := range []string{"optimal", "source", "naive"} {
			v := explore(name, body, Options{Strategy: strategy})
			assert.Equal(t, "pass", string(v.Answer), "%s, %s: %s %v", name, strategy, v.Reason, v.Findings)
		}
	}
}

// Those that may have come in any order are served in any order, and a close before
// the hand-over is one in which the sender panics.
func TestWhoMayHaveComeFirst(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time, and share what they log")
	}
	outcomes := func(strategy string, body func(note func(v int))) map[string]bool {
		seen := map[string]bool{}
		text := ""
		explore("order", func(*sched.T) {
			if text != "" {
				seen[text] = true
			}
			text = ""
			body(func(v int) { text += fmt.Sprint(v, " ") })
		}, Options{Strategy: strategy, All: true})
		seen[text] = true
		return seen
	}
	together := func(note func(v int)) {
		c := make(chan int, 1)
		sched.Send(c, 0)
		for i := 1; i < 3; i++ {
			exec.Current().Go(func() { sched.Send(c, i) })
		}
		everybodyWaits()
		exec.Current().Go(func() { sched.Send(c, 3) })
		for range 4 {
			note(sched.Recv(c))
		}
	}
	closes := func(note func(v int)) {
		c := make(chan int, 1)
		sched.Send(c, 0)
		exec.Current().Go(func() {
			defer func() {
				if recover() != nil {
					note(9)
				}
			}()
			sched.Send(c, 1)
			note(1)
		})
		everybodyWaits()
		exec.Current().Go(func() { sched.Recv(c); note(0) })
		sched.Close(c)
		everybodyWaits()
	}
	for _, strategy := range []string{"optimal", "source", "naive"} {
		assert.Equal(t, map[string]bool{"0 1 2 3 ": true, "0 2 1 3 ": true}, outcomes(strategy, together), strategy)
		assert.Equal(t, outcomes("naive", closes), outcomes(strategy, closes), strategy)
		assert.Contains(t, outcomes(strategy, closes), "9 0 ", strategy)
		assert.Len(t, outcomes(strategy, closes), 2, strategy)
	}
}
