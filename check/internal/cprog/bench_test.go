//go:build linux && amd64 && !race

package cprog

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/sched/sync"
)

// BenchmarkExecutions explores the bounded buffer of two producers and one consumer, in C
// and in Go: an iteration is an execution. The seconds of the processor are those of this
// process and of its child.
func BenchmarkExecutions(b *testing.B) {
	p := program(b, "buffer.c -DP=2 -DN=2")
	for _, bb := range []struct {
		name     string
		executor func() prim.Executor
	}{
		{"C", func() prim.Executor { return newExecutor(p, Config{}) }},
		{"Go", func() prim.Executor { return exec.New("", buffer) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			x := bb.executor()
			b.ReportAllocs()
			b.ResetTimer()
			before := computing(b)
			for left := uint64(b.N); left > 0; {
				v := search.Explore("buffer", x, search.Options{SignalAny: true, Executions: left})
				left -= v.Counts.Executions
			}
			x.Close()
			b.ReportMetric(float64(b.N)/(computing(b)-before).Seconds(), "executions/CPU-s")
		})
	}
}

// buffer is the program of buffer.c in Go.
func buffer() {
	const producers, items, capacity = 2, 2, 1
	var (
		lock     sync.Mutex
		notEmpty = sync.NewCond(&lock)
		notFull  = sync.NewCond(&lock)
		slots    [capacity]int
		count    int
		first    int
		received [producers * items]int
		all      sync.WaitGroup
	)
	for p := range producers {
		all.Go(func() {
			for i := range items {
				lock.Lock()
				for count == capacity {
					notFull.Wait()
				}
				slots[(first+count)%capacity] = p*items + i
				count++
				notEmpty.Signal()
				lock.Unlock()
			}
		})
	}
	all.Go(func() {
		for range producers * items {
			lock.Lock()
			for count == 0 {
				notEmpty.Wait()
			}
			item := slots[first]
			first = (first + 1) % capacity
			count--
			notFull.Signal()
			lock.Unlock()
			received[item]++
		}
	})
	all.Wait()
	for _, n := range received {
		if n != 1 {
			panic("an item is lost")
		}
	}
}

// computing is how long this process and its children that have ended have computed.
func computing(t testing.TB) (all time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		require.NoError(t, syscall.Getrusage(who, &u))
		all += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return all
}
