package search

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/context"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// Operations that commute cost nothing: a body whose goroutines do not get in
// each other's way has one trace, whatever harness it uses to start and join
// them.
func TestIndependentWorkHasOneTrace(t *testing.T) {
	const n = 5
	for name, body := range map[string]func(){
		"waitgroup": func() {
			var w sync.WaitGroup
			var a [n]atomic.Int32
			for i := range n {
				w.Add(1)
				sched.Go(func() {
					defer w.Done()
					a[i].Add(1)
					a[i].Store(2)
				})
			}
			w.Wait()
		},
		"waitgroup go": func() {
			var w sync.WaitGroup
			for range n {
				w.Go(func() {})
			}
			w.Wait()
			w.Wait()
		},
		"readers": func() {
			var mu sync.RWMutex
			for range n {
				sched.Go(func() {
					mu.RLock()
					defer mu.RUnlock()
					if mu.TryRLock() {
						mu.RUnlock()
					}
				})
			}
		},
		"signals to nobody": func() {
			c := sync.NewCond(new(sync.Mutex))
			for range n {
				sched.Go(func() { c.Signal(); c.Broadcast() })
			}
		},
		"loads": func() {
			var a atomic.Int64
			for range n {
				sched.Go(func() { a.Load(); a.CompareAndSwap(1, 2) })
			}
		},
		"pairs": func() {
			for range n {
				c := make(chan int)
				sched.Go(func() { sched.Send(c, 1) })
				sched.Go(func() { sched.Recv(c) })
			}
		},
		"a queue": func() {
			c := make(chan int, 2)
			sched.Go(func() {
				for i := range n {
					sched.Send(c, i)
				}
				sched.Close(c)
			})
			for range sched.Range(c) {
			}
		},
		"sleepers": func() {
			for i := range n {
				sched.Go(func() { time.Sleep(time.Duration(i + 1)) })
			}
		},
		"deadlines": func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			sched.Recv(ctx.Done())
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := exec.New("", body)
			defer x.Close()
			n := exploreAll(x, prim.Plan{}, optimal, func(x *prim.Execution) bool {
				assert.Equal(t, prim.Done, x.End)
				return true
			})
			assert.Equal(t, tally{executions: 1}, n)
		})
	}
}

// The order in which receives arrive at a channel without a buffer counts: it
// says who gets the first item, should one come. So waiting for a close is not
// free where somebody sends: those who are there before it come in some order. Where nobody
// does it is.
func TestWaitingForClose(t *testing.T) {
	for n, want := range []int{1, 2, 5, 16} {
		for _, sends := range []bool{false, true} {
			x := exec.New("", func() {
				done := sched.Make[int](0)
				for range n {
					sched.Go(func() { sched.Recv(done) })
				}
				if sends {
					sched.Select(true, sched.SendCase(sched.Make[int](0), 0), sched.SendCase(done, 0))
				}
				sched.Close(done)
			})
			got := exploreAll(x, prim.Plan{}, optimal, nil)
			x.Close()
			if !sends {
				want := tally{executions: 1}
				assert.Equal(t, want, got)
				continue
			}
			assert.GreaterOrEqual(t, got.executions, want)
		}
	}
}
