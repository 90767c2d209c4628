package students

import (
	"testing"
	"time"

	"github.com/ipccheck/ipccheck/check"
)

var meanings = check.Errors{{Err: errClosed, Status: check.Closed}}

// judge checks a buffer that has room for one item or two.
func judge(t *testing.T, build func(n int) any) {
	check.Buffer(t, func(n int) check.Ops[int] { return check.From[int](build(n), meanings) }, check.Promise{Capacities: []int{1, 2}}, check.Patience(200*time.Millisecond))
}

func TestRight(t *testing.T)        { judge(t, func(n int) any { return newBuffer(n) }) }
func TestWakesFirst(t *testing.T)   { judge(t, func(n int) any { return wakesFirst{newBuffer(n)} }) }
func TestTwoSteps(t *testing.T)     { judge(t, func(n int) any { return twoSteps{newBuffer(n)} }) }
func TestClosesForOne(t *testing.T) { judge(t, func(n int) any { return closesForOne{newBuffer(n)} }) }
func TestLateSender(t *testing.T)   { judge(t, func(n int) any { return lateSender{newBuffer(n)} }) }

func TestRacy(t *testing.T) {
	check.Buffer(t, func(n int) check.Ops[int] {
		r := newRacy(n)
		return check.FromBlocking(r.put, r.get)
	}, check.Promise{Capacities: []int{1, 2}}, check.Patience(200*time.Millisecond))
}

// A goroutine of the object's own is no leak where the object cannot be closed.
func TestPump(t *testing.T) {
	check.Buffer(t, func(int) check.Ops[int] {
		p := newPump()
		return check.FromBlocking(func(v int) { p.in <- v }, func() int { return <-p.out })
	}, check.Promise{Capacity: check.NoLimit, Capacities: []int{0}, Producers: 2, Consumers: 1})
}

// Suites may stand in subtests, and a test may look at their verdicts itself.
func TestSubtests(t *testing.T) {
	t.Run("right", func(t *testing.T) { judge(t, func(n int) any { return newBuffer(n) }) })
	t.Run("wrong", func(t *testing.T) {
		v := check.RunBuffer(func(n int) check.Ops[int] { return check.From[int](closesForOne{newBuffer(n)}, meanings) }, check.Promise{Capacities: []int{1}}, check.Patience(200*time.Millisecond))
		if v.Answer != "fail" {
			t.Errorf("it is %s", v.Answer)
		}
	})
}
