package search

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// counter is a goroutine alone that does a thousand operations.
func thousand() {
	var a atom
	for range 1000 {
		a.Add(1)
	}
}

// channels is two senders and two receivers on a channel with a buffer.
func channels() {
	ch := make(chan int, 2)
	spawn(4, func(i int) {
		for k := range 2 {
			if i < 2 {
				sched.Send(ch, k)
			} else {
				sched.Recv(ch)
			}
		}
	})
}

// ticks reads a ticker a hundred times.
func ticks() {
	t := time.NewTicker(time.Second)
	for range 100 {
		sched.Recv(t.C)
	}
	t.Stop()
}

// BenchmarkExecutions measures executions and steps a second, and allocations of
// an execution, which is one op.
func BenchmarkExecutions(b *testing.B) {
	for _, bb := range []struct {
		name     string
		body     func()
		strategy func() Strategy
	}{
		{"buffer-2cv-2x1/optimal", buffer(2, 1, 1, 2, false, false), optimal},
		{"buffer-2cv-2x1/naive", buffer(2, 1, 1, 2, false, false), naive},
		{"fib-5/optimal", fib(5), optimal},
		{"channel-2x2/optimal", channels, optimal},
		{"thousand/optimal", thousand, optimal},
		{"ticker/optimal", ticks, optimal},
	} {
		b.Run(bb.name, func(b *testing.B) {
			e := exec.New("", bb.body)
			defer e.Close()
			s := bb.strategy()
			var p prim.Plan
			steps, runs := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				p = prim.Plan{}
				x := next(e, &p, s)
				steps += len(x.Events)
				runs++
				if !s.After(x) {
					s = bb.strategy()
				}
			}
			b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
			b.ReportMetric(float64(runs)/b.Elapsed().Seconds(), "executions/s")
		})
	}
}

// What is kept of operations for the run that is shown costs the others nothing: their
// operations, some thirty here, allocate nothing.
func TestExecutionsAllocateLittle(t *testing.T) {
	e := exec.New("", fib(5))
	defer e.Close()
	s := naive()
	var p prim.Plan
	allocations := testing.AllocsPerRun(50, func() {
		p = prim.Plan{}
		x := next(e, &p, s)
		if !s.After(x) {
			s = naive()
		}
	})
	assert.Less(t, allocations, 15.0)
}
